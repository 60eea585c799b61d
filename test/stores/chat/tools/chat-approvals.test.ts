/** What a server asks before it runs its own tools, in AI SDK's form. */
import { describe, expect, test, vi } from 'vitest'
import { aiSdk } from '../../../../src/protocols/ai-sdk.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { queueOf } from '../../../../src/stores/chat/chat-queue.js'
import type { ChatToolsOptions } from '../../../../src/stores/chat/tools/chat-tools-types.js'
import { tool, type ToolSet } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { startChatTools, type TestChatTools } from './chat-tools-support.js'

const step = { type: 'start-step' }
const end = [{ type: 'finish-step' }, { type: 'finish' }, '[DONE]']
const says = (delta: string): object => ({ type: 'text-delta', id: '0', delta })

function called(toolCallId: string, toolName = 'deploy'): object {
  return { type: 'tool-input-available', toolCallId, toolName, input: { env: toolCallId } }
}

function asks(toolCallId: string): object[] {
  const approval = { approvalId: `ask-${toolCallId}`, toolCallId, signature: 'signed' }
  return [called(toolCallId), { type: 'tool-approval-request', ...approval }]
}

interface Approvals extends TestChatTools {
  /** Answers the newest request. */
  answer(...chunks: (object | string)[]): Promise<void>
  /** The newest request: its parts of tools. */
  sentNow(): Promise<object[]>
}

/** Has asked, and been answered with these chunks. */
async function startApprovals(
  chunks: object[],
  tools: ToolSet = {},
  options?: ChatToolsOptions,
): Promise<Approvals> {
  const started = startChatTools(tools, options, { protocol: aiSdk() })
  const { chat, nextCall } = started
  async function answer(...all: (object | string)[]): Promise<void> {
    await (await nextCall()).send(step, ...all, ...end)
    await settle()
  }
  async function sentNow(): Promise<object[]> {
    const { messages } = (await nextCall()).body as {
      messages: { parts: { type: string }[] }[]
    }
    return messages.flatMap(({ parts }) => parts).filter(({ type }) => type.startsWith('tool-'))
  }
  void chat.sendMessage('Deploy')
  await answer(...chunks)
  return { ...started, answer, sentNow }
}

test('a tool of the server waits for approval, and the page has none to run', async () => {
  const { calls, tools, calledNow } = await startApprovals(asks('a'))
  expect(calledNow()).toMatchObject([
    { id: 'a', name: 'deploy', state: 'approval', approval: { id: 'ask-a', signature: 'signed' } },
  ])
  expect([calls.length, tools.getSnapshot().isRunning]).toEqual([1, false])
})

test('once approved it is the server that runs it, and the same message goes on', async () => {
  const { chat, calls, tools, calledNow, answer, sentNow } = await startApprovals(asks('a'))
  const { id } = chat.getSnapshot().messages[1]!
  tools.approve('a')
  tools.approve('a')
  tools.deny('a')
  expect(calledNow()).toMatchObject([{ state: 'running', approval: { approved: true } }])
  expect(await sentNow()).toEqual([
    {
      type: 'tool-deploy',
      toolCallId: 'a',
      state: 'approval-responded',
      input: { env: 'a' },
      approval: { id: 'ask-a', signature: 'signed', approved: true },
    },
  ])
  await answer(
    { type: 'tool-output-available', toolCallId: 'a', output: { ok: 1 } },
    step,
    says('Done.'),
  )
  const { messages, status } = chat.getSnapshot()
  expect([calls.length, status, messages.length, messages[1]!.id]).toEqual([2, 'ready', 2, id])
  expect(messages[1]!.parts).toMatchObject([
    { state: 'done', result: { ok: 1 }, approval: { approved: true } },
    { text: 'Done.' },
  ])
  void chat.sendMessage('Thanks')
  expect(await sentNow()).toMatchObject([
    { state: 'output-available', output: { ok: 1 }, approval: { id: 'ask-a', approved: true } },
  ])
})

test('denied, it is over at once, and the server hears why', async () => {
  const { chat, tools, calledNow, answer, sentNow } = await startApprovals(asks('a'))
  tools.deny('a', 'Not today')
  expect(calledNow()).toMatchObject([{ state: 'error', error: 'Not today' }])
  const [sent] = await sentNow()
  expect(sent).toMatchObject({
    state: 'approval-responded',
    approval: { id: 'ask-a', signature: 'signed', approved: false, reason: 'Not today' },
  })
  expect(sent).not.toHaveProperty('errorText')
  await answer({ type: 'tool-output-denied', toolCallId: 'a' }, step, says('As you like.'))
  expect(calledNow()).toMatchObject([{ state: 'error', error: 'Not today' }])
  void chat.sendMessage('Thanks')
  const [later] = await sentNow()
  expect(later).toMatchObject({ state: 'output-denied' })
  expect(later).toHaveProperty('approval', {
    id: 'ask-a',
    signature: 'signed',
    approved: false,
    reason: 'Not today',
  })
})

test('what fails once approved says why', async () => {
  const { chat, tools, calledNow, answer, sentNow } = await startApprovals(asks('a'))
  tools.approve('a')
  await answer({ type: 'tool-output-error', toolCallId: 'a', errorText: 'Boom' })
  expect(calledNow()).toMatchObject([{ state: 'error', error: 'Boom' }])
  void chat.sendMessage('Why?')
  expect(await sentNow()).toMatchObject([
    { state: 'output-error', errorText: 'Boom', approval: { approved: true } },
  ])
})

