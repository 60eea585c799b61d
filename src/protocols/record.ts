import type { StreamEvent } from '../formats/types.js'
import { isHeartbeat } from './heartbeat.js'
import { readJson, type Json } from './json.js'

/**
 * The event's data as JSON; none of a heartbeat, nor of the `[DONE]` that gateways add to protocols
 * with a marker of their own.
 *
 * @throws {StreamError} `parse`
 */
export function readRecord(event: StreamEvent): Json {
  return isHeartbeat(event) || event.data.startsWith('[DONE]') ? undefined : readJson(event)
}
