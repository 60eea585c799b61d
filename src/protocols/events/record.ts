import type { StreamEvent } from '../../formats/types.js'
import { backendError, isError } from './backend-error.js'
import { isDone, isHeartbeat } from './signals.js'
import { jsonIn, list, readJson, type Json } from '../json/json.js'
import type { MessageDraft } from '../types.js'

/**
 * The event's data as JSON; `undefined` for a heartbeat, which may be an event without data, and for the
 * `[DONE]` that gateways add even to protocols with another end marker.
 *
 * @throws {StreamError} `parse` for broken JSON
 */
export function readRecord(event: StreamEvent): Json {
  const isNothing = isHeartbeat(event) || isDone(event) || !event.data
  return isNothing ? undefined : readJson(event)
}

/**
 * The same for models' APIs, which agree on what an error is: an event with the name or type `error`, or
 * a record with an `error`, which some APIs put into a list of one. The draft fails with it.
 *
 * @throws {StreamError} `parse` for broken JSON
 */
export function readModelRecord(event: StreamEvent, draft: MessageDraft): Json {
  const isNamedError = event.type === 'error'
  const record = isNamedError ? jsonIn(event.data) : readRecord(event)
  if (isNamedError || isError(list(record)[0] ?? record)) draft.fail(backendError(event.data))
  return record
}
