import { StreamError } from '../errors.js'
import type { StreamFormat } from './types.js'

declare const process: { env: Record<string, string | undefined> }

/**
 * Throws `invalid-option` for a format that the types forbid but plain JavaScript can pass. Development
 * only, like the types: production bundles drop this code.
 */
export let checkFormat: typeof check | undefined

try {
  // Written out in each file, not imported, so that bundlers can evaluate it and drop the branch.
  if (process.env.NODE_ENV !== 'production') checkFormat = check
} catch {
  // A page without a bundler has no `process`.
}

function check(format: StreamFormat): void {
  if (['sse', 'ndjson', 'json-seq', 'text'].includes(format)) return
  const message = `Expected format to be sse, ndjson, json-seq or text, got ${format}`
  throw new StreamError('invalid-option', message)
}
