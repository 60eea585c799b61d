import type { Chat } from '../chat-types.js'
import { perChat } from '../per-chat.js'
import type { Place } from './tool-calls.js'

interface RunningTool {
  place: Place
  abort: AbortController
}

/** The calls of a chat that are being checked or run, by their keys. Meanwhile the chat's queue waits. */
export const runningToolsOf: (chat: Chat) => Map<string, RunningTool> = perChat(() => new Map())
