import type { ChatMessage } from '../../protocols/message/message.js'
import type { Chat, ChatSnapshot } from './chat-types.js'
import type { Presence } from './storage/merge-messages.js'
import { perChat } from './per-chat.js'
import type { Transcript } from './storage/transcript.js'

/** A chat with branches, which has more messages than it shows, as its storage sees it. */
export interface WholeChat {
  /** All messages, each after the one that it follows. The same list as long as nothing changes. */
  messages(): readonly ChatMessage[]
  /** All messages are these from now on. */
  replace(messages: readonly ChatMessage[]): void
  /** All messages that were saved, of all branches. */
  read(saved: Transcript): readonly ChatMessage[]
  /** As it is saved: as `messages` the branch that is shown, and apart from them all else. */
  write(transcript: Transcript): Transcript
}

/** What a tab knows of a conversation that is saved, also while it does not store it. */
export interface Synced {
  /** The messages as this tab last saved them, or took them over. */
  messages: ReadonlyMap<string, ChatMessage>
  presence: Presence
  /** By what the chat shows of them, those messages that it shows otherwise. */
  savedAs: WeakMap<ChatMessage, ChatMessage>
  /** What was saved is in the chat, in place of what that had begun with. */
  isRestored?: boolean
  /** The conversation as the one that stores it sees it or, where nobody does any more, as it was left. */
  latest?: () => Pick<ChatSnapshot, 'messages' | 'isLoading'>
}

interface ChatSeam {
  /** Set by the branches of the chat, if it has any. */
  whole?: WholeChat
  /** The branches show where a reply is asked for next: no state to save, nor to act upon. */
  isAsking?: boolean
  /** Set by its storage, which is told when `whole` is set. */
  onWhole?: () => void
  /** The key that the chat was stored under last, and what is known of what is saved there. */
  key?: string
  synced?: Synced
  /** What was saved is being read, and `onRestored`, which the chat's tools have set, is called then. */
  isRestoring?: boolean
  onRestored?: (() => void) | undefined
}

/** Where the branches of a chat and its storage find each other, whichever a page asks for first. */
export const seamOf: (chat: Chat) => ChatSeam = perChat(() => ({}))
