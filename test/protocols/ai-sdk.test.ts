import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../src/protocols/ai-sdk.js'
import type { ChatMessage, MessagePart } from '../../src/protocols/message/message.js'
import { branchesOf } from '../../src/stores/chat/branches/chat-branches.js'
import { outcome, startChat } from '../stores/chat/chat-support.js'
import { receive, type Received, receiveData } from './receive.js'

function receiveChunks(...chunks: object[]): Received {
  return receiveData(aiSdk(), ...chunks)
}

function partsOf(...chunks: object[]): readonly MessagePart[] {
  return receiveChunks(...chunks).draft.snapshot().parts
}

const tool = { toolCallId: 'c1', toolName: 'weather' }

describe('text and reasoning', () => {
  test('stand in the order they started, however their deltas interleave', () => {
    const parts = partsOf(
      { type: 'text-start', id: '0' },
      { type: 'reasoning-start', id: '0' },
      { type: 'tool-input-start', ...tool },
      { type: 'reasoning-delta', id: '0', delta: 'Hm' },
      { type: 'text-delta', id: '0', delta: 'Hel' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"city":' },
      { type: 'text-delta', id: '0', delta: 'lo' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '"Oslo"}' },
    )
    expect(parts).toMatchObject([
      { type: 'text', text: 'Hello' },
      { type: 'reasoning', text: 'Hm' },
      { type: 'tool-call', name: 'weather', args: { city: 'Oslo' }, state: 'ready' },
    ])
  })

  test('an id is free again once its part has ended, even where nobody said so', () => {
    const parts = partsOf(
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'One' },
      { type: 'text-end', id: '0' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Two' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Three' },
    )
    expect(parts).toMatchObject([{ text: 'One' }, { text: 'Two' }, { text: 'Three' }])
  })

  test('a delta that nothing started begins a part', () => {
    expect(partsOf({ type: 'text-delta', id: '7', delta: 'Hi' })).toMatchObject([{ text: 'Hi' }])
  })
})

