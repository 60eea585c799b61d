// What is sent again, and when.
import { describe, expect, test, vi } from 'vitest'
import { StreamError } from '../../../src/errors.js'
import { settle } from '../../support/clock.js'
import { delta, outcome, startChat, type TestChat } from './chat-support.js'
import { described } from './chat-ended.js'

interface Asking {
  promise: Promise<unknown>
}

describe('before the first token', () => {
  test.each([429, 503])('%i is tried again: twice, after 0.5 s and 1 s', async (status) => {
    const onError = vi.fn<(error: StreamError) => void>()
    const { chat, clock, calls } = startChat({ onError })
    const promise = outcome(chat.sendMessage('Hello'))
    await settle()
    await calls[0]!.answer(status, '{"error":"busy"}')
    expect(chat.getSnapshot().status).toBe('submitted')
    await clock.advance(499)
    expect(calls).toHaveLength(1)
    await clock.advance(1)
    expect(calls).toHaveLength(2)
    await calls[1]!.answer(status, '{"error":"busy"}')
    await clock.advance(1_000)
    expect(calls).toHaveLength(3)
    await calls[2]!.answer(status, '{"error":"still busy"}')
    expect(await promise).toMatchObject({ code: 'http', status, message: 'still busy' })
    await clock.advance(60_000)
    expect(calls).toHaveLength(3)
    expect(calls.map(({ method, body }) => [method, body])).toEqual(
      Array.from({ length: 3 }, () => ['POST', calls[0]!.body]),
    )
    expect(onError.mock.calls.map(([{ message }]) => message)).toEqual([
      'busy',
      'busy',
      'still busy',
    ])
  })

  test('the delay between tries doubles up to 5 s', async () => {
    const { chat, clock, calls } = startChat({ retry: { attempts: 6, jitter: 0 } })
    void chat.sendMessage('Hello')
    await settle()
    for (const [tries, delay] of [500, 1_000, 2_000, 4_000, 5_000, 5_000].entries()) {
      await calls[tries]!.answer(503, '')
      await clock.advance(delay - 1)
      expect(calls).toHaveLength(tries + 1)
      await clock.advance(1)
      expect(calls).toHaveLength(tries + 2)
    }
  })

  test('a model that thinks is waited for without a limit', async () => {
    const { chat, clock, nextCall } = startChat()
    const promise = chat.sendMessage('Hello')
    const call = await nextCall()
    await clock.advance(3_600_000)
    expect(call.signal.aborted).toBe(false)
    await call.open()
    await clock.advance(3_600_000)
    await call.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  /** The first answer of a busy server. */
  async function refuse(status: number, retryAfter: string): Promise<TestChat & Asking> {
    const started = startChat()
    const promise = outcome(started.chat.sendMessage('Hello'))
    const call = await started.nextCall()
    await call.open({ status, type: 'application/json', headers: { 'retry-after': retryAfter } })
    await call.write('{"error":"busy"}')
    await call.end()
    await settle()
    return { ...started, promise }
  }

  test.each([429, 503])('%i is tried again when its Retry-After says', async (status) => {
    const { chat, clock, calls, promise } = await refuse(status, '60')
    await clock.advance(59_999)
    clock.nextFrame()
    expect(calls).toHaveLength(1)
    expect(chat.getSnapshot()).toMatchObject({
      status: 'submitted',
      messages: [{ content: 'Hello' }, { status: 'pending' }],
      error: { code: 'http', status, message: 'busy', retryAfter: 60_000 },
    })
    await clock.advance(1)
    expect(calls[1]?.body).toEqual(calls[0]!.body)
    await calls[1]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  test('a Retry-After of more than a minute fails at once, and says how long', async () => {
    const { chat, clock, calls, promise } = await refuse(429, '61')
    const error = await promise
    expect(error).toMatchObject({ code: 'http', status: 429, message: 'busy', retryAfter: 61_000 })
    expect(chat.getSnapshot()).toMatchObject({
      status: 'error',
      messages: [{ content: 'Hello' }, { status: 'error', content: '' }],
    })
    await clock.advance(600_000)
    expect(calls).toHaveLength(1)
    void chat.regenerate() // The text of the user is there to be sent again.
    await settle()
    expect(calls[1]?.body).toEqual(calls[0]!.body)
  })

  test('a try that succeeds is the reply, and its error is cleared', async () => {
    const { chat, clock, calls } = startChat()
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.answer(503, '{"error":"busy"}')
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({ status: 'submitted', error: { message: 'busy' } })
    await clock.advance(500)
    await calls[1]!.open()
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({ status: 'submitted', error: undefined })
    await calls[1]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  test('what the server may have acted on is not sent again', async () => {
    const { chat, clock, calls } = startChat()
    const promise = outcome(chat.sendMessage('Hello'))
    await settle()
    await calls[0]!.cut()
    expect(await promise).toMatchObject({ code: 'network' })
    await clock.advance(60_000)
    expect(calls).toHaveLength(1)
  })

  test('it is sent again where the page allows, and fails as the last try did', async () => {
    const { chat, clock, calls } = startChat({ retry: { replay: true } })
    const promise = outcome(chat.sendMessage('Hello'))
    await settle()
    await calls[0]!.cut()
    await clock.advance(500)
    await calls[1]!.answer(400, '{"error":"bad"}')
    const error = await promise
    expect(error).toMatchObject({ code: 'http', message: 'bad' })
    expect(described(chat, error)).toMatchObject({ status: 'error', reply: 'error' })
  })

  test('a token that was refused is asked for again', async () => {
    let token = 0
    const { chat, calls } = startChat({ headers: () => ({ authorization: `Bearer ${++token}` }) })
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.answer(401, '')
    await settle()
    expect(calls.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
    ])
    await calls[1]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })
})

test('after the first token nothing is sent again, however many attempts there may be', async () => {
  const { chat, clock, calls } = startChat({ retry: { attempts: 9, replay: true } })
  const promise = outcome(chat.sendMessage('Hello'))
  await settle()
  await calls[0]!.send(delta('Half'))
  await calls[0]!.cut()
  expect(await promise).toMatchObject({ code: 'network' })
  await clock.advance(60_000)
  expect(calls).toHaveLength(1)
})
