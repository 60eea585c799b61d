import { StreamError } from '../errors.js'

/**
 * A JSON text that stays one record: on one line, and without the RS of a sequence. Neither is lost
 * on JSON, whose strings escape both; outside of strings a line end is only white space.
 */
export function oneRecord(json: string): string {
  // oxlint-disable-next-line no-control-regex -- RS is what it is about
  if (!/[\n\r\u001E]/.test(json)) return json
  const excerpt = JSON.stringify(json.slice(0, 100))
  throw new StreamError('invalid-option', `Expected JSON on one line, got ${excerpt}`)
}
