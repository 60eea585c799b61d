/**
 * The server's side: event streams, and replies and tasks that survive a lost connection.
 *
 * @module brooklet/server
 */

export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export type { HeadersInit } from '../fetch-types.js'
export type { EventFields } from '../formats/types.js'
export { chatHandler, type ChatHandlerOptions, type ChatTurn } from './chat-handler.js'
export {
  eventStreamResponse,
  type EventStream,
  type EventStreamOptions,
} from './event-stream-response.js'
export type { Failure, FailureCode } from './failure.js'
export type { Gap } from './follow.js'
export { memoryStore, type MemoryStoreOptions } from './store/memory-store.js'
export type { EventFormat } from './negotiate.js'
export { nodeHandler } from './node/node-handler.js'
export type { IncomingRequest, NodeRequest } from './node/node-request.js'
export type { NodeResponse, OutgoingResponse } from './node/node-response.js'
export type { DurableStream } from './produce.js'
export type { IoRedisClient, NodeRedisClient, RedisClient } from './store/redis-client.js'
export { redisStore, type RedisStore, type RedisStoreOptions } from './store/redis-store.js'
export type {
  DurableStatus,
  LoggedEvent,
  LogSlice,
  StreamInfo,
  StreamStore,
} from './store/stream-store.js'
export {
  createStreams,
  type StartOptions,
  type StreamResponseOptions,
  type Streams,
  type StreamsOptions,
} from './streams.js'
export { taskHandler, type ServerTask, type TaskHandlerOptions } from './task-handler.js'
