/** Events to text: what `createParser` reads back. */
import { StreamError } from '../errors.js'
import { encodeJsonSeqRecord } from './json-seq/encode.js'
import { encodeNdjsonRecord } from './ndjson/encode.js'
import { encodeSseEvent } from './sse/encode.js'
import type { EventFields, StreamFormat } from './types.js'

export { encodeComment } from './sse/encode.js'

/**
 * One event as the text to send. Formats other than `sse` carry only data: they leave out the other
 * fields, and an event without data is `''`.
 *
 * @throws {StreamError} `invalid-option` for what the format cannot carry: an event name or an id with
 * a line end, an id with a NUL, a `retry` that is no whole number, JSON of several lines in a format of
 * records, data that JSON cannot hold
 */
export function encodeEvent(format: StreamFormat, fields: EventFields): string {
  const data = dataText(fields.data)
  if (format === 'sse') return encodeSseEvent(fields, data)
  if (data === undefined) return ''
  if (format === 'ndjson') return encodeNdjsonRecord(data)
  if (format === 'json-seq') return encodeJsonSeqRecord(data)
  return data
}

function dataText(data: unknown): string | undefined {
  if (typeof data === 'string' || data === undefined) return data
  try {
    const json: string | undefined = JSON.stringify(data)
    if (json !== undefined) return json
  } catch (cause) {
    throw new StreamError('invalid-option', `Expected data that JSON can hold: ${cause}`, { cause })
  }
  throw new StreamError('invalid-option', `Expected data that JSON can hold, got a ${typeof data}`)
}
