import { expect, test } from 'vitest'
import { connected } from './harness.js'
import { scriptedFetch } from './scripted-fetch.js'

test('a server that sends no headers in time is given up and tried again', async () => {
  const { server, clock, log, errors } = await connected({ connectTimeout: 5_000 })
  await clock.advance(4_999)
  expect(log).toEqual(['connecting'])
  await clock.advance(1)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
  expect(server.last.init.signal?.reason).toBe(errors[0])
  expect(errors[0]).toMatchObject({ url: 'https://example.test/events', retryable: true })
  expect(errors[0]?.message).toMatch(/a response .*5000 ms/)
})

test('the connect timeout works on a fetch that does not listen to its signal', async () => {
  const server = scriptedFetch({ deaf: true })
  const { clock, log } = await connected({ connectTimeout: 5_000 }, { server })
  await clock.advance(5_000)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
})

test('headers() that never resolves runs into the connect timeout', async () => {
  const headers = () => new Promise<HeadersInit>(() => {})
  const { clock, log } = await connected({ headers, connectTimeout: 5_000 })
  await clock.advance(5_000)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
})

test('the connect timeout is the default one where none is given, and 0 turns it off', async () => {
  const usual = await connected()
  await usual.clock.advance(30_000)
  expect(usual.log.at(-1)).toMatch(/timeout$/)
  const off = await connected({ connectTimeout: 0 })
  await off.clock.advance(10_000_000)
  expect(off.log).toEqual(['connecting'])
  expect(off.clock.waiting).toBe(0)
})

test('once the headers are there the connect timeout is over, and there is no idle timeout', async () => {
  const { server, clock, log } = await connected({ connectTimeout: 5_000 })
  server.last.open()
  await clock.advance(10_000_000)
  expect(log).toEqual(['connecting', 'open'])
  expect(clock.waiting).toBe(0)
})

test('a stream that is silent for longer than idleTimeout is reopened', async () => {
  const { server, clock, log, errors } = await connected({ idleTimeout: 5_000 })
  server.last.open()
  server.last.send('data: a\n\n')
  await clock.advance(4_999)
  expect(log.at(-1)).toBe('a')
  await clock.advance(1)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
  expect(errors[0]?.message).toMatch(/a byte .*5000 ms/)
  await clock.advance(1_000)
  server.last.open()
  await clock.advance(0)
  expect(log.at(-1)).toBe('open')
})

test('any byte is a sign of life: comments, and pieces of an event', async () => {
  const { server, clock, log } = await connected({ idleTimeout: 5_000 })
  server.last.open()
  for (const piece of [': keep-alive\n\n', ':\n', 'da', 'ta: a', '\n', '\n']) {
    server.last.send(piece)
    await clock.advance(4_000)
  }
  expect(log).toEqual(['connecting', 'open', 'a'])
})

test('what comes in time counts, though a page that a dialog has stopped reads it late', async () => {
  const { server, clock, log } = await connected({ connectTimeout: 5_000, idleTimeout: 5_000 })
  clock.skip(20_000)
  clock.delay(() => server.last.open(), 0)
  await clock.advance(0)
  expect(log).toEqual(['connecting', 'open'])
  clock.skip(20_000)
  clock.delay(() => server.last.send('data: a\n\n'), 0)
  await clock.advance(4_999)
  expect(log).toEqual(['connecting', 'open', 'a'])
  await clock.advance(1)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
})

test('a silent body is let go of, even by a fetch that does not listen to its signal', async () => {
  const server = scriptedFetch({ deaf: true })
  const { clock } = await connected({ idleTimeout: 5_000 }, { server })
  server.last.open()
  await clock.advance(5_000)
  expect(server.exchanges[0]?.isCanceled()).toBe(true)
})

test('no timer is left when a stream ends, fails or closes', async () => {
  const timeouts = { connectTimeout: 5_000, idleTimeout: 5_000 }
  const failed = await connected({ ...timeouts, retry: false })
  failed.server.last.answer(404)
  await failed.clock.advance(0)
  expect(failed.clock.waiting).toBe(0)

  const ended = await connected(timeouts, { sink: { onEnd: () => undefined } })
  ended.server.last.open()
  ended.server.last.end()
  await ended.clock.advance(0)
  expect(ended.clock.waiting).toBe(0)
})
