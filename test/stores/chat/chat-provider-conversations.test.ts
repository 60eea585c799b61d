/** Whole conversations with tools, over real connections, with servers that refuse what providers refuse. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { ToolCallPart } from '../../../src/protocols/message/message.js'
import { withTools } from '../../../src/protocols/message/tools.js'
import { createChatTools } from '../../../src/stores/chat/tools/chat-tools.js'
import { createChat } from '../../../src/stores/chat/chat.js'
import type { Chat, ChatSnapshot } from '../../../src/stores/chat/chat-types.js'
import { sentMessages } from '../../../src/stores/chat/messages.js'
import { tool } from '../../../src/stores/chat/tools/tool.js'
import { startHttp } from '../../support/http.js'
import { providers } from '../../support/providers/index.js'
import type { Body, Provider, Said } from '../../support/providers/provider.js'

const tools = {
  weather: tool({ description: 'The weather now', execute: () => ({ celsius: 3 }) }),
  broken: tool({
    execute() {
      throw new Error('')
    },
  }),
  remove: tool({ needsApproval: true, execute: () => 'removed' }),
  pick: tool({}),
}
const weather = { name: 'weather', args: { city: 'Oslo' } }

const replies: Said[] = [
  { thoughts: 'Hm.', text: 'Let me see.', calls: [weather, { name: 'broken', args: {} }] },
  { thoughts: 'So.', calls: [{ name: 'remove', args: {} }] },
  { thoughts: 'Well.', text: 'It is cold.' },
  { thoughts: 'Once', text: 'Once upon' },
  { thoughts: 'Ask.', calls: [{ name: 'pick', args: {} }, weather] },
  { thoughts: 'Fine.', text: 'Goodbye.' },
]
/** The reply that the user stops. */
const stopped = 3

async function startProvider({ type, stream, refuse }: Provider): Promise<Served> {
  const refused: string[] = []
  let round = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Body = JSON.parse(Buffer.concat(await request.toArray()).toString())
    const wrong = refuse(body)
    if (wrong) {
      refused.push(`${wrong}: ${JSON.stringify(body)}`)
      response.writeHead(400).end()
      return
    }
    const events = stream(replies[round]!, round)
    response.writeHead(200, { 'content-type': type })
    if (round === stopped) response.write(events.slice(0, -1).join(''))
    else response.end(events.join(''))
    round += 1
  }

  const { url, close } = await startHttp((request, response) => void answer(request, response))
  onTestFinished(close)
  return { url, refused }
}

interface Served {
  url: string
  /** What was wrong with the requests that were refused. */
  refused: string[]
}

async function until(chat: Chat, isSo: (snapshot: ChatSnapshot) => boolean): Promise<void> {
  while (!isSo(chat.getSnapshot())) {
    let leave: (() => void) | undefined
    await new Promise<void>((resolve) => {
      leave = chat.subscribe(resolve)
    })
    leave?.()
  }
}

function lastCall({ messages }: ChatSnapshot, name: string): ToolCallPart | undefined {
  const calls = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'))
  return calls.findLast((call) => call.name === name)
}

test.each(providers)('%s takes what each turn sends', async (name, provider) => {
  const { url, refused } = await startProvider(provider)
  const chat = createChat({
    url,
    protocol: withTools(provider.protocol, tools),
    initialMessages: [{ role: 'system', content: 'Be brief.' }],
  })
  const chatTools = createChatTools(chat, tools)
  onTestFinished(chatTools.retain())
  const reached = (isSo: (snapshot: ChatSnapshot) => boolean): Promise<void> =>
    until(chat, (snapshot) => refused.length > 0 || isSo(snapshot))

  void chat.sendMessage('How is it?')
  await reached((snapshot) => lastCall(snapshot, 'remove')?.state === 'approval')
  expect(refused).toEqual([])
  expect(lastCall(chat.getSnapshot(), 'weather')).toMatchObject({ result: { celsius: 3 } })
  expect(lastCall(chat.getSnapshot(), 'broken')).toMatchObject({ state: 'error' })
  chatTools.deny(lastCall(chat.getSnapshot(), 'remove')!.id, 'Not today')
  await reached(
    ({ status, streamingContent }) =>
      status === 'ready' && streamingContent.endsWith('It is cold.'),
  )
  expect(refused).toEqual([])

  const story = chat.sendMessage('Tell me a story')
  await reached(({ streamingContent }) => streamingContent === 'Once upon')
  chat.stop()
  expect(await story).toBe('Once upon')

  void chat.sendMessage('Choose')
  await reached(
    (snapshot) => lastCall(snapshot, 'weather')?.state === 'done' && !snapshot.isLoading,
  )
  // One call has no answer, and the user says something else.
  expect(lastCall(chat.getSnapshot(), 'pick')?.state).toBe('ready')
  expect(await chat.sendMessage('Never mind')).toBe('Goodbye.')
  expect(refused).toEqual([])

  const messages = sentMessages(chat.getSnapshot().messages)
  const asked = [...messages, { ...messages.at(-2)!, id: 'next' }]
  for (const [other, { protocol, refuse, wantsBack }] of providers) {
    if (wantsBack || (other === 'OpenAI' && provider.wantsBack)) continue
    const { body } = withTools(protocol, tools).request!({ messages: asked })
    expect(refuse(JSON.parse(JSON.stringify(body))), `${other} goes on`).toBeUndefined()
  }
})
