/** What an AG-UI agent asks before it runs its own tools. */
import { expect, test } from 'vitest'
import { agUi } from '../../../../src/protocols/ag-ui.js'
import { tool, type ToolSet } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { startChatTools, type TestChatTools } from './chat-tools-support.js'

const run = { type: 'RUN_STARTED', threadId: 't1', runId: 'r1' }
const finished = { type: 'RUN_FINISHED', outcome: { type: 'success' } }
const says = (delta: string): object => ({ type: 'TEXT_MESSAGE_CHUNK', messageId: delta, delta })

function calls(toolCallId: string, toolCallName = 'deploy'): object {
  return { type: 'TOOL_CALL_CHUNK', toolCallId, toolCallName, delta: '{}' }
}

function gives(toolCallId: string, content: string): object {
  return { type: 'TOOL_CALL_RESULT', messageId: `of ${toolCallId}`, toolCallId, content }
}

function asks(...interrupts: object[]): object {
  return { type: 'RUN_FINISHED', outcome: { type: 'interrupt', interrupts } }
}

function about(toolCallId: string, reason = 'tool_call'): object {
  return { id: `ask-${toolCallId}`, reason, toolCallId, message: 'Really?' }
}

interface Approvals extends TestChatTools {
  /** Answers the newest request. */
  answer(...events: object[]): Promise<void>
  /** The newest request. */
  sentNow(): Promise<Record<string, unknown>>
}

async function startApprovals(tools: ToolSet, ...events: object[]): Promise<Approvals> {
  const started = startChatTools(tools, undefined, { protocol: agUi() })
  const { chat, nextCall } = started
  async function answer(...all: object[]): Promise<void> {
    const call = await nextCall()
    await call.send(...all)
    await call.end()
    await settle()
  }
  void chat.sendMessage('Deploy').catch(() => {})
  await answer(run, ...events)
  const sentNow = async (): Promise<Record<string, unknown>> =>
    (await nextCall()).body as Record<string, unknown>
  return { ...started, answer, sentNow }
}

test('once approved it is the agent that runs the call, and the same message goes on', async () => {
  const { chat, tools, calledNow, answer, sentNow, ...started } = await startApprovals(
    {},
    says('Let me.'),
    calls('c1'),
    asks(about('c1')),
  )
  const [, { id }] = chat.getSnapshot().messages as [unknown, { id: string }]
  expect([calledNow(), started.calls.length]).toMatchObject([
    [{ state: 'approval', approval: { id: 'ask-c1', requestReason: 'Really?' } }],
    1,
  ])
  tools.approve('c1')
  expect(calledNow()).toMatchObject([{ state: 'running', approval: { approved: true } }])
  expect(await sentNow()).toMatchObject({
    threadId: 't1',
    parentRunId: 'r1',
    messages: [{ role: 'user' }, { content: 'Let me.', toolCalls: [{ id: 'c1' }] }],
    resume: [{ interruptId: 'ask-c1', status: 'resolved', payload: { approved: true } }],
  })
  await answer({ ...run, runId: 'r2' }, gives('c1', 'deployed'), says('Done.'), finished)
  const { messages, status } = chat.getSnapshot()
  expect([status, messages.length, messages[1]!.id]).toEqual(['ready', 2, id])
  expect(messages[1]!.parts).toMatchObject([
    { text: 'Let me.' },
    { id: 'c1', state: 'done', result: 'deployed' },
    { name: 'interrupts' },
    { text: 'Done.' },
  ])
  void chat.sendMessage('Thanks')
  const later = await sentNow()
  expect(later).not.toHaveProperty('resume')
  expect(later).not.toHaveProperty('parentRunId')
  expect(later['messages']).toMatchObject([
    { role: 'user' },
    { toolCalls: [{ id: 'c1' }] },
    { id: 'of c1', role: 'tool', content: 'deployed' },
    { content: 'Done.' },
    { role: 'user' },
  ])
})

test('denied it is over, and the agent tells what it made of that', async () => {
  const { chat, tools, calledNow, answer, sentNow } = await startApprovals(
    {},
    calls('c1'),
    asks(about('c1')),
  )
  tools.deny('c1', 'Not today')
  expect(await sentNow()).toMatchObject({
    messages: [{ role: 'user' }, { toolCalls: [{ id: 'c1' }] }],
    resume: [{ interruptId: 'ask-c1', status: 'resolved', payload: { approved: false } }],
  })
  await answer(run, gives('c1', 'Declined'), says('As you like.'), finished)
  expect(calledNow()).toMatchObject([{ state: 'error', error: 'Not today' }])
  void chat.sendMessage('Thanks')
  expect((await sentNow())['messages']).toMatchObject([
    { role: 'user' },
    { toolCalls: [{ id: 'c1' }] },
    { role: 'tool', id: 'of c1', content: 'Declined' },
    { content: 'As you like.' },
    { role: 'user' },
  ])
})

