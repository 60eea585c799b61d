/**
 * The other end of the wire: event streams, and replies and tasks that outlive a cut.
 *
 * @module brooklet/server
 */

export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export type { EventFields } from '../formats/types.js'
export { chatHandler, type ChatHandlerOptions, type ChatTurn } from './chat-handler.js'
export { eventStreamResponse } from './event-stream-response.js'
export type { Failure, FailureCode } from './failure.js'
export type { Gap } from './follow.js'
export { memoryStore, type MemoryStoreOptions } from './memory-store.js'
export type { EventFormat } from './negotiate.js'
export { nodeHandler } from './node-handler.js'
export type { IncomingRequest, NodeRequest } from './node-request.js'
export type { NodeResponse, OutgoingResponse } from './node-response.js'
export type { DurableStream } from './produce.js'
export type { IoRedisClient, NodeRedisClient, RedisClient } from './redis-client.js'
export { redisStore, type RedisStore, type RedisStoreOptions } from './redis-store.js'
export type {
  DurableStatus,
  LoggedEvent,
  LogSlice,
  StreamInfo,
  StreamStore,
} from './stream-store.js'
export {
  createStreams,
  type StartOptions,
  type StreamResponseOptions,
  type Streams,
  type StreamsOptions,
} from './streams.js'
export type { EventStream, EventStreamOptions } from './types.js'
export { taskHandler, type ServerTask, type TaskHandlerOptions } from './task-handler.js'
