// What is sent to a server that speaks AI SDK: what its provider says goes back, and its ids are its own.
import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import { branchesOf } from '../../../src/stores/chat/branches/chat-branches.js'
import { startChat } from '../../stores/chat/chat-support.js'
import { partsOf, tool } from './ai-sdk-support.js'

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
  const text = { type: 'text-start', id: '0' }
  const delta = { type: 'text-delta', id: '0', delta: 'Hi' }
  const asked: unknown[] = []
  for (const start of [told, { type: 'start', messageId: 'srv-1' }, { type: 'start' }]) {
    void (asked.length > 1 ? chat.sendMessage('And?') : chat.requestReply())
    const call = await nextCall()
    asked.push(call.body)
    await call.send(start, text, delta, { type: 'finish' }, '[DONE]')
  }
  const sent = { id: 'srv-1', role: 'assistant', metadata: { model: 'm' } }
  expect(asked.slice(1)).toMatchObject([
    { messageId: 'srv-1', messages: [sent] },
    { messages: [sent, { role: 'user' }] },
  ])
  const [, goesOn] = asked as { messages: { metadata: object }[] }[]
  expect(goesOn!.messages[0]!.metadata).toEqual({ model: 'm' })
})
