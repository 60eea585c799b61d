import { Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import type { RequestOptions } from '../../src/connection/types.js'
import type { StreamError } from '../../src/errors.js'
import { connected, type Harness } from './harness.js'

const html = { 'content-type': 'text/html' }
const post: RequestOptions = { body: { question: 'why?' } }

async function answered(
  options: RequestOptions,
  status: number,
  body = '',
  headers?: HeadersInit,
): Promise<Harness> {
  const harness = await connected(options)
  harness.server.last.answer(status, body, headers)
  await harness.clock.advance(0)
  return harness
}

test('204 closes it for good, without an error', async () => {
  const { server, clock, log, errors } = await connected()
  server.last.open()
  server.last.end()
  await clock.advance(1_000)
  server.last.answer(204)
  await clock.advance(100_000)
  expect(log.at(-1)).toBe('closed')
  expect(errors.map(({ code }) => code)).toEqual(['incomplete'])
  expect(server.exchanges).toHaveLength(2)
  expect(clock.waiting).toBe(0)
})

test('a wrong content type fails for good, with what came', async () => {
  const { errors, log, clock, server } = await answered({}, 200, '<!doctype html><p>Hello', html)
  await clock.advance(100_000)
  expect(log).toEqual(['connecting', 'failed 1: content-type'])
  expect(server.exchanges).toHaveLength(1)
  expect(errors[0]).toMatchObject({
    status: 200,
    body: '<!doctype html><p>Hello',
    retryable: false,
  })
  expect(errors[0]?.message).toMatch(/expected .*stream/i)
  expect(errors[0]?.message).toContain('text/html')
  expect(errors[0]?.message).toContain('<!doctype html>')
})

test('a missing content type fails too', async () => {
  const { server, clock, errors } = await connected()
  server.last.open({})
  server.last.send('{"error": "no stream here"}')
  server.last.end()
  await clock.advance(0)
  expect(errors[0]).toMatchObject({ code: 'content-type', body: '{"error": "no stream here"}' })
})

test('which content types can be read, the request says', async () => {
  const { server, clock, log } = await connected({}, { detectFormat: () => undefined })
  server.last.open()
  server.last.end()
  await clock.advance(0)
  expect(log).toEqual(['connecting', 'failed 1: content-type'])
})

test('where a format is given, the content type is not checked', async () => {
  const { server, clock, log } = await connected({ format: 'ndjson' })
  server.last.open(html)
  server.last.send('{"a":1}\n')
  await clock.advance(0)
  expect(log).toEqual(['connecting', 'open', '{"a":1}'])
})

test("the content type's parameters, case and a trailing semicolon do not matter", async () => {
  for (const type of [
    'text/event-stream;charset=utf-8',
    'TEXT/Event-Stream',
    'text/event-stream;',
  ]) {
    const { server, clock, log } = await connected()
    server.last.open({ 'content-type': type })
    await clock.advance(0)
    expect(log).toEqual(['connecting', 'open'])
  }
})

test.each([400, 401, 403, 404, 410, 422])('%i fails for good, with its body', async (status) => {
  const { errors, log, server, clock } = await answered({}, status, '{"error":"no such stream"}')
  await clock.advance(100_000)
  expect(log).toEqual(['connecting', 'failed 1: http'])
  expect(server.exchanges).toHaveLength(1)
  expect(errors[0]).toMatchObject({ status, body: '{"error":"no such stream"}', retryable: false })
  expect(errors[0]?.message).toContain(`https://example.test/events, got ${status}`)
})

test.each([408, 429, 500, 502, 503])('%i is tried again, a POST too', async (status) => {
  for (const options of [{}, post]) {
    const { server, clock, log } = await answered(options, status, 'busy')
    expect(log.at(-1)).toBe('reconnecting 1 in 1000: http')
    await clock.advance(1_000)
    server.last.open()
    await clock.advance(0)
    expect(log.at(-1)).toBe('open')
  }
})

test('the body of an answer that refuses is read up to 64 KiB', async () => {
  const { errors } = await answered({}, 500, 'x'.repeat(70_000))
  expect(errors[0]?.body).toHaveLength(65_536)
})

test('a refusal whose body is no web stream, as of node-fetch, is told by its status', async () => {
  const refusal = { ok: false, status: 404, headers: new Headers(), body: Readable.from(['no']) }
  const fetch = (async () => refusal) as unknown as typeof globalThis.fetch
  const { log, errors } = await connected({ fetch })
  expect(log).toEqual(['connecting', 'failed 1: http'])
  expect(errors[0]).toMatchObject({ status: 404, body: '' })
})

test('401 is tried again at once with fresh headers, and reported', async () => {
  let token = 0
  const headers = () => ({ authorization: String((token += 1)) })
  const { server, clock, log, errors } = await answered({ ...post, headers }, 401, 'expired')
  expect(server.exchanges).toHaveLength(2)
  expect(server.last.headers.get('authorization')).toBe('2')
  expect(errors).toMatchObject([{ status: 401, body: 'expired' }])
  server.last.open()
  await clock.advance(0)
  expect(log.at(-1)).toBe('open')
})

test('401 is tried again only once in a row', async () => {
  const { server, clock, log } = await answered({ headers: () => ({}) }, 401)
  server.last.answer(401)
  await clock.advance(100_000)
  expect(server.exchanges).toHaveLength(2)
  expect(log.at(-1)).toBe('failed 1: http')
})

test('a stream whose token expires again later gets a fresh one again', async () => {
  const { server, clock } = await answered({ headers: () => ({}) }, 401)
  server.last.open()
  await clock.advance(0)
  server.last.cut()
  await clock.advance(1_000)
  server.last.answer(401)
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(4)
})

test('opened by hand after it was refused twice, it may refresh its token again', async () => {
  const { server, clock, connection } = await answered({ headers: () => ({}) }, 401)
  server.last.answer(401)
  await clock.advance(0)
  connection.open()
  await clock.advance(0)
  server.last.answer(401)
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(4)
})

test('401 is final where headers are no function, and where nothing is to be tried again', async () => {
  expect((await answered({ headers: {} }, 401)).server.exchanges).toHaveLength(1)
  const never = await answered({ headers: () => ({}), retry: false }, 401)
  expect(never.server.exchanges).toHaveLength(1)
})

test('401 is final where the body was a stream, which is gone', async () => {
  const body = new Blob(['once']).stream()
  const { server, errors, log } = await answered({ method: 'POST', body, headers: () => ({}) }, 401)
  expect(server.exchanges).toHaveLength(1)
  expect(log).toEqual(['connecting', 'failed 1: http'])
  expect(errors).toMatchObject([{ status: 401 }])
})

test('shouldRetry is asked of a 401 too', async () => {
  const shouldRetry = vi.fn<(error: StreamError, attempt: number) => boolean>(() => false)
  const { server, errors } = await answered({ headers: () => ({}), retry: { shouldRetry } }, 401)
  expect(server.exchanges).toHaveLength(1)
  expect(shouldRetry.mock.calls).toEqual([[errors[0], 1]])
})

test('fresh headers for a 401 are no try that is counted', async () => {
  const { server } = await answered({ headers: () => ({}), retry: { attempts: 0 } }, 401)
  expect(server.exchanges).toHaveLength(2)
})

test('close() at the report of a 401 sends nothing more', async () => {
  const harness: Harness = await connected(
    { headers: () => ({}) },
    { sink: { onStatus: (_status, { error }) => error && harness.connection.close() } },
  )
  harness.server.last.answer(401)
  await harness.clock.advance(100_000)
  expect(harness.server.exchanges).toHaveLength(1)
})

test('a POST that was cut is not sent again: the server may have acted on it', async () => {
  for (const open of [true, false]) {
    const { server, clock, log } = await connected(post)
    if (open) server.last.open()
    await clock.advance(0)
    server.last.cut()
    await clock.advance(100_000)
    expect(log.at(-1)).toBe('failed 1: network')
    expect(server.exchanges).toHaveLength(1)
  }
})

test.each([
  ['the reason that Node keeps', new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
  // Node's, for a host with two addresses.
  ['what `fetch` said, where the reason has no words', new AggregateError([]), 'fetch failed'],
  // Mock Service Worker's.
  ['what `fetch` said, where its cause is no error', Response.error(), 'fetch failed'],
])('a lost connection tells %s', async (_what, cause, words) => {
  const fetch = (): Promise<never> => Promise.reject(new TypeError('fetch failed', { cause }))
  const { errors } = await connected({ fetch })
  expect(errors[0]?.message.split(': ').at(-1)).toBe(words)
})

test('a POST that got no answer in time is not sent again', async () => {
  const { server, clock, log } = await connected(post)
  await clock.advance(100_000)
  expect(log.at(-1)).toBe('failed 1: timeout')
  expect(server.exchanges).toHaveLength(1)
})

test.each([
  ['GET', 2],
  ['head', 2],
  ['PUT', 1],
  ['DELETE', 1],
])(
  'a %s that was lost is sent %d times: again where that can do no harm',
  async (method, times) => {
    const { server, clock } = await connected({ method, retry: { attempts: 1 } })
    server.last.cut()
    await clock.advance(100_000)
    expect(server.exchanges).toHaveLength(times)
  },
)

test('with replay a POST that was cut is sent again, the same', async () => {
  const { server, clock } = await connected({ ...post, retry: { replay: true } })
  server.last.cut()
  await clock.advance(1_000)
  expect(server.exchanges.map(({ init }) => init.body)).toEqual([
    '{"question":"why?"}',
    '{"question":"why?"}',
  ])
})

test('a POST that received an id is resumed by it', async () => {
  const { server, clock } = await connected(post)
  server.last.open()
  server.last.send('id: 7\ndata: a\n\n')
  await clock.advance(0)
  server.last.cut()
  await clock.advance(1_000)
  expect(server.last.init.method).toBe('POST')
  expect(server.last.headers.get('last-event-id')).toBe('7')
})

test('replay: false keeps a GET from being sent again too', async () => {
  const { server, clock, log } = await connected({ retry: { replay: false } })
  server.last.cut()
  await clock.advance(100_000)
  expect(log.at(-1)).toBe('failed 1: network')
  expect(server.exchanges).toHaveLength(1)
})

test('a body that is a stream is gone once it is sent: what failed has failed', async () => {
  const body = new Blob(['a question']).stream()
  const { log, server } = await answered({ body, retry: { replay: true } }, 503)
  expect(log).toEqual(['connecting', 'failed 1: http'])
  expect(server.exchanges).toHaveLength(1)
  const again = await answered({ body: () => new Blob(['a question']).stream() }, 503)
  expect(again.log.at(-1)).toBe('reconnecting 1 in 1000: http')
})
