import { encodeEvent } from '../formats/encode.js'
import type { EventFields } from '../formats/types.js'
import type { LoggedEvent } from './stream-store.js'

/**
 * An event as a log keeps it: named, with data as text.
 *
 * @throws {StreamError} `invalid-option` for one that no reader could be sent
 */
export function logged({ event, data }: Pick<EventFields, 'event' | 'data'>): LoggedEvent {
  encodeEvent('sse', { event, data })
  return { event, data: typeof data === 'string' ? data : (JSON.stringify(data) ?? '') }
}
