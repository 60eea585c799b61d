export { EventSource, type EventSourceInit } from './event-source.js'
