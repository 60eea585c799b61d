import { StreamError } from '../../errors.js'
import { encodeEvent } from '../../formats/encode.js'
import type { EventFields } from '../../formats/types.js'
import type { LoggedEvent } from './stream-store.js'

/**
 * An event as a log keeps it: its name, and its data as text.
 *
 * @throws {StreamError} `invalid-option` for one that could not be sent to a reader
 */
export function logged({ event, data }: Pick<EventFields, 'event' | 'data'>): LoggedEvent {
  if (!encodeEvent('sse', { event, data })) {
    throw new StreamError(
      'invalid-option',
      'Expected an event with a name or with data, got neither',
    )
  }
  return { event, data: typeof data === 'string' ? data : (JSON.stringify(data) ?? '') }
}
