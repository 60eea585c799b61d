// What a snapshot of the messages tells, of a reply, of one that goes on, and of what was before it.
import { describe, expect, test } from 'vitest'
import { agUi } from '../../../src/protocols/ag-ui.js'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { answeredCall, call, message } from '../conversation.js'
import { partsOf, receiveRun } from './ag-ui-support.js'
import { answering, goingOn, receiveData } from '../receive.js'

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
  const called = message('assistant', 'Let me see.', [
    { type: 'text', text: 'Let me see.' },
    answeredCall,
  ])

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

  test('keeps the arguments of its calls, and calls more in a later step', () => {
    const kept = call('c1', { argsText: '', step: 3 })
    const next = { type: 'TOOL_CALL_CHUNK', toolCallId: 'c2', toolCallName: 'f', delta: '{}' }
    const { draft } = receiveData(goingOn(message('assistant', '', [kept]), agUi()), next)
    expect(draft.snapshot().parts).toMatchObject([kept, { id: 'c2', step: 4 }])
  })

  test('waits for none of the calls that it had', () => {
    const { draft } = receiveData(goingOn(called, agUi()), { type: 'RUN_FINISHED' })
    expect(draft.finishReason).toBe('stop')
  })

  test('keeps its data, also two parts of one name', () => {
    const parts: MessagePart[] = [1, 2].map((data) => ({ type: 'data', name: 'step', data }))
    const { draft } = receiveData(goingOn(message('assistant', '', parts), agUi()), {})
    expect(draft.snapshot().parts).toEqual(parts)
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
  const called = message('assistant', 'Let me see.', [answeredCall])
  const protocol = answering([message('user', 'Hi'), called, message('user', 'And now?')], agUi())
  const again = { type: 'TOOL_CALL_CHUNK', toolCallId: 'c1', toolCallName: 'weather', delta: '{}' }
  const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }]
  const messages = [{ id: 'm9', role: 'assistant', content: '', toolCalls }]
  for (const event of [again, { type: 'MESSAGES_SNAPSHOT', messages }]) {
    const { draft } = receiveData(protocol, event)
    expect(draft.snapshot().parts).toMatchObject([{ type: 'tool-call', id: 'c1' }])
  }
})