test('all that an agent asks is answered at once, and with what the tools of the page gave', async () => {
  const ask = tool({ execute: () => 'Oslo' })
  const {
    calls: requests,
    tools,
    answer,
    sentNow,
  } = await startApprovals(
    { ask },
    calls('c1'),
    calls('c2'),
    calls('c3', 'ask'),
    asks(about('c1'), about('c2'), about('c3', 'tanstack:client_tool_execution')),
  )
  tools.approve('c1')
  await settle()
  expect(requests.length).toBe(1)
  tools.deny('c2')
  expect(await sentNow()).toMatchObject({
    messages: [
      { role: 'user' },
      { toolCalls: [{ id: 'c1' }, { id: 'c2' }, { id: 'c3' }] },
      { role: 'tool', toolCallId: 'c3', content: 'Oslo' },
    ],
    resume: [
      { interruptId: 'ask-c1', payload: { approved: true } },
      { interruptId: 'ask-c2', payload: { approved: false } },
    ],
  })
  await answer(run, gives('c1', 'one'), calls('c4'), asks(about('c4')))
  tools.approve('c4')
  expect((await sentNow())['resume']).toMatchObject([{ interruptId: 'ask-c4' }])
})

test('an answer that was lost is given again', async () => {
  const { chat, tools, calledNow, answer, sentNow } = await startApprovals(
    {},
    calls('c1'),
    asks(about('c1')),
  )
  tools.approve('c1')
  await answer(run, says('I am '))
  expect(chat.getSnapshot().messages.at(-1)).toMatchObject({
    status: 'interrupted',
    rawFinishReason: 'interrupt',
  })
  tools.approve('c1')
  expect((await sentNow())['resume']).toMatchObject([{ interruptId: 'ask-c1' }])
  await answer(run, gives('c1', 'deployed'), finished)
  expect(calledNow()).toMatchObject([{ state: 'done', result: 'deployed' }])
})

test('a call that the user has passed over is not asked about any more', async () => {
  const { chat, tools, calledNow, sentNow } = await startApprovals(
    {},
    calls('c1'),
    asks(about('c1')),
  )
  void chat.sendMessage('Never mind').catch(() => {})
  const { messages, resume } = await sentNow()
  expect([messages, resume]).toMatchObject([[{ role: 'user' }, { role: 'user' }], undefined])
  chat.stop()
  tools.approve('c1')
  expect(calledNow()).toMatchObject([{ state: 'error' }])
})

test('what the agent leaves to the page once it is approved, the page runs', async () => {
  const deploy = tool({ execute: () => 'deployed' })
  const { tools, calledNow, answer, sentNow } = await startApprovals(
    { deploy },
    calls('c1'),
    asks(about('c1')),
  )
  tools.approve('c1')
  await answer({ ...run, runId: 'r2' }, asks(about('c1', 'tanstack:client_tool_execution')))
  expect(calledNow()).toMatchObject([{ state: 'done', result: 'deployed' }])
  const { messages, resume } = await sentNow()
  expect([messages, resume]).toMatchObject([
    [{ role: 'user' }, { toolCalls: [{ id: 'c1' }] }, { role: 'tool', content: 'deployed' }],
    undefined,
  ])
})

test('what TanStack AI does not leave to the page, it runs itself when it goes on', async () => {
  const bound = { ...about('c2'), metadata: { 'tanstack:interruptBinding': {} } }
  const { chat, tools, calledNow, answer, sentNow } = await startApprovals(
    {},
    calls('c1', 'look'),
    calls('c2'),
    asks(bound),
  )
  expect(calledNow()).toMatchObject([{ id: 'c1', state: 'running' }, { state: 'approval' }])
  tools.approve('c2')
  expect(await sentNow()).toMatchObject({
    messages: [{ role: 'user' }, { toolCalls: [{ id: 'c1' }, { id: 'c2' }] }],
    resume: [{ interruptId: 'ask-c2', payload: { approved: true } }],
  })
  await answer(run, gives('c1', 'seen'), gives('c2', 'deployed'), says('Done.'), finished)
  expect(calledNow()).toMatchObject([{ result: 'seen' }, { result: 'deployed' }])
  void chat.sendMessage('Thanks')
  expect((await sentNow())['messages']).toMatchObject([
    { role: 'user' },
    { toolCalls: [{ id: 'c1' }, { id: 'c2' }] },
    { role: 'tool', content: 'seen' },
    { role: 'tool', content: 'deployed' },
    { content: 'Done.' },
    { role: 'user' },
  ])
})