describe('a tool call', () => {
  test.each([
    [
      [{ type: 'tool-input-available', ...tool, input: { a: 1 } }],
      { args: { a: 1 }, state: 'ready' },
    ],
    [[{ type: 'tool-input-available', ...tool, input: 'raw' }], { args: 'raw', state: 'ready' }],
    [
      [{ type: 'tool-input-error', ...tool, input: '{', errorText: 'Bad input' }],
      { args: '{', state: 'error', error: 'Bad input' },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' },
      ],
      { state: 'approval' },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-output-available', toolCallId: 'c1', output: 1, preliminary: true },
      ],
      { state: 'running', result: 1 },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-output-available', toolCallId: 'c1', output: 1, preliminary: true },
        { type: 'tool-output-available', toolCallId: 'c1', output: null },
      ],
      { state: 'done', result: null },
    ],
    // JSON has no `undefined`: that is what AI SDK 5 says of a tool that gives nothing.
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-output-available', toolCallId: 'c1' },
      ],
      { state: 'done', result: undefined },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-output-error', toolCallId: 'c1', errorText: 'No such city' },
      ],
      { args: {}, state: 'error', error: 'No such city' },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-output-denied', toolCallId: 'c1' },
      ],
      { state: 'error', error: 'Denied' },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1', isAutomatic: true },
        { type: 'tool-approval-response', approvalId: 'a1', approved: true },
      ],
      { state: 'running' },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' },
        { type: 'tool-approval-response', approvalId: 'a1', approved: false, reason: 'Too dear' },
      ],
      {
        state: 'error',
        error: 'Too dear',
        approval: { id: 'a1', approved: false, reason: 'Too dear' },
      },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1', isAutomatic: true },
        { type: 'tool-approval-response', approvalId: 'a1', approved: false, reason: 'Too dear' },
        { type: 'tool-output-denied', toolCallId: 'c1' },
      ],
      {
        state: 'error',
        error: 'Too dear',
        approval: { id: 'a1', isAutomatic: true, approved: false, isSettled: true },
      },
    ],
    [
      [
        { type: 'tool-input-available', ...tool, input: {} },
        {
          type: 'tool-approval-request',
          approvalId: 'a1',
          toolCallId: 'c1',
          reason: 'It costs money',
          signature: 's',
          approvalDescriptor: { kind: 'money' },
          inputSchemaInput: { raw: 1 },
        },
      ],
      {
        state: 'approval',
        approval: {
          id: 'a1',
          requestReason: 'It costs money',
          signature: 's',
          descriptor: { kind: 'money' },
          inputSchemaInput: { raw: 1 },
        },
      },
    ],
    [
      [{ type: 'tool-input-available', ...tool, input: {}, providerExecuted: true }],
      { state: 'ready', providerExecuted: true },
    ],
  ])('%j', (chunks, part) => {
    expect(partsOf(...chunks)).toMatchObject([{ type: 'tool-call', id: 'c1', ...part }])
  })

  test('is another one where its id comes again in another step', () => {
    const parts = partsOf(
      { type: 'start-step' },
      { type: 'tool-input-available', ...tool, input: { day: 1 } },
      { type: 'tool-output-available', toolCallId: 'c1', output: 'rain' },
      { type: 'start-step' },
      { type: 'tool-input-start', ...tool },
      { type: 'tool-input-available', ...tool, input: { day: 2 } },
      { type: 'tool-output-available', toolCallId: 'c1', output: 'sun' },
    )
    expect(parts).toMatchObject([
      { args: { day: 1 }, result: 'rain' },
      { args: { day: 2 }, result: 'sun' },
    ])
  })

  test('that nothing opened has no outcome', () => {
    const outcome = { type: 'tool-output-available', toolCallId: 'c1', output: 1 }
    expect(partsOf(outcome, { type: 'tool-output-denied', toolCallId: 'c1' })).toEqual([])
  })

  test('is the provider’s, or of a dynamic tool, even where that is said late', () => {
    const late = { ...tool, input: {}, providerExecuted: true, dynamic: true }
    const parts = partsOf(
      { type: 'tool-input-start', ...tool },
      { type: 'tool-input-available', ...late },
    )
    expect(parts).toMatchObject([{ providerExecuted: true, dynamic: true }])
  })

  test('has the input that the server made of what the model wrote', () => {
    const parts = partsOf(
      { type: 'tool-input-start', ...tool },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"city":"osl' },
      { type: 'tool-input-available', ...tool, input: { city: 'Oslo' } },
    )
    expect(parts).toMatchObject([{ args: { city: 'Oslo' }, state: 'ready' }])
  })
})

