/**
 * Scripted streams and faults, for tests of pages that receive streams.
 *
 * @module brooklet/testing
 */

export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export type { HeadersInit } from '../fetch-types.js'
export type { EventFields, StreamFormat } from '../formats/types.js'
export { installTestClock, type TestClock } from './clock.js'
export type { Exchange, OpenOptions } from './exchange.js'
export type { ReceivedRequest } from './received-request.js'
export { createStreamServer, type StreamServer, type StreamServerOptions } from './stream-server.js'
