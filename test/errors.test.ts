import { afterEach, expect, test, vi } from 'vitest'
import { StreamError, type StreamErrorCode } from '../src/errors.js'
import { responseError } from '../src/formats/response.js'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

test('a StreamError is an Error that a program can tell by its code', () => {
  const cause = new TypeError('fetch failed')
  const error = new StreamError('http', 'Expected a stream', {
    url: 'https://example.test/',
    status: 503,
    body: 'busy',
    hint: 'Wait',
    retryable: true,
    cause,
  })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'StreamError',
    code: 'http',
    message: 'Expected a stream',
    url: 'https://example.test/',
    status: 503,
    body: 'busy',
    hint: 'Wait',
    retryable: true,
  })
  expect(error.cause).toBe(cause)
  expect(String(error)).toBe('StreamError: Expected a stream')
})

test('a message names the URL without its query, which may hold a key', () => {
  const url = 'https://example.test/$&?key=secret'
  const error = new StreamError('http', `Expected a stream from ${url}, got 503`, { url })
  expect(error.message).toBe('Expected a stream from https://example.test/$&, got 503')
  expect(error.url).toBe(url)
})

test('so it does where the words of the cause name it again, and without a password', () => {
  const url = 'https://me:secret@example.test/?key=secret&mail=a@b'
  const words = `Request cannot be constructed from a URL that includes credentials: ${url}`
  const { message } = new StreamError('network', `Expected a response from ${url}: ${words}`, {
    url,
  })
  expect(message).toBe(
    'Expected a response from https://example.test/: ' +
      'Request cannot be constructed from a URL that includes credentials: https://example.test/',
  )
  for (const shown of ['https://example.test', 'https://example.test/me@home', '/api']) {
    const asked = `${shown}?mail=a@b`
    const error = new StreamError('network', `Expected ${asked}`, { url: asked })
    expect(error.message).toBe(`Expected ${shown}`)
  }
})

test('what may succeed later is retryable: a lost connection, a timeout, an early end', () => {
  const retryable: Record<StreamErrorCode, boolean> = {
    network: true,
    timeout: true,
    incomplete: true,
    http: false,
    'content-type': false,
    parse: false,
    protocol: false,
    'too-large': false,
    busy: false,
    'invalid-option': false,
    storage: false,
    aborted: false,
  }
  for (const [code, expected] of Object.entries(retryable)) {
    const { retryable: actual } = new StreamError(code as StreamErrorCode, '')
    expect({ code, actual }).toEqual({ code, actual: expected })
  }
})

test('a detail that is undefined is one that is not given', () => {
  const error = new StreamError('network', 'Lost', { url: undefined, retryable: undefined })
  expect(error).toMatchObject({ message: 'Lost', retryable: true })
})

test('development builds have hints and check the options, production builds do neither', async () => {
  vi.stubEnv('NODE_ENV', 'development')
  const { hints } = await import('../src/hints.js')
  const { checkOptions } = await import('../src/connection/check-options.js')
  expect(hints.cors).toContain('Access-Control-Allow-Origin')
  expect(() => checkOptions?.({ idleTimeout: -1 })).toThrow('idleTimeout')

  vi.resetModules()
  vi.stubEnv('NODE_ENV', 'production')
  const production = {
    ...(await import('../src/hints.js')),
    ...(await import('../src/connection/check-options.js')),
  }
  expect(production.hints).toEqual({})
  expect(() => production.checkOptions?.({ idleTimeout: -1 })).not.toThrow()
})

test.each([
  [200, 'text/html', /proxy.*`format`/],
  [202, 'application/json', /`format`.*`fromAnswer\(\)`/],
  [401, 'application/json', /`headers` as a function/],
  [404, null, /proxy/],
  [503, 'text/plain', undefined],
])('a development build hints at the usual cause of a %i', async (status, type, hint) => {
  const headers: HeadersInit = type ? { 'content-type': type } : {}
  const error = await responseError(new Response(null, { status, headers }), undefined, '/api')
  if (hint) expect(error!.hint).toMatch(hint)
  else expect(error!.hint).toBeUndefined()
})
