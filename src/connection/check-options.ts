import { StreamError } from '../errors.js'
import { checkFormat } from '../formats/check-format.js'
import { requestMethod } from './request.js'
import type { RequestOptions } from './types.js'

declare const process: { env: Record<string, string | undefined> }

/**
 * Throws `invalid-option` for values that the types forbid but plain JavaScript can pass. Development
 * only, like the types: production bundles drop this code.
 */
export let checkOptions: typeof checkAll | undefined

try {
  // Written out in each file, not imported, so that bundlers can evaluate it and drop the branch.
  if (process.env.NODE_ENV !== 'production') checkOptions = checkAll
} catch {
  // A page without a bundler has no `process`.
}

function checkAll(given: RequestOptions & { parse?: unknown }): void {
  const { fetch, credentials, format, retry, signal, parse, ...options } = given
  if (fetch && typeof fetch !== 'function') fail('fetch to be a function', fetch)
  if (signal && !('aborted' in signal)) fail('signal to be an AbortSignal', signal)
  if (retry && Object(retry) !== retry) fail('retry to be false or an object', retry)
  if (typeof parse === 'string' && !['text', 'json'].includes(parse)) {
    fail('parse to be text, json, a function or a schema', parse)
  }
  checkMethod(given)
  if (credentials && !['omit', 'same-origin', 'include'].includes(credentials)) {
    fail('credentials to be omit, same-origin or include', credentials)
  }
  if (format) checkFormat?.(format)
  for (const [name, value] of Object.entries({ ...options, ...retry })) {
    const isNumeric = /attempts|concurrency|Delay|jitter|Timeout|maxEventSize/.test(name)
    const most = name === 'jitter' ? 1 : Infinity
    if (isNumeric && value !== undefined && !(Number(value) >= 0 && Number(value) <= most)) {
      fail(`${name} to be from 0 to ${most}`, value)
    }
  }
}

/** `fetch` rejects these with a TypeError, as it does a lost network, so they would be retried. */
function checkMethod(options: RequestOptions): void {
  const method = requestMethod(options)
  if (/^(CONNECT|TRACE|TRACK)$|[^\w!#$%&'*+.^`|~-]/.test(method)) {
    fail('method to be one that fetch can send', method)
  }
  if (options.body && /^(GET|HEAD)$/.test(method)) fail('method to be one with a body', method)
}

function fail(expected: string, value: unknown): never {
  throw new StreamError('invalid-option', `Expected ${expected}, got ${value}`)
}
