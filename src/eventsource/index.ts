/**
 * The standard's `EventSource`, which can also POST and send headers.
 *
 * @module brooklet/eventsource
 */

export { EventSource, type EventSourceInit } from './event-source.js'
