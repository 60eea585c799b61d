/**
 * The React hooks, with everything of `brooklet/core`.
 *
 * @module brooklet
 */

export * from './stores/index.js'
export { useChatBranches } from './hooks/use-chat-branches.js'
export type { UseChatBranchesResult } from './hooks/use-chat-branches.js'
export { useChatInput } from './hooks/use-chat-input.js'
export type {
  ChatInputHandlers,
  ChatInputOptions,
  ChatInputProps,
  UseChatInputResult,
} from './hooks/use-chat-input.js'
export { useChatQueue } from './hooks/use-chat-queue.js'
export type { UseChatQueueResult } from './hooks/use-chat-queue.js'
export { useChatStorage } from './hooks/use-chat-storage.js'
export { useChatTools } from './hooks/use-chat-tools.js'
export type { UseChatToolsResult } from './hooks/use-chat-tools.js'
export { useEventSource } from './hooks/use-event-source.js'
export type { EventSourceUrl, HookOptions, UseEventSourceResult } from './hooks/use-event-source.js'
export { useSmoothText } from './hooks/use-smooth-text.js'
export type { SmoothTextOptions } from './hooks/use-smooth-text.js'
export type { UseStorageResult } from './hooks/use-storage.js'
export { useStickToBottom } from './hooks/use-stick-to-bottom.js'
export type { UseStickToBottomResult } from './hooks/use-stick-to-bottom.js'
export { useStreamAnnouncer } from './hooks/use-stream-announcer.js'
export type {
  AnnouncedChat,
  StreamAnnouncerProps,
  StreamAnnouncerTexts,
} from './hooks/use-stream-announcer.js'
export { useStreamChat } from './hooks/use-stream-chat.js'
export type { UseStreamChatResult } from './hooks/use-stream-chat.js'
export { useStreamObject } from './hooks/use-stream-object.js'
export type { UseStreamObjectResult } from './hooks/use-stream-object.js'
export { useTask } from './hooks/use-task.js'
export { useTaskManager } from './hooks/use-task-manager.js'
export type { UseTaskManagerResult } from './hooks/use-task-manager.js'
export { useTaskRate } from './hooks/use-task-rate.js'
export { useTaskStorage } from './hooks/use-task-storage.js'
