import { describe, expect, test, vi } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { startChat, type Call, type TestChat } from './chat-support.js'

const says = (delta: string): object => ({ type: 'text-delta', id: '0', delta })
const end = [{ type: 'finish', finishReason: 'stop' }, '[DONE]']
const called = [
  { type: 'start-step' },
  says('Let me see. '),
  { type: 'tool-input-available', toolCallId: 'c1', toolName: 'weather', input: {} },
  { type: 'source-url', sourceId: 's', url: 'https://example.com/a' },
  ...end,
]
const result = { type: 'tool-output-available', toolCallId: 'c1', output: 3 }

/** A reply that has called a tool, and the request for more of it. */
async function startGoingOn(
  options?: ChatOptions,
): Promise<TestChat & { first: ChatMessage; call: Call; asked: Promise<string> }> {
  const started = startChat({ protocol: aiSdk(), ...options })
  const { chat, nextCall } = started
  const sent = chat.sendMessage('Weather?')
  await (await nextCall()).send({ type: 'start', messageMetadata: { model: 'm' } }, ...called)
  await sent
  const first = chat.getSnapshot().messages[1]!
  const asked = chat.requestReply()
  return { ...started, first, call: await nextCall(), asked }
}

describe('a reply whose backend goes on with it', () => {
  test('shows data anew where it stands', async () => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    for (const data of ['asks', 'has it']) {
      void chat.requestReply()
      await (await nextCall()).send({ type: 'data-job', id: '1', data }, says(data), ...end)
    }
    expect(chat.getSnapshot().messages[0]!.parts).toEqual([
      { type: 'data', name: 'job', id: '1', data: 'has it' },
      { type: 'text', text: 'asks' },
      { type: 'text', text: 'has it' },
    ])
  })

  test('is the same message, which has what it had until more comes', async () => {
    const { chat, calls, first, call, asked } = await startGoingOn()
    expect(calls).toHaveLength(2)
    expect((call.body as { messages: unknown[] }).messages).toHaveLength(2)
    const { messages, reply, isLoading } = chat.getSnapshot()
    expect([messages.length, messages[1]!.id, isLoading]).toEqual([2, first.id, true])
    expect(reply).toBe(messages[1])
    expect(reply?.parts).toEqual(first.parts)
    await call.send(result, { type: 'start-step' }, says('3 °C.'), ...end)
    expect(await asked).toBe('Let me see. 3 °C.')
    const [, last] = chat.getSnapshot().messages
    expect(last).toMatchObject({
      id: first.id,
      createdAt: first.createdAt,
      status: 'complete',
      finishReason: 'stop',
      metadata: { model: 'm' },
      parts: [
        { type: 'text', text: 'Let me see. ' },
        { type: 'tool-call', id: 'c1', state: 'done', result: 3 },
        { type: 'source' },
        { type: 'text', text: '3 °C.' },
      ],
    })
    expect([last!.parts[0], last!.parts[2]]).toEqual([first.parts[0], first.parts[2]])
  })

  test('may call with an id that came before', async () => {
    const { chat, call, asked } = await startGoingOn()
    await call.send(
      result,
      { type: 'start-step' },
      { type: 'tool-input-available', toolCallId: 'c1', toolName: 'clock', input: {} },
      { type: 'tool-output-available', toolCallId: 'c1', output: 'noon' },
      ...end,
    )
    await asked
    expect(chat.getSnapshot().messages[1]!.parts).toMatchObject([
      { type: 'text' },
      { name: 'weather', result: 3 },
      { type: 'source' },
      { name: 'clock', result: 'noon' },
    ])
  })

  test('names a source once', async () => {
    const { chat, call, asked } = await startGoingOn()
    await call.send({ type: 'source-url', sourceId: 't', url: 'https://example.com/a' }, ...end)
    await asked
    expect(chat.getSnapshot().messages[1]!.parts.map(({ type }) => type)).toEqual([
      'text',
      'tool-call',
      'source',
    ])
  })

  test.each<[string, (call: Call) => Promise<void>]>([
    ['is refused', (call) => call.answer(418, 'No')],
    [
      'fails',
      async (call) => {
        await call.send(result, { type: 'error', errorText: 'overloaded' })
      },
    ],
    [
      'is cut',
      async (call) => {
        await call.send(result, says('3'))
        await call.cut()
      },
    ],
  ])('that %s is interrupted, stays in the history, and goes on again', async (_how, fail) => {
    const onError = vi.fn<() => void>()
    const { chat, first, call, asked, nextCall } = await startGoingOn({ onError })
    await fail(call)
    await expect(asked).rejects.toThrow()
    expect(onError).toHaveBeenCalledOnce()
    const { messages, status } = chat.getSnapshot()
    expect([messages.length, messages[1]!.id, status]).toEqual([2, first.id, 'error'])
    expect(messages[1]).toMatchObject({ status: 'interrupted' })
    expect(messages[1]!.parts.length).toBeGreaterThanOrEqual(3)
    const again = chat.requestReply()
    const next = await nextCall()
    expect((next.body as { messages: unknown[] }).messages).toHaveLength(2)
    await next.send(says(' Done.'), ...end)
    expect(await again).toContain('Let me see. ')
    expect(chat.getSnapshot().messages).toHaveLength(2)
  })

  test('that is cut comes again from where it went on, not from its start', async () => {
    const { chat, clock, calls, call, asked } = await startGoingOn()
    await call.open({ headers: { 'content-location': '/replies/7' } })
    await call.send(result, says('3 '))
    await call.cut()
    await clock.advance(500)
    expect(calls[2]).toMatchObject({ url: '/replies/7', method: 'GET' })
    await calls[2]!.send(result, { type: 'start-step' }, says('3 °C.'), ...end)
    expect(await asked).toBe('Let me see. 3 °C.')
    expect(chat.getSnapshot().messages[1]!.parts).toHaveLength(4)
  })

  test('is not looked for where an earlier request for it was answered', async () => {
    const { chat, clock, calls, call, asked } = await startGoingOn({ retry: { attempts: 0 } })
    await call.open({ headers: { 'content-location': '/replies/7' } })
    await call.send(result)
    await call.cut()
    await clock.advance(500)
    await calls.at(-1)!.answer(404, 'Gone')
    await expect(asked).rejects.toThrow()
    expect(chat.getSnapshot().reply?.resumeUrl).toBe('/replies/7')
    const again = chat.requestReply()
    await clock.advance(0)
    const next = calls.at(-1)!
    await next.send(says('3 '))
    await next.cut()
    await expect(again).rejects.toThrow()
    expect(calls.at(-1)).toBe(next)
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted', resumeUrl: undefined })
  })

  test('does so in a later page, too', async () => {
    const { chat, clock, call } = await startGoingOn()
    await call.open({ headers: { 'content-location': '/replies/7' } })
    await call.send(result, says('3 '))
    clock.nextFrame()
    const saved = JSON.parse(JSON.stringify(chat.getSnapshot().messages)) as ChatMessage[]
    const later = startChat({ protocol: aiSdk(), initialMessages: saved })
    const resumed = later.chat.resume()
    const again = await later.nextCall()
    expect(again).toMatchObject({ url: '/replies/7', method: 'GET' })
    await again.send(result, { type: 'start-step' }, says('3 °C.'), ...end)
    expect(await resumed).toBe('Let me see. 3 °C.')
    const [, last] = later.chat.getSnapshot().messages
    expect(last).toMatchObject({ id: saved[1]!.id, status: 'complete' })
    expect(last!.parts).toMatchObject([{}, { state: 'done', result: 3 }, {}, { text: '3 °C.' }])
  })

  test('is another one where the user has said something since', async () => {
    const { chat, call, asked, say } = await startGoingOn()
    await call.send(result, ...end)
    await asked
    await (await say('And tomorrow?')).send(says('4 °C.'), ...end)
    expect(chat.getSnapshot().messages.map(({ content }) => content)).toEqual([
      'Weather?',
      'Let me see. ',
      'And tomorrow?',
      '4 °C.',
    ])
  })

  test('is the next message where the protocol has no such thing', async () => {
    const { chat, call, asked } = await startGoingOn({ protocol: { ...aiSdk(), goesOn: false } })
    await call.send(says('3 °C.'), ...end)
    await asked
    expect(chat.getSnapshot().messages.map(({ content }) => content)).toEqual([
      'Weather?',
      'Let me see. ',
      '3 °C.',
    ])
  })
})
