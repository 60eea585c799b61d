import type { StreamEvent } from '../../formats/types.js'
import { backendError } from './backend-error.js'
import { isDone, isHeartbeat } from './signals.js'
import { looksLikeJson, readJson, text, type Json } from '../json/json.js'
import type { MessageDraft } from '../types.js'

/**
 * The event's data as JSON; none of a heartbeat, which may be an event without data, nor of the
 * `[DONE]` that gateways add to protocols with a marker of their own.
 *
 * @throws {StreamError} `parse`
 */
export function readRecord(event: StreamEvent): Json {
  const isNothing = isHeartbeat(event) || isDone(event) || !event.data
  return isNothing ? undefined : readJson(event)
}

/**
 * The same for models' APIs, which agree on what an error is: an event that is named or typed so, or
 * a record that has one. The draft fails with it. Some put what they say into a list of one.
 *
 * @throws {StreamError} `parse`
 */
export function readModelRecord(event: StreamEvent, draft: MessageDraft): Json {
  const isNamedError = event.type === 'error'
  const [record] = isNamedError && !looksLikeJson(event.data) ? [] : [readRecord(event)].flat()
  if (isNamedError || text(record?.type) === 'error' || record?.error) {
    draft.fail(backendError(event.data))
  }
  return record
}
