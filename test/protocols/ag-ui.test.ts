import { describe, expect, test } from 'vitest'
import { agUi } from '../../src/protocols/ag-ui.js'
import type { MessagePart } from '../../src/protocols/message/message.js'
import { startChat } from '../stores/chat/chat-support.js'
import { answeredCall, bodyOf, image, message } from './conversation.js'
import { answering, goingOn, type Received, receiveData } from './receive.js'

function receiveRun(...events: object[]): Received {
  return receiveData(agUi(), { type: 'RUN_STARTED', threadId: 't1', runId: 'r1' }, ...events)
}

function partsOf(...events: object[]): readonly MessagePart[] {
  return receiveRun(...events).draft.snapshot().parts
}

describe('messages', () => {
  test('stand in the order they started', () => {
    const parts = partsOf(
      { type: 'TEXT_MESSAGE_START', messageId: 'm1', role: 'assistant' },
      { type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'f' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'Hel' },
      { type: 'TOOL_CALL_ARGS', toolCallId: 'c1', delta: '{}' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'lo' },
      { type: 'TOOL_CALL_RESULT', messageId: 'm2', toolCallId: 'c1', content: '3' },
    )
    expect(parts).toMatchObject([
      { type: 'text', text: 'Hello' },
      { type: 'tool-call', name: 'f', state: 'done', result: '3' },
    ])
  })

  test('of another role are not the reply', () => {
    const { content } = receiveRun(
      { type: 'TEXT_MESSAGE_START', messageId: 'u1', role: 'user' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'u1', delta: 'What I asked' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'd1', role: 'developer', delta: 'no' },
      { type: 'TEXT_MESSAGE_CHUNK', delta: ' no' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', delta: 'Yes' },
    ).draft
    expect(content).toBe('Yes')
  })

  test('of the thinking before version 1, which have no id, are not those before them', () => {
    const parts = partsOf(
      { type: 'TEXT_MESSAGE_START', messageId: 'm1', role: 'assistant' },
      { type: 'THINKING_TEXT_MESSAGE_START' },
      { type: 'THINKING_TEXT_MESSAGE_CONTENT', delta: 'Hm' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'Yes' },
      { type: 'THINKING_TEXT_MESSAGE_START' },
      { type: 'THINKING_TEXT_MESSAGE_CONTENT', delta: 'Hm again' },
    )
    expect(parts).toMatchObject([
      { type: 'text', text: 'Yes' },
      { type: 'reasoning', text: 'Hm' },
      { type: 'reasoning', text: 'Hm again' },
    ])
  })

  test('of a subagent, and events nobody knows, change nothing', () => {
    const { draft, errors } = receiveRun(
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 's1', delta: 'inner', subagentRunId: 'x' },
      { type: 'STEP_STARTED', stepName: 'plan' },
      { type: 'SOMETHING_NEW' },
      {},
    )
    expect([draft.snapshot().parts, errors]).toEqual([[], []])
  })
})

describe('a snapshot of the messages', () => {
  test('replaces what came, and only since the last question', () => {
    const { draft } = receiveRun(
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm2', delta: 'Hel' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'gone', delta: 'dropped' },
      {
        type: 'MESSAGES_SNAPSHOT',
        messages: [
          { id: 'u1', role: 'user', content: 'Hi' },
          { id: 'm1', role: 'assistant', content: 'Before' },
          { id: 'u2', role: 'user', content: 'And?' },
          { id: 'x', role: 'reasoning', content: 'Hm' },
          { id: 'm2', role: 'assistant', content: 'Hello' },
          { id: 't', role: 'tool', toolCallId: 'c9', content: '3' },
        ],
      },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm2', delta: '!' },
    )
    expect(draft.content).toBe('Hello!')
    expect(draft.snapshot().parts).toMatchObject([
      { type: 'text', text: 'Hello!' },
      { type: 'reasoning', text: 'Hm' },
      { type: 'tool-call', id: 'c9', result: '3' },
    ])
  })
})

