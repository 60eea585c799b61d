import type { Chat } from './chat-types.js'
import { perChat } from './per-chat.js'

/** The calls of a chat that are checked or run: while there are any, its queue waits. */
export const runningToolsOf: (chat: Chat) => Set<AbortSignal> = perChat(() => new Set())
