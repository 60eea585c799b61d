import { inspect } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RequestOptions } from '../../src/connection/types.js'
import { StreamError } from '../../src/errors.js'
import { connected } from './harness.js'
import { sse } from './scripted-fetch.js'

async function refused(options: RequestOptions, url?: string) {
  const { errors, log, server, clock } = await connected(options, { url })
  await clock.advance(100_000)
  expect(errors).toHaveLength(1)
  expect(errors[0]).toBeInstanceOf(StreamError)
  expect(log.at(-1)).toBe('failed 1: invalid-option')
  expect(server.exchanges).toHaveLength(0)
  expect(clock.waiting).toBe(0)
  return errors[0]!
}

test('a bad URL fails at once, with the URL', async () => {
  expect((await refused({}, 'http://:bad')).message).toContain('http://:bad')
})

test('a scheme that fetch cannot speak fails at once, and a fetch of the user may know it', async () => {
  const error = await refused({}, 'ws://example.test/events')
  expect(error.message).toBe(
    'Expected an HTTP URL without a password, got "ws://example.test/events"',
  )
  const fetch = (async () => new Response(null, { status: 204 })) as typeof globalThis.fetch
  const { log, clock } = await connected({ fetch }, { url: 'app://events' })
  await clock.advance(0)
  expect(log.at(-1)).toMatch(/^closed/)
})

test('a URL with a password, which every fetch refuses, fails at once', async () => {
  const error = await refused({}, 'https://user:secret@example.test/events')
  expect(error.message).toContain('without a password, got "https://example.test/events"')
  await refused({}, 'https://user@example.test')
  const { server } = await connected({}, { url: 'https://example.test/@user?to=a@b#@' })
  expect(server.exchanges).toHaveLength(1)
})

test('a URL whose parts are unknown, as in React Native before 0.80, is asked for', async () => {
  class UrlOfReactNative {
    constructor(readonly href: string) {}
    get protocol(): string {
      throw new Error('URL.protocol is not implemented')
    }
  }
  vi.stubGlobal('URL', UrlOfReactNative)
  onTestFinished(() => void vi.unstubAllGlobals())
  const { server } = await connected({}, { url: 'https://example.test/events' })
  expect(server.exchanges).toHaveLength(1)
})

test('outside a page a relative URL fails, and the hint says why', async () => {
  const error = await refused({}, '/events')
  expect(error.message).toContain('/events')
  expect(error.hint).toContain('absolute')
})

test('outside a page a relative URL is left to a fetch of the user', async () => {
  const urls: unknown[] = []
  const fetch = (async (url: unknown) => {
    urls.push(url)
    return new Response(null, { status: 204 })
  }) as typeof globalThis.fetch
  await connected({ fetch }, { url: '/events' })
  expect(urls).toEqual(['/events'])
})

test('in a frame with srcdoc, which has no address, a relative URL is one of the page around it', async () => {
  vi.stubGlobal('location', { href: 'about:srcdoc', origin: 'null' })
  vi.stubGlobal('document', Object.assign(new EventTarget(), { baseURI: 'https://a.test/page' }))
  onTestFinished(() => void vi.unstubAllGlobals())
  const { server, clock, errors } = await connected({}, { url: '/events' })
  expect(server.exchanges).toHaveLength(1)
  server.last.cut()
  await clock.advance(0)
  expect(errors).toMatchObject([{ code: 'network', url: '/events' }])
})

test.each([
  ['format to be sse, ndjson, json-seq or text, got xml', { format: 'xml' }],
  ['connectTimeout to be from 0 to Infinity, got -1', { connectTimeout: -1 }],
  ['idleTimeout to be from 0 to Infinity, got NaN', { idleTimeout: NaN }],
  ['maxEventSize to be from 0 to Infinity, got big', { maxEventSize: 'big' }],
  ['attempts to be from 0 to Infinity, got -1', { retry: { attempts: -1 } }],
  ['minDelay to be from 0 to Infinity, got soon', { retry: { minDelay: 'soon' } }],
  ['maxDelay to be from 0 to Infinity, got -5', { retry: { maxDelay: -5 } }],
  ['jitter to be from 0 to 1, got 1.5', { retry: { jitter: 1.5 } }],
  ['concurrency to be from 0 to Infinity, got NaN', { concurrency: NaN }],
  ['credentials to be omit, same-origin or include, got yes', { credentials: 'yes' }],
  ['fetch to be a function, got https://example.test', { fetch: 'https://example.test' }],
  ['retry to be false or an object, got 3', { retry: 3 }],
  ['signal to be an AbortSignal', { signal: new AbortController() }],
  ['parse to be text, json, a function or a schema, got xml', { parse: 'xml' }],
  ['method to be one that fetch can send, got TRACE', { method: 'TRACE' }],
  ['method to be one that fetch can send, got GET IT', { method: 'GET it' }],
  ['method to be one with a body, got GET', { method: 'GET', body: { question: 'why?' } }],
  ['method to be one with a body, got HEAD', { method: 'head', body: () => 'text' }],
])('a wrong option fails before anything is sent: it expects %s', async (words, options) => {
  const error = await refused(options as unknown as RequestOptions)
  expect(error.message).toContain(`Expected ${words}`)
})