test('a snapshot puts a call that was not streamed before what was said after it', () => {
  const f = { name: 'f', arguments: '{}' }
  const toolCalls = [{ id: 'c1', type: 'function', function: f }]
  const parts = partsOf(
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', delta: 'Let me see. ' },
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm2', delta: 'It is cold.' },
    {
      type: 'MESSAGES_SNAPSHOT',
      messages: [
        { id: 'm1', role: 'assistant', content: 'Let me see. ', toolCalls },
        { id: 't1', role: 'tool', toolCallId: 'c1', content: '3' },
        { id: 'm2', role: 'assistant', content: 'It is cold.' },
      ],
    },
  )
  expect(parts).toMatchObject([
    { text: 'Let me see. ' },
    { id: 'c1', result: '3' },
    { text: 'It is cold.' },
  ])
})

test('messages go back under the ids that the agent gave them', () => {
  const parts = partsOf(
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', delta: 'Let me see. ' },
    { type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'f', parentMessageId: 'm1' },
    { type: 'TOOL_CALL_RESULT', messageId: 't1', toolCallId: 'c1', content: '3' },
    { type: 'TOOL_CALL_START', toolCallId: 'c2', toolCallName: 'f', parentMessageId: 'm2' },
    { type: 'TOOL_CALL_RESULT', messageId: 't2', toolCallId: 'c2', content: '4' },
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm3', delta: 'It is cold.' },
  )
  const { messages } = bodyOf(agUi(), message('assistant', '', { parts: [...parts] }))
  expect(messages).toMatchObject([
    { id: 'm1', content: 'Let me see. ', toolCalls: [{ id: 'c1' }] },
    { id: 't1', toolCallId: 'c1' },
    { id: 'm2', toolCalls: [{ id: 'c2' }] },
    { id: 't2', toolCallId: 'c2' },
    { id: 'm3', content: 'It is cold.' },
  ])
})

describe('the thoughts beside a snapshot of the messages', () => {
  const streamed = [
    { type: 'REASONING_MESSAGE_CHUNK', messageId: 'r1', delta: 'Hm' },
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', delta: 'Hel' },
  ]
  const asked = { id: 'u1', role: 'user', content: 'Hi' }
  const said = { id: 'm1', role: 'assistant', content: 'Hello' }
  const parts = [
    { type: 'reasoning', text: 'Hm' },
    { type: 'text', text: 'Hello' },
  ]

  test('stay where it has none, as most agents do not keep them', () => {
    const snapshot = { type: 'MESSAGES_SNAPSHOT', messages: [asked, said] }
    expect(partsOf(...streamed, snapshot)).toMatchObject(parts)
  })

  test('stay where they stood where it tells of them under another id', () => {
    const thought = { id: 'of-the-server', role: 'reasoning', content: 'Hm' }
    const snapshot = { type: 'MESSAGES_SNAPSHOT', messages: [asked, thought, said] }
    expect(partsOf(...streamed, snapshot)).toMatchObject(parts)
    expect(partsOf(...streamed, snapshot, snapshot)).toMatchObject(parts)
  })

  test('are those that it tells of', () => {
    const chunk = { type: 'REASONING_MESSAGE_CHUNK', messageId: 'r2', delta: 'Well' }
    const thought = { id: 'r2', role: 'reasoning', content: 'Well' }
    const snapshot = { type: 'MESSAGES_SNAPSHOT', messages: [asked, thought, said] }
    expect(partsOf(...streamed, chunk, snapshot)).toMatchObject([
      { type: 'reasoning', text: 'Well' },
      { type: 'text', text: 'Hello' },
    ])
  })
})

