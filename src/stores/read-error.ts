import { StreamError } from '../errors.js'
import type { StreamEvent } from '../formats/types.js'

/** What a protocol's reader threw over an event: its own error, or a fault in the reader. */
export function readError(cause: unknown, event: StreamEvent): StreamError {
  if (cause instanceof StreamError) return cause
  const message = `The protocol could not read event "${event.type}": ${String(cause)}`
  return new StreamError('protocol', message, { body: event.data.slice(0, 65_536), cause })
}
