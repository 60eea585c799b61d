// Where a reply is over: complete, or cut.
import { describe, expect, test, vi } from 'vitest'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { text } from '../../../src/protocols/text.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { delta, outcome, startChat } from './chat-support.js'
import { ended, described, chunk } from './chat-ended.js'

/** How it ends after an event, some bytes and a clean end. */
const endedAfter = (first: object, rest: string) =>
  ended({}, async (call) => {
    await call.send(first)
    await call.write(rest)
    await call.end()
  })

describe('a reply is complete', () => {
  const complete = { status: 'ready', reply: 'complete', code: undefined }

  test('at the marker of its protocol, whatever comes after it', async () => {
    const end = await ended({}, async (call) => {
      await call.send(delta('Hi'), '[DONE]', delta(' again'))
    })
    expect(end).toEqual({ ...complete, promise: 'Hi', text: 'Hi' })
  })

  const sse = 'text/event-stream'
  const finished = `data: ${JSON.stringify(chunk('Hi', 'stop'))}\n\n`

  test.each<[what: string, type: string, written: string[], text: string, options?: ChatOptions]>([
    ['where its protocol may lack a marker', sse, ['data: {"content":"Hi"}\n\n'], 'Hi'],
    ['of plain text', 'text/plain; charset=utf-8', ['data: as it ', 'is'], 'data: as it is'],
    ['after a finish reason', sse, [finished], 'Hi', { protocol: openaiChat() }],
    [
      'after a last event that lacks its blank line',
      sse,
      ['data: {"content":"Hi"}\n\ndata: {"content":" you"}\n\ndata: [DONE]'],
      'Hi you',
    ],
    ['of NDJSON', 'application/x-ndjson', ['{"content":"Hi"}\n{"content":" you"}'], 'Hi you'],
  ])('at a clean end %s', async (_what, type, written, text, options = {}) => {
    const end = await ended(options, async (call) => {
      await call.open({ type })
      for (const each of written) await call.write(each)
      await call.end()
    })
    expect(end).toEqual({ ...complete, promise: text, text })
  })
})

test.each(['[DONE]', { error: 'no more' }])(
  'after %j its connection is closed, and a reply that could be resumed is not asked for again',
  async (last) => {
    const { clock, calls, say } = startChat({ url: 'https://a.test/chat' })
    const call = await say('Hello')
    await call.open({ headers: { 'content-location': '/replies/7' } })
    await call.send(delta('Hi'), last)
    expect(call.signal.aborted).toBe(true)
    await call.cut()
    await clock.advance(60_000)
    expect(calls).toHaveLength(1)
  },
)

test('the tool calls of a reply are ready when it is complete', async () => {
  const { chat, clock, nextCall } = startChat()
  const promise = chat.sendMessage('Weather?')
  const call = await nextCall()
  await call.open()
  const fragment = {
    index: 0,
    id: 'a',
    function: { name: 'weather', arguments: '{"city":"Paris"}' },
  }
  await call.send({ choices: [{ delta: { tool_calls: [fragment] } }] })
  clock.nextFrame()
  expect(chat.getSnapshot()).toMatchObject({
    status: 'streaming',
    reply: { parts: [{ type: 'tool-call', state: 'streaming' }] },
  })
  await call.send('[DONE]')
  expect(await promise).toBe('')
  expect(chat.getSnapshot().reply?.parts).toMatchObject([
    { type: 'tool-call', id: 'a', name: 'weather', args: { city: 'Paris' }, state: 'ready' },
  ])
})

describe('a reply is cut', () => {
  const cut = { status: 'error', reply: 'interrupted', text: 'Half' }

  test('by a network error, keeps its text, and cancels nothing', async () => {
    const cancelRequest = vi.fn<() => void>()
    const end = await ended({ cancelRequest }, async (call) => {
      await call.send(delta('Half'))
      await call.cut()
    })
    expect(end).toEqual({ ...cut, promise: 'network', code: 'network' })
    expect(cancelRequest).not.toHaveBeenCalled()
  })

  test('by a network error before there was an answer', async () => {
    const end = await ended({}, (call) => call.cut())
    expect(end).toEqual({ ...cut, promise: 'network', code: 'network', text: '' })
  })

  test('by a network error in plain text', async () => {
    const end = await ended({ protocol: text() }, async (call) => {
      await call.open({ type: 'application/octet-stream' })
      await call.write('Half')
      await call.cut()
    })
    expect(end).toEqual({ ...cut, promise: 'network', code: 'network' })
  })

  test.each(['', 'data: {"choices":[{"delta":{"conte'])(
    'by a clean end without the marker that its protocol always has, after %j',
    async (rest) => {
      const end = await endedAfter(chunk('Half'), rest)
      expect(end).toEqual({ ...cut, promise: 'incomplete', code: 'incomplete' })
    },
  )

  test('by a clean end before anything came of such a protocol', async () => {
    const end = await ended({ protocol: openaiChat() }, async (call) => {
      await call.open()
      await call.end()
    })
    expect(end).toEqual({ ...cut, promise: 'incomplete', code: 'incomplete', text: '' })
  })

  test.each(['data: {"content":" of', 'data: {"content":" of\n\n'])(
    'by a clean end after a last record that is broken JSON: %j',
    async (record) => {
      const end = await endedAfter(delta('Half'), record)
      expect(end).toEqual({ ...cut, promise: 'incomplete', code: 'incomplete' })
    },
  )

  test('by a silence longer than idleTimeout', async () => {
    const { chat, clock, nextCall } = startChat({ idleTimeout: 1_000 })
    const promise = outcome(chat.sendMessage('Hello'))
    const call = await nextCall()
    await call.send(delta('Half'))
    await clock.advance(1_000)
    expect(described(chat, await promise)).toEqual({ ...cut, promise: 'timeout', code: 'timeout' })
    expect(call.signal.aborted).toBe(true)
  })
})
