/**
 * The standard's `EventSource`, which can also POST and send headers.
 *
 * @module brooklet/eventsource
 */

export type { BodyInit, HeadersInit } from '../fetch-types.js'
export { EventSource, type EventSourceInit } from './event-source.js'