test('limits of Infinity, and none, are right', async () => {
  const retry = { attempts: Infinity, maxDelay: Infinity }
  const { log } = await connected({ retry, connectTimeout: undefined, maxEventSize: Infinity })
  expect(log).toEqual(['connecting'])
})

test('a body that cannot be JSON fails before anything is sent, and is not tried again', async () => {
  const circular: { self?: unknown } = {}
  circular.self = circular
  const error = await refused({ body: circular, retry: { replay: true } })
  expect(error.message).toContain('circular')
})

test('a header that cannot be sent fails, and is not tried again', async () => {
  const error = await refused({ headers: { 'bad name': '1' } })
  expect(error.message).toContain('bad name')
})

test('the error of a header that cannot be sent does not tell its value, which may be a secret', async () => {
  for (const value of ['secret\nsecret', 'secret…', 'secret\0']) {
    const error = await refused({ headers: () => ({ authorization: value }) })
    expect(error.message).toContain('authorization')
    expect(inspect(error)).not.toContain('secret')
  }
})

test('headers() that throws is reported and tried again: the token may come next time', async () => {
  let asked = 0
  const headers = (): HeadersInit => {
    asked += 1
    if (asked === 1) throw new Error('no token yet')
    return { authorization: 'token' }
  }
  const { clock, server, errors } = await connected({ headers })
  expect(errors).toMatchObject([{ code: 'network', retryable: true }])
  expect(errors[0]?.message).toContain('no token yet')
  expect(server.exchanges).toHaveLength(0)
  await clock.advance(1_000)
  expect(server.last.headers.get('authorization')).toBe('token')
})

test('a network error says which URL, and why as far as is known', async () => {
  const { server, clock, errors } = await connected()
  server.last.cut()
  await clock.advance(0)
  expect(errors[0]).toMatchObject({ code: 'network', url: 'https://example.test/events' })
  expect(errors[0]?.message).toContain('https://example.test/events')
  expect(errors[0]?.message).toContain('the network is gone')
  expect(errors[0]?.cause).toBeInstanceOf(TypeError)
})

test('a fetch that throws, or gives no promise, is a network error like another', async () => {
  for (const broken of [
    () => {
      throw new Error('broken fetch')
    },
    () => undefined,
  ]) {
    const { errors } = await connected({ fetch: broken as unknown as typeof fetch })
    expect(errors).toMatchObject([{ code: 'network' }])
  }
})

test('a fetch whose responses cannot be read as a stream fails for good', async () => {
  async function failed(make: () => Response | Promise<Response>) {
    const { errors, log, clock } = await connected({ fetch: async () => make() })
    await clock.advance(100_000)
    expect(log).not.toContain('open')
    expect(log.at(-1)).toMatch(/^failed 1/)
    expect(errors[0]?.url).toBe('https://example.test/events')
    expect(errors[0]?.message).toContain('body')
  }
  await failed(() => Object.defineProperty(new Response('', { headers: sse }), 'body', {}))
  await failed(async () => {
    const response = new Response('data: a\n\n', { headers: sse })
    await response.text()
    return response
  })
})

test('an event larger than maxEventSize fails for good, and says where', async () => {
  const { server, clock, log, errors } = await connected({ maxEventSize: 100 })
  server.last.open()
  server.last.send('data: small\n\n')
  server.last.send(`data: ${'x'.repeat(200)}`)
  await clock.advance(100_000)
  expect(log).toEqual(['connecting', 'open', 'small', 'failed 1: too-large'])
  expect(errors[0]).toMatchObject({ url: 'https://example.test/events', retryable: false })
  expect(errors[0]?.message).toContain('100')
  expect(server.last.isCanceled() || server.last.init.signal?.aborted).toBe(true)
})
