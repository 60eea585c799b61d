import { describe, expect, test } from 'vitest'
import { agUi } from '../../src/protocols/ag-ui.js'
import type { MessagePart } from '../../src/protocols/message/message.js'
import { startChat } from '../stores/chat/chat-support.js'
import { message } from './conversation.js'
import { partsOf, receiveRun } from './ag-ui/ag-ui-support.js'
import { answering, receiveData } from './receive.js'

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
    const protocol = answering([message('assistant', 'Hi', [state])], agUi())
    const delta = [{ op: 'replace', path: '/count', value: 2 }]
    const { draft } = receiveData(protocol, { type: 'STATE_DELTA', delta })
    expect(draft.snapshot().parts).toEqual([{ ...state, data: { count: 2, by: 'me' } }])
  })

  test('is of its own conversation, where two with the same protocol ask at once', async () => {
    const protocol = agUi()
    const chats = ['mine', 'theirs'].map((owner) => {
      const state: MessagePart = { type: 'data', name: 'state', data: { owner } }
      const before = { ...message('assistant', 'Hi', [state]), id: owner }
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
