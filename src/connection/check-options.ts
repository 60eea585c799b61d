import { StreamError } from '../errors.js'
import type { RequestOptions } from './types.js'

declare const process: { env: Record<string, string | undefined> }

/**
 * Throws `invalid-option` for what the types forbid but a page without them can still pass. Like the
 * types, it is there in development: a production bundle leaves it out.
 */
export let checkOptions = (_options: RequestOptions): void => {}

try {
  if (process.env.NODE_ENV !== 'production') checkOptions = checkAll
} catch {
  // A page without a bundler has no `process`.
}

function checkAll({ fetch, credentials, format, retry, ...options }: RequestOptions): void {
  if (fetch && typeof fetch !== 'function') fail('fetch', fetch)
  if (credentials && !['omit', 'same-origin', 'include'].includes(credentials)) {
    fail('credentials', credentials)
  }
  if (format && !['sse', 'ndjson', 'json-seq', 'text'].includes(format)) fail('format', format)
  for (const [name, value] of Object.entries({ ...options, ...retry })) {
    const isNumeric = /attempts|concurrency|Delay|jitter|Timeout|maxEventSize/.test(name)
    const most = name === 'jitter' ? 1 : Infinity
    if (isNumeric && value !== undefined && !(Number(value) >= 0 && Number(value) <= most)) {
      fail(name, value)
    }
  }
}

function fail(name: string, value: unknown): never {
  throw new StreamError('invalid-option', `Expected a valid ${name}, got ${value}`)
}