describe('other parts', () => {
  test.each([
    [
      { type: 'source-url', sourceId: 's1', url: 'https://example.com/a', title: 'A' },
      { type: 'source', sourceId: 's1', url: 'https://example.com/a', title: 'A' },
    ],
    [
      { type: 'source-document', sourceId: 's1', mediaType: 'text/plain', title: 'Handbook' },
      { type: 'source', sourceId: 's1', mediaType: 'text/plain', title: 'Handbook' },
    ],
    [
      { type: 'file', url: '/a.png', mediaType: 'image/png' },
      { type: 'file', url: '/a.png', mediaType: 'image/png' },
    ],
    [
      { type: 'data-file', data: 'report.pdf' },
      { type: 'data', name: 'file', data: 'report.pdf' },
    ],
    [
      { type: 'data-weather', data: { t: 3 } },
      { type: 'data', name: 'weather', data: { t: 3 } },
    ],
  ])('%j', (chunk, part) => {
    expect(partsOf(chunk)).toEqual([part])
  })

  test('data takes the place of that with its name and id; transient data is for onEvent', () => {
    const parts = partsOf(
      { type: 'data-job', id: '1', data: 10 },
      { type: 'data-job', id: '2', data: 0 },
      { type: 'data-note', id: '1', data: 'a' },
      { type: 'data-note', data: 'b' },
      { type: 'data-note', data: 'c', transient: true },
      { type: 'data-job', id: '1', data: 90 },
    )
    expect(parts).toEqual([
      { type: 'data', name: 'job', id: '1', data: 90 },
      { type: 'data', name: 'job', id: '2', data: 0 },
      { type: 'data', name: 'note', id: '1', data: 'a' },
      { type: 'data', name: 'note', data: 'b' },
    ])
  })

  test('what a text refers to is a source, once', () => {
    const page = { type: 'source', sourceType: 'url', id: 's1', url: 'https://example.com/a' }
    const file = { type: 'source', sourceType: 'document', id: 's2', mediaType: 'text/plain' }
    const citations = [
      { source: { ...page, title: 'A' }, startIndex: 0, endIndex: 2 },
      { source: { ...page, title: 'A' }, startIndex: 3, endIndex: 5 },
      { source: { ...file, title: 'Handbook' }, citedText: 'It rains.' },
    ]
    const parts = partsOf(
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Rain' },
      { type: 'text-end', id: '0', citations },
    )
    const cited = { mediaType: 'text/plain', title: 'Handbook', citedText: 'It rains.' }
    expect(parts).toEqual([
      { type: 'text', text: 'Rain' },
      { type: 'source', sourceId: 's1', url: 'https://example.com/a', title: 'A' },
      { type: 'source', sourceId: 's2', ...cited },
    ])
  })

  test('of a kind that is not known changes nothing', () => {
    const chunks = [{ type: 'new-thing', id: '1' }, { type: 'tool-output-new' }, {}, []]
    expect(receiveChunks(...chunks)).toMatchObject({ errors: [], ended: 'cut' })
    expect(partsOf(...chunks)).toEqual([])
  })
})

