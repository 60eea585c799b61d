/**
 * The state machines behind the hooks, for any framework or none.
 *
 * @module brooklet/core
 */

export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export type { StreamEvent, StreamFormat } from '../formats/types.js'
export type { Environment } from '../connection/environment.js'
export type {
  RequestOptions,
  RetryOptions,
  StreamStatus,
  SubscriptionOptions,
} from '../connection/types.js'
export type {
  ChatMessage,
  FilePart,
  FinishReason,
  MessagePart,
  ProviderMetadata,
  ReasoningPart,
  TextPart,
  ToolApproval,
  ToolCallPart,
  Usage,
} from '../protocols/message.js'
export type { ChatProtocol, TaskProtocol } from '../protocols/types.js'
export { previewFile, readFiles } from './attachments.js'
export type { FilePreview, ReadFilesOptions } from './attachments.js'
export { createChat } from './chat.js'
export { branchesOf } from './chat-branches.js'
export type { BranchesSnapshot, ChatBranches, SavedBranches } from './chat-branches.js'
export { queueOf } from './chat-queue.js'
export type { ChatQueue, QueuedMessage } from './chat-queue.js'
export { storeChat } from './chat-storage.js'
export { createChatTools } from './chat-tools.js'
export type * from './chat-tools-types.js'
export type * from './chat-types.js'
export { createEventStream } from './event-stream.js'
export type * from './event-stream-types.js'
export { indexedDb } from './indexed-db.js'
export type { Siblings } from './message-tree.js'
export type { ValueParser } from './parse-value.js'
export type { Store } from './publisher.js'
export type { StandardSchema } from './standard-schema.js'
export type { KeyValueStorage, StorageOptions } from './storage.js'
export { tool, toolCallOf } from './tool.js'
export type { SchemaInput, SchemaOutput, Tool, ToolCallOf, ToolContext, ToolSet } from './tool.js'
export { createStreamObject } from './stream-object.js'
export type {
  DeepPartial,
  ObjectSchema,
  StreamObject,
  StreamObjectActions,
  StreamObjectOptions,
  StreamObjectSnapshot,
} from './stream-object.js'
export { forgetChat } from './forget-chat.js'
export { fromAnswer } from './from-answer.js'
export type { FromAnswerOptions } from './from-answer.js'
export { multiplexed } from './multiplexed.js'
export type { MultiplexedOptions } from './multiplexed.js'
export { createTaskManager } from './task-manager.js'
export type { TaskRate } from './rate-meter.js'
export { rateOf } from './task-rate.js'
export { storeTasks } from './task-storage.js'
export type * from './task-types.js'