test('a snapshot tells of activities as well', () => {
  const activity = { id: 'a1', role: 'activity', activityType: 'PLAN', content: { done: 1 } }
  const parts = partsOf(
    { type: 'ACTIVITY_SNAPSHOT', messageId: 'a1', activityType: 'PLAN', content: { done: 0 } },
    { type: 'MESSAGES_SNAPSHOT', messages: [activity] },
  )
  expect(parts).toEqual([{ type: 'data', name: 'PLAN', id: 'a1', data: { done: 1 } }])
})

describe('a reply that goes on', () => {
  const called = message('assistant', 'Let me see.', {
    parts: [{ type: 'text', text: 'Let me see.' }, answeredCall],
  })

  test('calls nothing anew where the agent tells its calls and their results again', () => {
    const { draft } = receiveData(
      goingOn(called, agUi()),
      { type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'weather' },
      { type: 'TOOL_CALL_ARGS', toolCallId: 'c1', delta: '{}' },
      { type: 'TOOL_CALL_CHUNK', delta: ' ' },
      { type: 'TOOL_CALL_END', toolCallId: 'c1' },
      { type: 'TOOL_CALL_RESULT', messageId: 'm2', toolCallId: 'c1', content: '3' },
      { type: 'TOOL_CALL_CHUNK', toolCallId: 'c2', toolCallName: 'weather', delta: '{}' },
    )
    const [said, first, second] = draft.snapshot().parts
    expect([said, first]).toEqual(called.parts)
    expect(second).toMatchObject({ type: 'tool-call', id: 'c2', step: 1 })
  })

  test('has what it had in the snapshot of a server, under whatever ids', () => {
    const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }]
    const { draft } = receiveData(goingOn(called, agUi()), {
      type: 'MESSAGES_SNAPSHOT',
      messages: [
        { id: 'user-1', role: 'user', content: 'Hi' },
        { id: 'of-the-server', role: 'assistant', content: 'Let me see.', toolCalls },
        { id: 'of-the-server-too', role: 'tool', toolCallId: 'c1', content: '3' },
        { id: 'm9', role: 'assistant', content: 'It is cold.' },
      ],
    })
    expect(draft.snapshot().parts).toMatchObject([
      { text: 'Let me see.' },
      answeredCall,
      { text: 'It is cold.' },
    ])
  })

  test('has the state, the activities and the counts of before, and changes them', () => {
    const image: MessagePart = { type: 'file', mediaType: 'image/png', url: 'https://a.example' }
    const { draft: before } = receiveRun(
      { type: 'STATE_SNAPSHOT', snapshot: { count: 1 } },
      { type: 'ACTIVITY_SNAPSHOT', messageId: 'a1', activityType: 'PLAN', content: { done: 0 } },
      { type: 'CUSTOM', name: 'note', value: 1 },
      { type: 'RUN_FINISHED', usage: [{ inputTokens: 1, outputTokens: 2 }] },
    )
    const { parts, usage, metadata } = before.snapshot()
    const reply = { ...message('assistant', ''), parts: [...parts, image], usage: usage!, metadata }
    const { draft } = receiveData(
      goingOn(reply, agUi()),
      { type: 'STATE_DELTA', delta: [{ op: 'replace', path: '/count', value: 2 }] },
      {
        type: 'ACTIVITY_DELTA',
        messageId: 'a1',
        activityType: 'PLAN',
        patch: [{ op: 'replace', path: '/done', value: 1 }],
      },
      { type: 'CUSTOM', name: 'note', value: 2 },
      { type: 'RUN_FINISHED', usage: [{ inputTokens: 3, outputTokens: 4 }] },
    )
    const after = draft.snapshot()
    expect(after.parts).toEqual([
      { type: 'data', name: 'state', data: { count: 2 } },
      { type: 'data', name: 'PLAN', id: 'a1', data: { done: 1 } },
      { type: 'data', name: 'note', data: 1 },
      image,
      { type: 'data', name: 'note', data: 2 },
    ])
    expect(after.usage).toEqual({ inputTokens: 4, outputTokens: 6 })
    expect(after.metadata).toEqual({ threadId: 't1', runId: 'r1' })
  })
})

