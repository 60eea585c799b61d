import { StreamError } from '../errors.js'
import type { RequestOptions } from './types.js'

/** Throws `invalid-option` for what the types forbid but a page without them can still pass. */
export function checkOptions({ format, retry, ...options }: RequestOptions): void {
  if (format && !['sse', 'ndjson', 'json-seq', 'text'].includes(format)) fail('format', format)
  const numbers = { ...options, ...(retry || undefined) } as Record<string, unknown>
  for (const name of ['connectTimeout', 'idleTimeout', 'maxEventSize', 'attempts', 'minDelay', 'maxDelay', 'jitter']) {
    const value = numbers[name]
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) fail(name, value)
  }
}

function fail(name: string, value: unknown): never {
  const expected = name === 'format' ? 'a format' : 'a number, 0 or more'
  throw new StreamError('invalid-option', `Expected ${name} to be ${expected}, got ${String(value)}`)
}
