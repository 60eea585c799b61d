import type { ChatMessage } from '../../protocols/message/message.js'
import type { Chat, ChatSnapshot } from './chat-types.js'
import type { CallLocks } from './storage/call-locks.js'
import type { Presence } from './storage/merge-messages.js'
import { perChat } from './per-chat.js'
import type { Transcript } from './storage/transcript.js'
import type { Place } from './tools/tool-calls.js'

/** What storage needs of a chat with branches, which has more messages than it shows. */
export interface WholeChat {
  /** All messages, each after the one that it follows. The same list as long as nothing changes. */
  messages(): readonly ChatMessage[]
  /** Replaces all messages. */
  replace(messages: readonly ChatMessage[]): void
  /** The saved messages of all branches. */
  read(saved: Transcript): readonly ChatMessage[]
  /** The transcript to save: the branch that is shown as `messages`, all others as `branches`. */
  write(transcript: Transcript): Transcript
}

/** What this tab knows of the conversation that the chat was stored as last. Kept while that is stopped. */
export interface Synced {
  key: string
  /** The messages as this tab last merged them with what is stored. */
  messages: ReadonlyMap<string, ChatMessage>
  /** By message, how many times it had been changed in place, in any tab, if it had been. */
  changes: WeakMap<ChatMessage, number>
  presence: Presence
  /** By each message that the chat shows in another form than it is saved in: the one that is saved. */
  savedAs: WeakMap<ChatMessage, ChatMessage>
  /** What was saved has replaced what the chat began with. */
  isRestored?: boolean
  /** The conversation as the last `storeChat` sees it or, once that is stopped, as it was then. */
  latest?: () => Pick<ChatSnapshot, 'messages' | 'isLoading'>
}

interface RunningTool {
  place: Place
  abort: AbortController
}

interface ChatSeam {
  /** By their keys: the calls that are being checked or run. Meanwhile the chat's queue waits. */
  readonly running: Map<string, RunningTool>
  /** Set by the branches of the chat, if it has any. */
  whole?: WholeChat
  /** Set while the branches show the path of a reply that they request next: nothing to save or act upon. */
  isAsking?: boolean
  /** Messages are waiting in its queue. */
  hasQueued?: boolean
  /** Set by its storage, and called when `whole` is set. */
  onWhole?: () => void
  synced?: Synced
  /** Set by its storage: what other tabs have saved that is shown only when the reply is over. */
  waiting?: () => readonly ChatMessage[] | undefined
  /** Set by its storage: which of its calls other tabs run. */
  calls?: CallLocks
  /**
   * Set by its tools, and called when answers that two tabs gave to the calls of one reply have been put
   * together here: neither tab has requested the next reply.
   */
  onUnited?: (() => void) | undefined
  /** While what was saved is being read. Then `onRestored` is called, which the chat's tools set. */
  isRestoring?: boolean
  onRestored?: (() => void) | undefined
}

/** Where the branches, storage, tools and queue of a chat meet, in whatever order a page uses them. */
export const seamOf: (chat: Chat) => ChatSeam = perChat(() => ({ running: new Map() }))