test('a call with the id of one before the question is another', () => {
  const called = message('assistant', 'Let me see.', { parts: [answeredCall] })
  const protocol = answering([message('user', 'Hi'), called, message('user', 'And now?')], agUi())
  const again = { type: 'TOOL_CALL_CHUNK', toolCallId: 'c1', toolCallName: 'weather', delta: '{}' }
  const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }]
  const messages = [{ id: 'm9', role: 'assistant', content: '', toolCalls }]
  for (const event of [again, { type: 'MESSAGES_SNAPSHOT', messages }]) {
    const { draft } = receiveData(protocol, event)
    expect(draft.snapshot().parts).toMatchObject([{ type: 'tool-call', id: 'c1' }])
  }
})

describe('what a provider has encrypted', () => {
  const sealed = (subtype: string, entityId: string): object => ({
    type: 'REASONING_ENCRYPTED_VALUE',
    subtype,
    entityId,
    encryptedValue: `sealed ${entityId}`,
  })
  const call = { type: 'TOOL_CALL_CHUNK', toolCallId: 'c1', toolCallName: 'f', delta: '{}' }

  test('goes back with what it belongs to', () => {
    const parts = partsOf(
      { type: 'REASONING_START', messageId: 'r1' },
      { type: 'REASONING_MESSAGE_CHUNK', messageId: 'r1', delta: 'Hm' },
      sealed('message', 'r1'),
      { type: 'REASONING_END', messageId: 'r1' },
      { type: 'REASONING_START', messageId: 'r2' },
      { type: 'REASONING_MESSAGE_START', messageId: 'r2' },
      sealed('message', 'r2'),
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', delta: ' ' },
      sealed('message', 'm1'),
      call,
      sealed('tool-call', 'c1'),
      sealed('tool-call', 'unknown'),
      { type: 'TOOL_CALL_RESULT', messageId: 'm2', toolCallId: 'c1', content: '3' },
    )
    expect(parts).toMatchObject([
      { type: 'reasoning', text: 'Hm' },
      { type: 'data', name: 'agUi' },
      { type: 'text', text: ' ' },
      { type: 'tool-call' },
    ])
    const reply = message('assistant', '', { parts: [...parts] })
    const { messages } = bodyOf(agUi(), message('user', 'Hi'), reply)
    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'reasoning', content: 'Hm', encryptedValue: 'sealed r1' },
      { role: 'reasoning', content: '', encryptedValue: 'sealed r2' },
      {
        role: 'assistant',
        encryptedValue: 'sealed m1',
        toolCalls: [{ id: 'c1', encryptedValue: 'sealed c1' }],
      },
      { role: 'tool', toolCallId: 'c1' },
    ])
    const ids = (messages as { id: string }[]).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('is there once where a snapshot tells of it again', () => {
    const parts = partsOf(sealed('message', 'r2'), {
      type: 'MESSAGES_SNAPSHOT',
      messages: [{ id: 'r2', role: 'reasoning', content: '', encryptedValue: 'sealed r2' }],
    })
    const { messages } = bodyOf(agUi(), message('assistant', '', { parts: [...parts] }))
    expect(messages).toMatchObject([{ id: 'r2', encryptedValue: 'sealed r2' }])
  })

  test('is known from a snapshot as well', () => {
    const f = { name: 'f', arguments: '{}' }
    const told = [
      { id: 'r1', role: 'reasoning', content: 'Hm', encryptedValue: 'sealed r1' },
      { id: 'r2', role: 'reasoning', content: '', encryptedValue: 'sealed r2' },
      {
        id: 'm1',
        role: 'assistant',
        content: 'Hi',
        encryptedValue: 'sealed m1',
        toolCalls: [{ id: 'c1', type: 'function', function: f, encryptedValue: 'sealed c1' }],
      },
      { id: 't1', role: 'tool', toolCallId: 'c1', content: '3' },
    ]
    const parts = partsOf({ type: 'MESSAGES_SNAPSHOT', messages: told })
    const { messages } = bodyOf(agUi(), message('assistant', '', { parts: [...parts] }))
    expect(messages).toEqual(told)
  })

  test('is none of thoughts that were not: older agents know no such message', () => {
    const parts = partsOf({ type: 'REASONING_MESSAGE_CHUNK', messageId: 'r1', delta: 'Hm' }, call)
    const reply = message('assistant', 'Hi', { parts: [...parts, { type: 'text', text: 'Hi' }] })
    const { messages } = bodyOf(agUi(), message('user', 'Hi'), reply)
    expect(messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }])
  })
})