describe('what the provider says of its parts', () => {
  const seal = (name: string): object => ({ providerMetadata: { openai: { itemId: name } } })
  const sealed = { openai: { itemId: 'last' } }

  /** The parts as they are sent with the next question. */
  function sentBack(...chunks: object[]): unknown {
    const messages = [
      { id: 'm1', role: 'assistant', content: 'Hi', parts: partsOf(...chunks), status: 'complete' },
      { id: 'm2', role: 'user', content: 'And?', parts: [], status: 'complete' },
    ] satisfies ChatMessage[]
    const { body } = aiSdk().request!({ messages })
    return JSON.parse(JSON.stringify(body)).messages[0].parts
  }

  test.each(['text', 'reasoning'])('goes back with a %s, the last of it', (type) => {
    const chunks = [
      { type: `${type}-start`, id: '0', ...seal('first') },
      { type: `${type}-delta`, id: '0', delta: 'H' },
      { type: `${type}-delta`, id: '0', delta: 'm', ...seal('last') },
      { type: `${type}-end`, id: '0' },
    ]
    expect(sentBack(...chunks)).toEqual([{ type, text: 'Hm', providerMetadata: sealed }])
    const ended = { type: `${type}-end`, id: '0', ...seal('last') }
    expect(sentBack(...chunks.slice(0, 2), ended)).toMatchObject([{ providerMetadata: sealed }])
  })

  test.each(['text', 'reasoning'])(
    'goes back with a %s of no words, which no page sees',
    (type) => {
      const chunks = [
        { type: `${type}-start`, id: '0', ...seal('first') },
        { type: `${type}-delta`, id: '0', delta: '' },
        { type: `${type}-end`, id: '0', ...seal('last') },
      ]
      const part = { type, text: '', providerMetadata: sealed }
      expect(partsOf(...chunks)).toEqual([{ type: 'data', name: 'aiSdk', data: part }])
      expect(sentBack(...chunks)).toEqual([part])
      expect(partsOf({ type: `${type}-start`, id: '0' }, { type: `${type}-end`, id: '0' })).toEqual(
        [],
      )
    },
  )

  test('goes back with a call, and with its result', () => {
    const result = { openai: { itemId: 'result' } }
    const chunks = [
      { type: 'tool-input-start', ...tool, ...seal('first') },
      { type: 'tool-input-available', ...tool, input: {}, ...seal('last') },
      { type: 'tool-output-available', toolCallId: 'c1', output: 3, ...seal('result') },
    ]
    expect(sentBack(...chunks)).toMatchObject([
      { type: 'tool-weather', callProviderMetadata: sealed, resultProviderMetadata: result },
    ])
    const [first] = sentBack(...chunks) as object[]
    expect(first).not.toHaveProperty('toolName')
  })

  test('goes back with a call that failed', () => {
    const wrong = {
      type: 'tool-input-error',
      ...tool,
      input: '{',
      errorText: 'No',
      ...seal('last'),
    }
    expect(sentBack(wrong)).toMatchObject([{ callProviderMetadata: sealed }])
  })

  test('goes back with files and sources', () => {
    const file = { type: 'file', url: '/a.png', mediaType: 'image/png', ...seal('last') }
    const source = {
      type: 'source-url',
      sourceId: 's1',
      url: 'https://example.com/a',
      ...seal('s'),
    }
    expect(sentBack(file, source)).toEqual([file, source])
  })

  test('and what only AI SDK knows goes back as it came, unseen', () => {
    const chunks = [
      { type: 'custom', kind: 'openai.compaction', ...seal('c') },
      { type: 'reasoning-file', url: '/b.png', mediaType: 'image/png', ...seal('r') },
      { type: 'steering-message', id: 's', parts: [{ type: 'text', text: 'Faster' }] },
    ]
    expect(sentBack(...chunks)).toEqual(chunks)
    expect(partsOf(...chunks).map(({ type }) => type)).toEqual(['data', 'data', 'data'])
  })

  test('stays on the parts of a reply that goes on', async () => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    void chat.sendMessage('Hello')
    await (
      await nextCall()
    ).send(
      { type: 'start-step' },
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-end', id: '0', ...seal('thought') },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Let me see', ...seal('text') },
      { type: 'tool-input-available', ...tool, input: {}, ...seal('call') },
      { type: 'finish' },
      '[DONE]',
    )
    void chat.requestReply()
    const goesOn = await nextCall()
    const before = chat.getSnapshot().messages.at(-1)!.parts
    await goesOn.send({ type: 'text-delta', id: '0', delta: 'Cold' }, { type: 'finish' }, '[DONE]')
    const { parts } = chat.getSnapshot().messages.at(-1)!
    expect(parts.slice(0, -1)).toEqual(before)
    expect(parts).toMatchObject([
      { data: { providerMetadata: { openai: { itemId: 'thought' } } } },
      { providerMetadata: { openai: { itemId: 'text' } } },
      { callProviderMetadata: { openai: { itemId: 'call' } } },
      { text: 'Cold' },
    ])
  })
})

