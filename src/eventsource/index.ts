/**
 * The standard's `EventSource`, which can POST and send headers.
 *
 * @module brooklet/eventsource
 */

export { EventSource, type EventSourceInit } from './event-source.js'
