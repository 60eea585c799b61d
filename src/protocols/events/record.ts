import type { StreamEvent } from '../../formats/types.js'
import { backendError, isError } from './backend-error.js'
import { isDone, isHeartbeat } from './signals.js'
import { jsonIn, readJson, type Json } from '../json/json.js'
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
 * a record with an `error`. The draft fails with it. Some APIs put the record into a list of one.
 *
 * @throws {StreamError} `parse` for broken JSON
 */
export function readModelRecord(event: StreamEvent, draft: MessageDraft): Json {
  const { type, data } = event
  const isNamedError = type === 'error'
  const [record] = [isNamedError ? jsonIn(data) : readRecord(event)].flat()
  if (isNamedError || isError(record)) draft.fail(backendError(data))
  return record
}