describe('what the server takes back', () => {
  test('a step: all of its parts', () => {
    const parts = partsOf(
      { type: 'start-step' },
      { type: 'data-plan', id: '1', data: 'old' },
      { type: 'text-delta', id: '0', delta: 'Kept' },
      { type: 'finish-step' },
      { type: 'start-step' },
      { type: 'data-job', id: '1', data: 1 },
      { type: 'tool-input-start', ...tool },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'dropped' },
      { type: 'reset-step' },
      { type: 'data-plan', id: '1', data: 'new' },
      { type: 'data-job', id: '1', data: 2 },
      { type: 'text-delta', id: '0', delta: ' too' },
    )
    expect(parts).toEqual([
      { type: 'data', name: 'plan', id: '1', data: 'new' },
      { type: 'text', text: 'Kept' },
      { type: 'data', name: 'job', id: '1', data: 2 },
      { type: 'text', text: ' too' },
    ])
  })

  test('a step, and not the calls before it', () => {
    const other = { toolCallId: 'c2', toolName: 'time' }
    const parts = partsOf(
      { type: 'start-step' },
      { type: 'tool-input-available', ...tool, input: {} },
      { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' },
      { type: 'start-step' },
      { type: 'tool-input-available', ...other, input: {} },
      { type: 'tool-approval-request', approvalId: 'a2', toolCallId: 'c2' },
      { type: 'reset-step' },
      { type: 'text-delta', id: '0', delta: 'Hi' },
      { type: 'tool-approval-response', approvalId: 'a2', approved: true },
      { type: 'tool-approval-response', approvalId: 'a1', approved: true },
      { type: 'tool-output-available', toolCallId: 'c1', output: 3 },
    )
    expect(parts).toMatchObject([
      { type: 'tool-call', name: 'weather', state: 'done', result: 3 },
      { type: 'text', text: 'Hi' },
    ])
  })

  test('a message: by starting another', () => {
    const { content } = receiveChunks(
      { type: 'start', messageId: 'a' },
      { type: 'text-delta', id: '0', delta: 'Old' },
      { type: 'start', messageId: 'b' },
      { type: 'text-delta', id: '0', delta: 'New' },
      { type: 'start', messageId: 'b' },
    ).draft
    expect(content).toBe('New')
  })
})

describe('the end', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content-filter', 'content-filter'],
    ['tool-calls', 'tool-calls'],
    ['error', 'error'],
    ['interrupted', 'other'],
    ['other', 'other'],
  ])('with reason %s', (raw, finishReason) => {
    const { draft, ended } = receiveChunks({ type: 'finish', finishReason: raw })
    expect(draft.snapshot()).toMatchObject({ finishReason, rawFinishReason: raw })
    expect(ended).toBe('complete')
  })

  test('needs no reason, and what follows it is read', () => {
    const { draft, ended } = receiveChunks(
      { type: 'start', messageMetadata: { model: 'm' } },
      { type: 'finish' },
      { type: 'message-metadata', messageMetadata: { totalTokens: 7 } },
    )
    expect(ended).toBe('complete')
    expect(draft.snapshot().metadata).toEqual({ model: 'm', totalTokens: 7 })
  })

  test('metadata is merged, and so is what is nested in it', () => {
    const told = (messageMetadata: object): object => ({
      type: 'message-metadata',
      messageMetadata,
    })
    const { draft } = receiveChunks(
      told({ usage: { input: 1, by: { cache: 1 } }, tags: ['a'], model: 'm' }),
      told({ usage: { output: 2, by: { tools: 2 } }, tags: ['b'], model: null }),
      told(JSON.parse('{"__proto__":{"admin":true},"usage":{"__proto__":{"admin":true}}}')),
    )
    const { metadata } = draft.snapshot()
    expect(metadata).toMatchObject({
      usage: { input: 1, output: 2, by: { cache: 1, tools: 2 } },
      tags: ['b'],
      model: null,
    })
    expect(
      [{}, metadata, metadata!['usage']].map((each) => (each as { admin?: true }).admin),
    ).toEqual([undefined, undefined, undefined])
  })

  test('by an error is in its words, and keeps the text', () => {
    const { draft, ended } = receiveChunks(
      { type: 'text-delta', id: '0', delta: 'Par' },
      { type: 'error', errorText: 'overloaded' },
    )
    expect([draft.content, draft.error?.message, ended]).toEqual(['Par', 'overloaded', 'error'])
  })

  test('by the user makes the message stopped', async () => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    const sent = chat.sendMessage('Hi')
    await (
      await nextCall()
    ).send(
      { type: 'text-delta', id: '0', delta: 'Hal' },
      { type: 'abort', reason: 'user' },
      '[DONE]',
    )
    await expect(sent).resolves.toBe('Hal')
    expect(chat.getSnapshot()).toMatchObject({
      status: 'ready',
      reply: { status: 'stopped', content: 'Hal' },
    })
  })
})

