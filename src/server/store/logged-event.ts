import { StreamError } from '../../errors.js'
import { encodeEvent } from '../../formats/encode.js'
import type { EventFields } from '../../formats/types.js'
import type { LoggedEvent } from './stream-store.js'

/**
 * An event as a log keeps it: named, with data as text.
 *
 * @throws {StreamError} `invalid-option` for one that no reader could be sent
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
