/**
 * The state machines behind the hooks, for any framework or none.
 *
 * @module brooklet/core
 */

export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export type { BodyInit, HeadersInit, RequestCredentials } from '../fetch-types.js'
export type { StreamEvent, StreamFormat } from '../formats/types.js'
export type { Environment } from '../connection/environment.js'
export type { PageChange } from '../connection/page.js'
export type {
  RequestOptions,
  RetryOptions,
  Sharing,
  StreamStatus,
  SubscriptionOptions,
} from '../connection/types.js'
export type {
  ChatMessage,
  DataPart,
  FilePart,
  FinishReason,
  MessagePart,
  ProviderMetadata,
  ReasoningPart,
  SourcePart,
  TextPart,
  ToolApproval,
  ToolCallPart,
  Usage,
} from '../protocols/message/message.js'
export type { ChatProtocol, TaskProtocol } from '../protocols/types.js'
export { previewFile, readFiles } from './chat/attachments.js'
export type { FilePreview, ReadFilesOptions } from './chat/attachments.js'
export { createChat } from './chat/chat.js'
export { branchesOf } from './chat/branches/chat-branches.js'
export type {
  BranchesSnapshot,
  ChatBranches,
  SavedBranches,
} from './chat/branches/chat-branches.js'
export { queueOf } from './chat/chat-queue.js'
export type { ChatQueue, QueuedMessage } from './chat/chat-queue.js'
export { storeChat } from './chat/storage/chat-storage.js'
export { createChatTools } from './chat/tools/chat-tools.js'
export type * from './chat/tools/chat-tools-types.js'
export type * from './chat/chat-types.js'
export { createEventStream } from './events/event-stream.js'
export type * from './events/event-stream-types.js'
export { indexedDb } from './storage/indexed-db.js'
export type { Siblings } from './chat/branches/message-tree.js'
export type { ValueParser } from './events/parse-value.js'
export type { Store } from './publisher.js'
export type { SchemaInput, SchemaOutput, StandardSchema } from './standard-schema.js'
export type { KeyValueStorage, StorageOptions } from './storage/storage.js'
export { dataPartOf } from './chat/data-part.js'
export type { DataPartOf, DataSchemas, TypedDataPart } from './chat/data-part.js'
export { tool, toolCallOf } from './chat/tools/tool.js'
export type { Tool, ToolCallOf, ToolContext, ToolSet, TypedToolCall } from './chat/tools/tool.js'
export { createStreamObject } from './chat/stream-object.js'
export type {
  DeepPartial,
  ObjectSchema,
  StreamObject,
  StreamObjectActions,
  StreamObjectOptions,
  StreamObjectSnapshot,
} from './chat/stream-object.js'
export { forgetChat } from './chat/storage/forget-chat.js'
export { fromAnswer } from './tasks/from-answer.js'
export type { FromAnswerOptions } from './tasks/from-answer.js'
export { multiplexed } from './tasks/multiplexed.js'
export type { MultiplexedOptions } from './tasks/multiplexed.js'
export { createTaskManager } from './tasks/task-manager.js'
export type { TaskRate } from './tasks/rate-meter.js'
export { rateOf } from './tasks/task-rate.js'
export { storeTasks } from './tasks/storage/task-storage.js'
export type * from './tasks/task-types.js'
