export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export { eventStreamResponse } from './event-stream-response.js'
export type { Failure, FailureCode } from './failure.js'
export type { EventFormat } from './negotiate.js'
export {
  nodeHandler,
  type IncomingRequest,
  type NodeRequest,
  type NodeResponse,
  type OutgoingResponse,
} from './node-handler.js'
export type { EventStream, EventStreamOptions } from './types.js'
