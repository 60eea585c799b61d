import { StreamError } from '../errors.js'

/**
 * Returns the JSON text if a reader takes it for one record: it has no line end, and no RS, which begins
 * the next element of a sequence. Any value can be written so: within strings JSON escapes both, and
 * elsewhere a line end is only white space.
 */
export function oneRecord(json: string): string {
  // oxlint-disable-next-line no-control-regex -- RS is a control character
  if (!/[\n\r\u001E]/.test(json)) return json
  const excerpt = JSON.stringify(json.slice(0, 100))
  throw new StreamError('invalid-option', `Expected JSON on one line, got ${excerpt}`)
}
