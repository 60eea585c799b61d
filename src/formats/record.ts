import { StreamError } from '../errors.js'

/**
 * Returns the JSON text if it is one record to a reader: without a line end, and without the RS that
 * begins the next element of a sequence. Any value can be written so: JSON escapes both within
 * strings, and outside of them a line end is only white space.
 */
export function oneRecord(json: string): string {
  // oxlint-disable-next-line no-control-regex -- RS is what it is about
  if (!/[\n\r\u001E]/.test(json)) return json
  const excerpt = JSON.stringify(json.slice(0, 100))
  throw new StreamError('invalid-option', `Expected JSON on one line, got ${excerpt}`)
}