test('the turn waits for all answers: of the user, and of the tools of the page', async () => {
  const held: ((value: string) => void)[] = []
  const color = tool({ execute: () => new Promise<string>((resolve) => held.push(resolve)) })
  const chunks = [...asks('a'), ...asks('b'), called('c', 'color')]
  const { calls, tools, calledNow, sentNow } = await startApprovals(chunks, { color })
  tools.deny('a')
  tools.approve('b')
  await settle()
  expect([calls.length, calledNow().map(({ state }) => state)]).toEqual([
    1,
    ['error', 'running', 'running'],
  ])
  held[0]!('red')
  await settle()
  expect(calls).toHaveLength(2)
  expect(await sentNow()).toMatchObject([
    { toolCallId: 'a', approval: { approved: false, reason: 'The user declined this call' } },
    { toolCallId: 'b', approval: { approved: true } },
    { toolCallId: 'c', state: 'output-available', output: 'red' },
  ])
})

test('one approval after the other is the same message still', async () => {
  const { chat, tools, answer, sentNow } = await startApprovals([says('One. '), ...asks('a')])
  tools.deny('a')
  await answer({ type: 'tool-output-denied', toolCallId: 'a' }, step, says('Two. '), ...asks('b'))
  tools.approve('b')
  expect(await sentNow()).toMatchObject([
    { toolCallId: 'a', state: 'output-denied' },
    { toolCallId: 'b', state: 'approval-responded' },
  ])
  await answer({ type: 'tool-output-available', toolCallId: 'b', output: 1 }, step, says('Three.'))
  expect(chat.getSnapshot().messages.map(({ content }) => content)).toEqual([
    'Deploy',
    'One. Two. Three.',
  ])
})

test('an approval that the conversation has passed over runs nothing', async () => {
  const { chat, calls, tools, calledNow, answer, sentNow } = await startApprovals(asks('a'))
  void chat.sendMessage('Never mind')
  expect(await sentNow()).toEqual([])
  await answer(says('Fine.'))
  tools.approve('a')
  await settle()
  expect([calls.length, calledNow()]).toMatchObject([
    2,
    [{ state: 'error', error: 'The conversation went on before this was approved' }],
  ])
  void chat.sendMessage('Sure?')
  expect(await sentNow()).toMatchObject([{ state: 'output-denied' }])
})

test('an answer that did not arrive can be given again, and holds no message back', async () => {
  const { chat, calls, tools, calledNow, nextCall, answer } = await startApprovals(asks('a'))
  tools.approve('a')
  await (await nextCall()).answer(418, 'No')
  expect(chat.getSnapshot()).toMatchObject({ status: 'error', reply: { status: 'interrupted' } })
  tools.approve('a')
  await answer({ type: 'tool-output-available', toolCallId: 'a', output: 1 })
  expect([calls.length, calledNow()]).toMatchObject([3, [{ state: 'done' }]])

  const other = await startApprovals(asks('a'))
  other.tools.approve('a')
  await (await other.nextCall()).answer(418, 'No')
  void queueOf(other.chat, other.clock).sendMessage('Go on')
  await settle()
  expect(other.calls).toHaveLength(3)
})

test('a message waits in the queue while the server waits for the user', async () => {
  const { chat, clock, calls } = await startApprovals(asks('a'))
  void queueOf(chat, clock).sendMessage('Next')
  await settle()
  expect(calls).toHaveLength(1)
})

test('what the provider runs itself can be approved as well', async () => {
  const call = { ...called('a', 'search'), providerExecuted: true }
  const request = { type: 'tool-approval-request', approvalId: 'ask', toolCallId: 'a' }
  const { tools, sentNow } = await startApprovals([call, request])
  tools.approve('a')
  expect(await sentNow()).toMatchObject([
    { providerExecuted: true, state: 'approval-responded', approval: { approved: true } },
  ])
})

test('what the page answers itself needs no approval any more', async () => {
  const { tools, calledNow, sentNow } = await startApprovals(asks('a'))
  tools.answer('a', 'by hand')
  expect(calledNow()).toMatchObject([{ state: 'done', result: 'by hand' }])
  const [sent] = await sentNow()
  expect(sent).toMatchObject({ state: 'output-available', output: 'by hand' })
  expect(sent).not.toHaveProperty('approval')
})

test('a conversation that was saved still waits', async () => {
  const { chat } = await startApprovals(asks('a'))
  const initialMessages = JSON.parse(JSON.stringify(chat.getSnapshot().messages)) as ChatMessage[]
  const later = startChatTools({}, {}, { protocol: aiSdk(), initialMessages })
  later.tools.approve('a')
  const { body } = await later.nextCall()
  expect(body).toMatchObject({
    messageId: initialMessages[1]!.id,
    messages: [{}, { parts: [{ state: 'approval-responded', approval: { signature: 'signed' } }] }],
  })
})

describe('the rounds of a message that goes on', () => {
  test('run its new calls, and are counted', async () => {
    const execute = vi.fn<() => string>(() => 'red')
    const color = tool({ execute })
    const { calls, tools, answer } = await startApprovals(
      [called('a', 'color')],
      { color },
      { maxRounds: 2 },
    )
    await answer(says('One.'), called('b', 'color'))
    expect([execute.mock.calls.length, calls.length]).toEqual([2, 3])
    expect(tools.getSnapshot().error).toBeUndefined()
    await answer(says('Two.'), called('c', 'color'))
    expect([execute.mock.calls.length, calls.length]).toEqual([2, 3])
    expect(tools.getSnapshot().error?.code).toBe('protocol')
  })
})