test('broken JSON is reported, and the stream goes on', () => {
  const { draft, errors } = receiveData(aiSdk(), '{"type":', { type: 'text-delta', delta: 'Hi' })
  expect(errors).toMatchObject([{ code: 'parse' }])
  expect(draft.content).toBe('Hi')
})

test('a heartbeat, and an answer to no approval, change nothing', () => {
  const { draft, errors } = receive(aiSdk(), 'sse', [
    'event: ping\ndata: 17:00\n\n',
    'data: {"type":"tool-approval-response","approvalId":"a1","approved":true}\n\n',
  ])
  expect([draft.snapshot().parts, errors]).toEqual([[], []])
})

test('calls that knew what others gave are sent in another step, also in a reply that went on', async () => {
  const { chat, nextCall } = startChat({ protocol: aiSdk() })
  const called = (id: string): object[] => [
    { type: 'tool-input-available', toolCallId: id, toolName: 'weather', input: {} },
    { type: 'tool-output-available', toolCallId: id, output: 1 },
  ]
  const step = { type: 'start-step' }
  const steps = [
    [
      step,
      { type: 'text-start', id: '0' },
      ...called('c1'),
      ...called('c2'),
      step,
      ...called('c3'),
    ],
    [step, ...called('c4')],
    // Without steps, and with an id that has come before.
    called('c4'),
    [],
  ]
  let sent: unknown
  for (const chunks of steps) {
    void chat.requestReply()
    const call = await nextCall()
    sent = call.body
    await call.send(...chunks, { type: 'finish' }, '[DONE]')
  }
  const { messages } = sent as { messages: { parts: { toolCallId?: string }[] }[] }
  const ids = messages.at(-1)!.parts.map(({ toolCallId = '|' }) => toolCallId)
  expect(ids.join(' ')).toBe('c1 c2 | c3 | c4 | c4')
})

test('the request is that of DefaultChatTransport', () => {
  const call = { type: 'tool-call', id: 'c1', name: 'weather', argsText: '' } as const
  const messages: ChatMessage[] = [
    {
      id: 'm1',
      role: 'user',
      content: 'Look',
      parts: [
        { type: 'text', text: 'Look' },
        { type: 'file', mediaType: 'image/png', data: 'AA==', name: 'a.png' },
      ],
      status: 'complete',
    },
    {
      id: 'm2',
      role: 'assistant',
      content: 'Hi',
      parts: [
        { type: 'reasoning', text: 'Hm' },
        { ...call, args: { city: 'Oslo' }, state: 'done', result: 3, providerExecuted: true },
        { ...call, args: {}, state: 'error', error: 'No such city' },
        { type: 'source', url: 'https://example.com/a' },
        { type: 'data', name: 'job', id: 'j1', data: 1 },
        { type: 'text', text: 'Hi' },
      ],
      status: 'complete',
      metadata: { model: 'm' },
    },
    { id: 'm3', role: 'user', content: 'And?', parts: [], status: 'complete' },
  ]
  const { body } = aiSdk({ id: 'chat-1' }).request!({ messages })
  expect(JSON.parse(JSON.stringify(body))).toEqual({
    id: 'chat-1',
    trigger: 'submit-message',
    messages: [
      {
        id: 'm1',
        role: 'user',
        parts: [
          { type: 'text', text: 'Look' },
          {
            type: 'file',
            mediaType: 'image/png',
            url: 'data:image/png;base64,AA==',
            filename: 'a.png',
          },
        ],
      },
      {
        id: 'm2',
        role: 'assistant',
        metadata: { model: 'm' },
        parts: [
          { type: 'reasoning', text: 'Hm' },
          {
            type: 'tool-weather',
            toolCallId: 'c1',
            state: 'output-available',
            providerExecuted: true,
            input: { city: 'Oslo' },
            output: 3,
          },
          {
            type: 'tool-weather',
            toolCallId: 'c1',
            state: 'output-error',
            input: {},
            errorText: 'No such city',
          },
          { type: 'source-url', sourceId: 'source-3', url: 'https://example.com/a' },
          { type: 'data-job', id: 'j1', data: 1 },
          { type: 'step-start' },
          { type: 'text', text: 'Hi' },
        ],
      },
      { id: 'm3', role: 'user', parts: [{ type: 'text', text: 'And?' }] },
    ],
  })
})

