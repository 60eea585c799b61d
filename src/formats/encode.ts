/** Events to text: what `createParser` reads back. */
import { StreamError } from '../errors.js'
import { encodeJsonSeqRecord } from './json-seq/encode.js'
import { encodeNdjsonRecord } from './ndjson/encode.js'
import { encodeSseEvent } from './sse/encode.js'
import type { EventFields, StreamFormat } from './types.js'

export { encodeComment } from './sse/encode.js'

/**
 * One event as the text that its stream sends. Formats other than `sse` carry data only: the other
 * fields are left out, and without data there is nothing to send, which is `''`.
 *
 * @throws {StreamError} `invalid-option` where a field would break the framing: an event name or an
 * id with a line end, an id with a NUL, a `retry` that is no whole number, a record of several lines,
 * data that JSON cannot hold
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
