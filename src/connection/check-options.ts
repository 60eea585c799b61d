import { StreamError } from '../errors.js'
import { hints } from '../hints.js'
import type { RequestOptions } from './types.js'

/** Throws `invalid-option` for what the types forbid but a page without them can still pass. */
export function checkOptions(url: string, { fetch, format, retry, ...options }: RequestOptions): void {
  // Outside a page only a `fetch` of the user's own knows what a relative URL means.
  const base = globalThis.location?.href ?? (fetch && 'http://localhost')
  if (!URL.canParse(url, base)) fail('url', url, base ? undefined : hints.relativeUrl)
  if (format && !['sse', 'ndjson', 'json-seq', 'text'].includes(format)) fail('format', format)
  for (const [name, value] of Object.entries({ ...options, ...(retry || {}) })) {
    const isNumeric = /attempts|Delay|jitter|Timeout|maxEventSize/.test(name)
    if (isNumeric && value !== undefined && !(Number(value) >= 0)) fail(name, value)
  }
}

function fail(name: string, value: unknown, hint?: string): never {
  throw new StreamError('invalid-option', `Expected a valid ${name}, got ${value}`, { hint })
}
