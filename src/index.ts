export type { StreamEvent, StreamFormat } from './formats/types.js'
export type {
  RequestOptions,
  RetryOptions,
  StreamStatus,
  SubscriptionOptions,
} from './connection/types.js'
export type {
  ChatMessage,
  FinishReason,
  MessagePart,
  ToolCallPart,
  Usage,
} from './protocols/message.js'
export type { ChatProtocol, TaskProtocol } from './protocols/types.js'
export * from './stores/index.js'
export { useEventSource } from './hooks/use-event-source.js'
export type { EventSourceUrl, HookOptions, UseEventSourceResult } from './hooks/use-event-source.js'
export { useStreamChat } from './hooks/use-stream-chat.js'
export type { UseStreamChatResult } from './hooks/use-stream-chat.js'
export { useTask } from './hooks/use-task.js'
export { useTaskManager } from './hooks/use-task-manager.js'
export type { UseTaskManagerResult } from './hooks/use-task-manager.js'