test('a server that stores the chat is told its id, and what is new', async () => {
  const { chat, nextCall } = startChat({ protocol: aiSdk(), id: 'trip' })
  const branches = branchesOf(chat)
  const asked: unknown[] = []
  async function answer(...chunks: object[]): Promise<void> {
    const call = await nextCall()
    const { id, trigger, messages } = call.body as Record<string, unknown>
    asked.push([id, trigger, (messages as ChatMessage[]).length])
    await call.send(...chunks, { type: 'finish' }, '[DONE]')
  }
  const says = { type: 'text-delta', id: '0', delta: 'Hi' }
  void chat.sendMessage('Hello')
  await answer(says)
  void chat.regenerate()
  await answer(says)
  void branches.regenerate()
  await answer({ type: 'tool-input-available', ...tool, input: {} })
  // The results of tools, which a page sends once it has them.
  void chat.requestReply()
  await answer(says)
  void chat.sendMessage('And?')
  await answer(says)
  expect(asked).toEqual([
    ['trip', 'submit-message', 1],
    ['trip', 'regenerate-message', 1],
    ['trip', 'regenerate-message', 1],
    ['trip', 'submit-message', 2],
    ['trip', 'submit-message', 3],
  ])
})

test('a reply goes back under the id that the server gave it', async () => {
  const { chat, nextCall } = startChat({ protocol: aiSdk() })
  const told = { type: 'start', messageId: 'srv-1', messageMetadata: { model: 'm' } }
  const called = { type: 'tool-input-available', ...tool, input: {} }
  const asked: unknown[] = []
  for (const start of [told, { type: 'start', messageId: 'srv-1' }, { type: 'start' }]) {
    void (asked.length > 1 ? chat.sendMessage('And?') : chat.requestReply())
    const call = await nextCall()
    asked.push(call.body)
    await call.send(start, called, { type: 'finish' }, '[DONE]')
  }
  const sent = { id: 'srv-1', role: 'assistant', metadata: { model: 'm' } }
  expect(asked.slice(1)).toMatchObject([
    { messageId: 'srv-1', messages: [sent] },
    { messages: [sent, { role: 'user' }] },
  ])
  const [, goesOn] = asked as { messages: { metadata: object }[] }[]
  expect(goesOn!.messages[0]!.metadata).toEqual({ model: 'm' })
})

describe('[DONE] without finish', () => {
  test.each([
    [[{ type: 'start-step' }, { type: 'text-delta', id: '0', delta: 'Half' }]],
    [[{ type: 'start-step' }, { type: 'finish-step' }]],
    [
      [
        { type: 'text-start', id: '0' },
        { type: 'text-delta', id: '0', delta: 'Half' },
      ],
    ],
  ])('is a cut where a step or a text was begun: %j', async (chunks) => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    const promise = outcome(chat.sendMessage('Hello'))
    const call = await nextCall()
    await call.send({ type: 'start' }, ...chunks, '[DONE]')
    await call.end()
    expect(await promise).toMatchObject({ code: 'incomplete' })
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted' })
  })

  test('is an end where what was written by hand is over', async () => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    const promise = chat.sendMessage('Hello')
    const call = await nextCall()
    await call.open()
    const id = 'canned'
    await call.send({ type: 'text-start', id }, { type: 'text-delta', id, delta: 'Hi' })
    await call.send({ type: 'text-end', id }, '[DONE]')
    expect(await promise).toBe('Hi')
  })
})