describe('data', () => {
  test('has the state, and what a patch makes of it', () => {
    const parts = partsOf(
      { type: 'STATE_SNAPSHOT', snapshot: { count: 0, items: ['a'] } },
      {
        type: 'STATE_DELTA',
        delta: [
          { op: 'replace', path: '/count', value: 1 },
          { op: 'add', path: '/items/-', value: 'b~x/y' },
        ],
      },
    )
    expect(parts).toEqual([
      { type: 'data', name: 'state', data: { count: 1, items: ['a', 'b~x/y'] } },
    ])
  })

  test('has each activity, custom events and interrupts', () => {
    const plan = { messageId: 'a1', activityType: 'PLAN' }
    const parts = partsOf(
      { type: 'ACTIVITY_SNAPSHOT', ...plan, content: { steps: [] } },
      { type: 'ACTIVITY_DELTA', ...plan, patch: [{ op: 'add', path: '/steps/0', value: 's' }] },
      { type: 'ACTIVITY_SNAPSHOT', ...plan, content: {}, replace: false },
      { type: 'CUSTOM', name: 'progress', value: 50 },
      { type: 'RUN_FINISHED', outcome: { type: 'interrupt', interrupts: [{ id: 'i1' }] } },
    )
    expect(parts).toEqual([
      { type: 'data', name: 'PLAN', id: 'a1', data: { steps: ['s'] } },
      { type: 'data', name: 'progress', data: 50 },
      { type: 'data', name: 'interrupts', data: [{ id: 'i1' }] },
    ])
  })

  test('has an activity once, of whatever kind it has become', () => {
    const content = { steps: [] }
    const parts = partsOf(
      { type: 'ACTIVITY_SNAPSHOT', messageId: 'a1', activityType: 'PLAN', content },
      { type: 'ACTIVITY_SNAPSHOT', messageId: 'a1', activityType: 'REPORT', content },
    )
    expect(parts).toEqual([{ type: 'data', name: 'REPORT', id: 'a1', data: content }])
  })

  test('has what a patch makes of the state that was sent', () => {
    const state: MessagePart = { type: 'data', name: 'state', data: { count: 1, by: 'me' } }
    const protocol = answering([message('assistant', 'Hi', { parts: [state] })], agUi())
    const delta = [{ op: 'replace', path: '/count', value: 2 }]
    const { draft } = receiveData(protocol, { type: 'STATE_DELTA', delta })
    expect(draft.snapshot().parts).toEqual([{ ...state, data: { count: 2, by: 'me' } }])
  })

  test('is of its own conversation, where two with the same protocol ask at once', async () => {
    const protocol = agUi()
    const chats = ['mine', 'theirs'].map((owner) => {
      const state: MessagePart = { type: 'data', name: 'state', data: { owner } }
      const before = { ...message('assistant', 'Hi', { parts: [state] }), id: owner }
      return startChat({ protocol, initialMessages: [before] })
    })
    for (const { chat } of chats) void chat.sendMessage('Go on')
    for (const { chat, nextCall } of chats) {
      const call = await nextCall()
      await call.send({ type: 'STATE_DELTA', delta: [{ op: 'add', path: '/done', value: true }] })
      await call.send({ type: 'RUN_FINISHED' })
      await call.end()
      const [before, , reply] = chat.getSnapshot().messages
      expect(reply!.parts).toMatchObject([{ data: { owner: before!.id, done: true } }])
    }
  })

  test('that a patch does not fit is reported, and the stream goes on', () => {
    const { draft, errors } = receiveRun(
      { type: 'STATE_DELTA', delta: [{ op: 'add', path: '/a/b', value: 1 }] },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm', delta: 'Hi' },
    )
    expect([draft.content, errors.map(({ code }) => code)]).toEqual(['Hi', ['parse']])
  })
})

