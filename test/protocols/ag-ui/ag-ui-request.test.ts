// The input of a run, and what was received from an agent as it goes back to it.
import { describe, expect, test } from 'vitest'
import { agUi } from '../../../src/protocols/ag-ui.js'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { startChat } from '../../stores/chat/chat-support.js'
import { answeredCall, bodyOf, linkedImage, message } from '../conversation.js'
import { partsOf, receiveRun } from './ag-ui-support.js'

/** The messages of the next request, after a reply of these parts. */
function givenBack(parts: readonly MessagePart[]): unknown {
  return bodyOf(agUi(), [message('assistant', '', parts)])['messages']
}

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
    expect(givenBack(parts)).toMatchObject([
      { role: 'assistant', content: 'One' },
      { role: 'assistant', content: 'Two', toolCalls: [{ id: 'c1' }] },
      { role: 'tool', toolCallId: 'c1' },
      { role: 'assistant', toolCalls: [{ id: 'c2' }] },
      { role: 'tool', toolCallId: 'c2' },
    ])
  })

  test('has calls of one step together, whatever was thought between them', () => {
    const thought: MessagePart = { type: 'reasoning', text: 'Hm' }
    const parts = [answeredCall, thought, { ...answeredCall, id: 'c2' }]
    expect(givenBack(parts)).toMatchObject([
      { role: 'assistant', toolCalls: [{ id: 'c1' }, { id: 'c2' }] },
      { role: 'tool', toolCallId: 'c1' },
      { role: 'tool', toolCallId: 'c2' },
    ])
  })

  test('has what a tool gave as it came: text and files, or why it failed', () => {
    const image = {
      type: 'image',
      source: { type: 'url', value: 'https://example.com/a.png' },
    }
    const content = [{ type: 'text', text: '3 °C' }, image]
    const failed = { id: 'm2', role: 'tool', toolCallId: 'c1', content: '', error: 'No such city' }
    const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }]
    const parts = partsOf({
      type: 'MESSAGES_SNAPSHOT',
      messages: [{ id: 'm1', role: 'assistant', toolCalls }, failed],
    })
    expect(parts).toMatchObject([{ id: 'c1', state: 'error', error: 'No such city' }])
    const given = { ...answeredCall, id: 'c2', result: content } as MessagePart
    expect(givenBack([...parts, given])).toMatchObject([
      {},
      { toolCallId: 'c1', content: 'No such city', error: 'No such city' },
      {},
      { toolCallId: 'c2', content },
    ])
  })

  test('is the input of a run', () => {
    const reply = message('assistant', '3 °C', [answeredCall, { type: 'text', text: '3 °C' }])
    const body = bodyOf(agUi({ threadId: 't1' }), [
      message('user', 'Hi', [{ type: 'text', text: 'Hi' }, linkedImage]),
      reply,
    ])
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
    const body = bodyOf(agUi(), [message('system', ''), message('user', '', [linkedImage])])
    expect(body['messages']).toMatchObject([{ content: '' }, { content: [{ type: 'image' }] }])
  })

  test('goes on in the thread of the last run, with its state', () => {
    const { parts, metadata } = receiveRun({
      type: 'STATE_SNAPSHOT',
      snapshot: { count: 1 },
    }).draft.snapshot()
    const reply = message('assistant', 'Hi', parts, metadata)
    const body = bodyOf(agUi(), [message('user', 'Hi'), reply, message('user', 'And?')])
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
    const { body } = await say('And?')
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
    const [first, second] = [1, 2].map(() => bodyOf(agUi(), [message('user', 'Hi')])['threadId'])
    expect(first).toMatch(/.{8,}/)
    expect(second).not.toBe(first)
  })
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
  expect(givenBack(parts)).toMatchObject([
    { id: 'm1', content: 'Let me see. ', toolCalls: [{ id: 'c1' }] },
    { id: 't1', toolCallId: 'c1' },
    { id: 'm2', toolCalls: [{ id: 'c2' }] },
    { id: 't2', toolCallId: 'c2' },
    { id: 'm3', content: 'It is cold.' },
  ])
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
    const reply = message('assistant', '', parts)
    const { messages } = bodyOf(agUi(), [message('user', 'Hi'), reply])
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
    expect(givenBack(parts)).toMatchObject([{ id: 'r2', encryptedValue: 'sealed r2' }])
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
    expect(givenBack(parts)).toEqual(told)
  })

  test('is none of thoughts that were not: older agents know no such message', () => {
    const parts = partsOf({ type: 'REASONING_MESSAGE_CHUNK', messageId: 'r1', delta: 'Hm' }, call)
    const reply = message('assistant', 'Hi', [...parts, { type: 'text', text: 'Hi' }])
    const { messages } = bodyOf(agUi(), [message('user', 'Hi'), reply])
    expect(messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }])
  })
})
