import { StreamError } from '../errors.js'
import type { RequestOptions } from './types.js'

const formats = ['sse', 'ndjson', 'json-seq', 'text']

/** Throws `invalid-option` for what the types forbid but a page without them can still pass. */
export function checkOptions(options: RequestOptions): void {
  const { format, retry, body, method } = options
  if (format !== undefined && !formats.includes(format)) {
    throw invalid('format', `one of ${formats.join(', ')}`, format)
  }
  atLeast(0, 'connectTimeout', options.connectTimeout)
  atLeast(0, 'idleTimeout', options.idleTimeout)
  atLeast(1, 'maxEventSize', options.maxEventSize)
  if (retry) {
    atLeast(0, 'retry.attempts', retry.attempts)
    atLeast(0, 'retry.minDelay', retry.minDelay)
    atLeast(0, 'retry.maxDelay', retry.maxDelay)
    atLeast(0, 'retry.jitter', retry.jitter)
    if ((retry.jitter ?? 0) > 1) throw invalid('retry.jitter', 'a number from 0 to 1', retry.jitter)
  }
  if (body !== undefined && body !== null && (method === 'GET' || method === 'HEAD')) {
    throw invalid('method', 'one that may have a body', method)
  }
}

function atLeast(least: number, name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value >= least)) return
  throw invalid(name, `a number of at least ${least}`, value)
}

function invalid(name: string, expected: string, value: unknown): StreamError {
  return new StreamError('invalid-option', `Expected ${name} to be ${expected}, got ${String(value)}`)
}