describe('the end', () => {
  test.each([
    [{}, 'stop'],
    [{ outcome: { type: 'success' } }, 'stop'],
    [{ outcome: { type: 'success', pendingToolCallIds: ['c1'] } }, 'tool-calls'],
    [{ outcome: { type: 'interrupt', interrupts: [] } }, 'other'],
  ])('%j', (more, finishReason) => {
    const { draft, ended } = receiveRun({ type: 'RUN_FINISHED', ...more })
    expect([draft.finishReason, ended]).toEqual([finishReason, 'complete'])
  })

  test('of a run whose calls nobody has answered asks for tools, though it does not name them', () => {
    const call = { type: 'TOOL_CALL_CHUNK', toolCallId: 'c1', toolCallName: 'f', delta: '{}' }
    const result = { type: 'TOOL_CALL_RESULT', messageId: 'm2', toolCallId: 'c1', content: '3' }
    const finished = { type: 'RUN_FINISHED', outcome: { type: 'success' } }
    expect(receiveRun(call, finished).draft.finishReason).toBe('tool-calls')
    expect(receiveRun(call, result, finished).draft.finishReason).toBe('stop')
  })

  test('by an interrupt asks about the call, which is not for the page to run', () => {
    const call = (toolCallId: string): object => ({
      type: 'TOOL_CALL_CHUNK',
      toolCallId,
      toolCallName: 'f',
      delta: '{}',
    })
    const interrupts = [
      { id: 'i1', reason: 'tool_call', toolCallId: 'c1', message: 'Really?' },
      { id: 'i2', reason: 'tanstack:client_tool_execution', toolCallId: 'c2' },
    ]
    const outcome = { type: 'interrupt', interrupts }
    const { draft } = receiveRun(call('c1'), call('c2'), { type: 'RUN_FINISHED', outcome })
    expect(draft.snapshot().parts).toMatchObject([
      { id: 'c1', state: 'approval', approval: { id: 'i1', requestReason: 'Really?' } },
      { id: 'c2', state: 'ready' },
      { name: 'interrupts', data: interrupts },
    ])
  })

  test('of a canceled run makes the message stopped', () => {
    expect(receiveRun({ type: 'RUN_FINISHED', outcome: { type: 'cancelled' } }).ended).toBe(
      'stopped',
    )
  })

  test('is that of the last run', () => {
    const first = [
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'a', delta: 'One' },
      { type: 'RUN_FINISHED' },
      { type: 'RUN_STARTED', threadId: 't1', runId: 'r2' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'b', delta: ', two' },
    ]
    expect(receiveRun(...first).ended).toBe('cut')
    const { draft, ended } = receiveRun(...first, { type: 'RUN_FINISHED' })
    expect([draft.content, ended]).toEqual(['One, two', 'complete'])
  })

  test('counts the tokens of all models', () => {
    const usage = [{ inputTokens: 1, outputTokens: 2 }, { inputTokens: 3 }]
    const { draft } = receiveRun({ type: 'RUN_FINISHED', usage })
    expect(draft.snapshot().usage).toEqual({ inputTokens: 4, outputTokens: 2 })
  })

  test('counts those of all runs, and of one that fails', () => {
    const usage = [{ inputTokens: 1, outputTokens: 2 }]
    const { draft } = receiveRun(
      { type: 'RUN_FINISHED', usage },
      { type: 'RUN_STARTED', threadId: 't1', runId: 'r2' },
      { type: 'RUN_ERROR', message: 'No model', usage },
    )
    expect(draft.snapshot().usage).toEqual({ inputTokens: 2, outputTokens: 4 })
    expect(receiveRun({ type: 'RUN_FINISHED', usage: [{}] }).draft.snapshot().usage).toBe(undefined)
  })

  test('by an error is in the words of the agent', () => {
    const { draft } = receiveRun({ type: 'RUN_ERROR', message: 'No model', code: 'E1' })
    expect(draft.error).toMatchObject({ code: 'protocol', message: 'No model' })
    expect(draft.error?.body).toContain('E1')
  })
})

