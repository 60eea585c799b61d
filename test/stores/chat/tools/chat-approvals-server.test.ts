/**
 * A tool of a server that wants approval, over real HTTP. What the server says is, byte for byte, what
 * `toUIMessageStreamResponse({ originalMessages })` of ai 6.0.326 said, and of ai 7.0.173 as well.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aiSdk } from '../../../../src/protocols/ai-sdk.js'
import { createChat } from '../../../../src/stores/chat/chat.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import { startHttp, type HttpServer } from '../../../support/http.js'

const asks = `data: {"type":"start"}

data: {"type":"start-step"}

data: {"type":"text-start","id":"0"}

data: {"type":"text-delta","id":"0","delta":"Let me. "}

data: {"type":"text-end","id":"0"}

data: {"type":"tool-input-available","toolCallId":"c1","toolName":"deploy","input":{"env":"prod"}}

data: {"type":"tool-approval-request","approvalId":"aitxt-v6DNagtFC0Pgesnu5ozxx7If","toolCallId":"c1","signature":"KEGg229COvuUWZ3L65OW6Ff8Y8FEemshcoQzXK8GzjE"}

data: {"type":"finish-step"}

data: {"type":"finish","finishReason":"tool-calls"}

data: [DONE]

`

function goesOn(messageId: string, outcome: string, answer: string): string {
  return `data: {"type":"start","messageId":"${messageId}"}

data: ${outcome}

data: {"type":"start-step"}

data: {"type":"text-start","id":"0"}

data: {"type":"text-delta","id":"0","delta":"${answer}"}

data: {"type":"text-end","id":"0"}

data: {"type":"finish-step"}

data: {"type":"finish","finishReason":"stop"}

data: [DONE]

`
}

const ran = '{"type":"tool-output-available","toolCallId":"c1","output":{"deployed":"prod"}}'
const denied = '{"type":"tool-output-denied","toolCallId":"c1"}'

interface UiMessage {
  id: string
  role: string
  parts: { state?: string; approval?: { approved?: boolean; id: string; signature: string } }[]
}

function answerTo(messages: readonly UiMessage[]): string {
  const { id, role, parts } = messages.at(-1)!
  if (role === 'user') return asks
  const approval = parts.find(({ state }) => state === 'approval-responded')?.approval
  const isSigned = approval?.signature === 'KEGg229COvuUWZ3L65OW6Ff8Y8FEemshcoQzXK8GzjE'
  const isKnown = approval?.id === 'aitxt-v6DNagtFC0Pgesnu5ozxx7If'
  if (!isSigned || !isKnown) return 'data: {"type":"error","errorText":"Invalid approval"}\n\n'
  return approval.approved ? goesOn(id, ran, 'It is out.') : goesOn(id, denied, 'I leave it.')
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { messages } = JSON.parse(await text(request)) as { messages: UiMessage[] }
  response.setHeader('content-type', 'text/event-stream')
  response.setHeader('x-vercel-ai-ui-message-stream', 'v1')
  response.end(answerTo(messages))
}

let server: HttpServer
beforeAll(async () => {
  server = await startHttp((request, response) => void answer(request, response))
})
afterAll(() => server.close())

test.each([
  [true, { state: 'done', result: { deployed: 'prod' } }, 'It is out.'],
  [false, { state: 'error', error: 'Not today' }, 'I leave it.'],
])('approved %s: the message goes on with what came of it', async (isApproved, outcome, said) => {
  const chat = createChat({ url: server.url, protocol: aiSdk() })
  const tools = createChatTools(chat, {})
  const leave = tools.retain()
  await chat.sendMessage('Deploy')
  const { id, parts } = chat.getSnapshot().messages[1]!
  expect(parts).toMatchObject([{ text: 'Let me. ' }, { name: 'deploy', state: 'approval' }])
  if (isApproved) tools.approve('c1')
  else tools.deny('c1', 'Not today')
  const answered = [{ text: 'Let me. ' }, { name: 'deploy', ...outcome }, { text: said }]
  await expect
    .poll(() => chat.getSnapshot().messages.slice(1))
    .toMatchObject([{ id, status: 'complete', parts: answered }])
  leave()
})
