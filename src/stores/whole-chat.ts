import type { ChatMessage } from '../protocols/message.js'
import type { Chat } from './chat-types.js'
import { perChat } from './per-chat.js'
import type { Transcript } from './transcript.js'

/** A chat that has more messages than it shows, for who saves it. */
export interface WholeChat {
  /** All messages, each after the one that it follows. The same list as long as nothing changes. */
  messages(): readonly ChatMessage[]
  /** All messages are these from now on. */
  replace(messages: readonly ChatMessage[]): void
  /** All messages that were saved. */
  read(saved: Transcript): readonly ChatMessage[]
  /** As they are saved: what is shown, and apart from it all else. */
  write(transcript: Transcript): Transcript
}

interface Meeting {
  /** The key that the chat was stored under last. */
  key?: string
  whole?: WholeChat
  /** Who left the chat in the middle of a reply waits no more for its end. */
  stopWaiting?: () => void
  /** Who saves the chat learns that it has more than it shows. */
  onWhole?: (() => void) | undefined
}

/** Where the branches of a chat and its storage find each other, whichever a page asks for first. */
export const meetingOf: (chat: Chat) => Meeting = perChat(() => ({}))