describe('the request', () => {
  test('wants events as text: the encoder of AG-UI would send them in protobuf', () => {
    const { headers } = agUi().request!({ messages: [message('user', 'Hi')] })
    expect(new Headers(headers).get('accept')).toBe('text/event-stream')
  })

  test('has each text as a message, and each call after the results that it knew', () => {
    const called = (toolCallId: string): object[] => [
      { type: 'TOOL_CALL_CHUNK', toolCallId, toolCallName: 'f', delta: '{}' },
      { type: 'TOOL_CALL_RESULT', messageId: `of ${toolCallId}`, toolCallId, content: '3' },
    ]
    const parts = partsOf(
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', delta: 'One' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm2', delta: 'Two' },
      ...called('c1'),
      ...called('c2'),
    )
    const { messages } = bodyOf(agUi(), message('assistant', '', { parts: [...parts] }))
    expect(messages).toMatchObject([
      { role: 'assistant', content: 'One' },
      { role: 'assistant', content: 'Two', toolCalls: [{ id: 'c1' }] },
      { role: 'tool', toolCallId: 'c1' },
      { role: 'assistant', toolCalls: [{ id: 'c2' }] },
      { role: 'tool', toolCallId: 'c2' },
    ])
  })

  test('has what a tool gave as it came: text and files, or why it failed', () => {
    const image = { type: 'image', source: { type: 'url', value: 'https://example.com/a.png' } }
    const content = [{ type: 'text', text: '3 °C' }, image]
    const failed = { id: 'm2', role: 'tool', toolCallId: 'c1', content: '', error: 'No such city' }
    const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }]
    const parts = partsOf({
      type: 'MESSAGES_SNAPSHOT',
      messages: [{ id: 'm1', role: 'assistant', toolCalls }, failed],
    })
    expect(parts).toMatchObject([{ id: 'c1', state: 'error', error: 'No such city' }])
    const given = { ...answeredCall, id: 'c2', result: content } as MessagePart
    const reply = message('assistant', '', { parts: [...parts, given] })
    expect(bodyOf(agUi(), reply)['messages']).toMatchObject([
      {},
      { toolCallId: 'c1', content: 'No such city', error: 'No such city' },
      {},
      { toolCallId: 'c2', content },
    ])
  })

  test('is the input of a run', () => {
    const reply = message('assistant', '3 °C', {
      parts: [answeredCall, { type: 'text', text: '3 °C' }],
    })
    const body = bodyOf(
      agUi({ threadId: 't1' }),
      message('user', 'Hi', { parts: [{ type: 'text', text: 'Hi' }, image] }),
      reply,
    )
    expect(body).toEqual({
      threadId: 't1',
      runId: expect.stringMatching(/.{8,}/),
      state: {},
      tools: [],
      context: [],
      forwardedProps: {},
      messages: [
        {
          id: 'user-1',
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            {
              type: 'image',
              source: { type: 'url', value: 'https://example.com/a.png', mimeType: 'image/png' },
            },
          ],
        },
        {
          id: 'assistant-1',
          role: 'assistant',
          toolCalls: [
            {
              id: 'c1',
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"Oslo"}' },
            },
          ],
        },
        { id: 'assistant-1-1', role: 'tool', toolCallId: 'c1', content: '{"t":3}' },
        { id: 'assistant-1-2', role: 'assistant', content: '3 °C' },
      ],
    })
  })

  test('has no text where there is only a file, and an empty one where AG-UI wants a text', () => {
    const body = bodyOf(agUi(), message('system', ''), message('user', '', { parts: [image] }))
    expect(body['messages']).toMatchObject([{ content: '' }, { content: [{ type: 'image' }] }])
  })

  test('goes on in the thread of the last run, with its state', () => {
    const { parts, metadata } = receiveRun({
      type: 'STATE_SNAPSHOT',
      snapshot: { count: 1 },
    }).draft.snapshot()
    const reply = message('assistant', 'Hi', { parts: [...parts], metadata })
    const body = bodyOf(agUi(), message('user', 'Hi'), reply, message('user', 'And?'))
    expect(body).toMatchObject({ threadId: 't1', state: { count: 1 } })
  })

  test('has the call that an interrupt is about, of which the agent may tell only the result', async () => {
    const { chat, nextCall, say } = startChat({ protocol: agUi() })
    const asked = await say('Deploy')
    await asked.open()
    const interrupts = [{ id: 'i1', reason: 'tool_call', toolCallId: 'c1' }]
    await asked.send(
      { type: 'RUN_STARTED', threadId: 't1', runId: 'r1' },
      {
        type: 'TOOL_CALL_CHUNK',
        toolCallId: 'c1',
        toolCallName: 'deploy',
        delta: '{"env":"prod"}',
      },
      { type: 'RUN_FINISHED', outcome: { type: 'interrupt', interrupts } },
    )
    await asked.end()
    void chat.requestReply()
    const resumed = await nextCall()
    expect(resumed.body).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', toolCalls: [{ id: 'c1' }] }],
    })
    await resumed.send(
      { type: 'TOOL_CALL_RESULT', messageId: 'm1', toolCallId: 'c1', content: 'done' },
      { type: 'RUN_STARTED', threadId: 't1', runId: 'r2' },
      { type: 'RUN_FINISHED' },
    )
    await resumed.end()
    expect(chat.getSnapshot().reply?.parts).toMatchObject([
      { id: 'c1', name: 'deploy', args: { env: 'prod' }, state: 'done', result: 'done' },
      { type: 'data', name: 'interrupts', data: interrupts },
    ])
    void chat.sendMessage('And?')
    const { body } = await nextCall()
    expect(body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', toolCalls: [{ id: 'c1', function: { name: 'deploy' } }] },
        { role: 'tool', toolCallId: 'c1' },
        { role: 'user' },
      ],
    })
  })

  test('goes on in the thread of a run that was interrupted before it said anything', async () => {
    const { chat, nextCall, say } = startChat({ protocol: agUi() })
    const asked = await say('Deploy')
    await asked.send(
      { type: 'RUN_STARTED', threadId: 't1', runId: 'r1' },
      { type: 'STATE_SNAPSHOT', snapshot: { count: 1 } },
      { type: 'RUN_FINISHED', outcome: { type: 'interrupt', interrupts: [{ id: 'i1' }] } },
    )
    await asked.end()
    void chat.requestReply()
    const { body } = await nextCall()
    expect(body).toMatchObject({
      threadId: 't1',
      state: { count: 1 },
      messages: [{ role: 'user' }],
    })
  })

  test('without a thread makes one up', () => {
    const [first, second] = [1, 2].map(() => bodyOf(agUi(), message('user', 'Hi'))['threadId'])
    expect(first).toMatch(/.{8,}/)
    expect(second).not.toBe(first)
  })
})
