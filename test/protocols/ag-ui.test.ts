import { describe, expect, test } from 'vitest'
import { agUi } from '../../src/protocols/ag-ui.js'
import type { MessagePart } from '../../src/protocols/message.js'
import { answeredCall, bodyOf, image, message } from './conversation.js'
import { type Received, receiveData } from './receive.js'

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
      { type: 'REASONING_ENCRYPTED_VALUE', entityId: 'x', encryptedValue: 'y' },
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

test('a snapshot tells nothing anew of what was sent', () => {
  const protocol = agUi()
  const called = message('assistant', 'Let me see.', { parts: [answeredCall] })
  protocol.request!({ messages: [message('user', 'Hi'), called] })
  const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }]
  const { draft } = receiveData(protocol, {
    type: 'MESSAGES_SNAPSHOT',
    messages: [
      { id: 'user-1', role: 'user', content: 'Hi' },
      { id: 'of-the-server', role: 'assistant', content: 'Let me see.', toolCalls },
      { id: 'of-the-server-too', role: 'tool', toolCallId: 'c1', content: '3' },
      { id: 'm9', role: 'assistant', content: 'It is cold.' },
    ],
  })
  expect(draft.snapshot().parts).toEqual([{ type: 'text', text: 'It is cold.' }])
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
      { type: 'data', name: 'PLAN', data: { steps: ['s'] } },
      { type: 'data', name: 'progress', data: 50 },
      { type: 'data', name: 'interrupts', data: [{ id: 'i1' }] },
    ])
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
    [{}, undefined],
    [{ outcome: { type: 'success' } }, 'stop'],
    [{ outcome: { type: 'success', pendingToolCallIds: ['c1'] } }, 'tool-calls'],
    [{ outcome: { type: 'interrupt', interrupts: [] } }, 'other'],
  ])('%j', (more, finishReason) => {
    const { draft, ended } = receiveRun({ type: 'RUN_FINISHED', ...more })
    expect([draft.finishReason, ended]).toEqual([finishReason, 'complete'])
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

  test('without a thread makes one up', () => {
    const [first, second] = [1, 2].map(() => bodyOf(agUi(), message('user', 'Hi'))['threadId'])
    expect(first).toMatch(/.{8,}/)
    expect(second).not.toBe(first)
  })
})
