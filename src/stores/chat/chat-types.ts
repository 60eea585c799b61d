import type { RequestOptions } from '../../connection/types.js'
import type { StreamError } from '../../errors.js'
import type { StreamEvent } from '../../formats/types.js'
import type { ChatMessage, MessagePart } from '../../protocols/message/message.js'
import type { ChatProtocol } from '../../protocols/types.js'
import type { Store } from '../publisher.js'
import type { Retention } from '../retention.js'

/** What a chat is made with. The options of a request (`headers`, `retry`, `signal` …) apply to each turn. */
export interface ChatOptions extends Omit<RequestOptions, 'body'> {
  /**
   * Names the conversation. All hooks of a page with the same id show the same one, and leaving it
   * ends nothing: its reply goes on and is there on return. Without an id a chat is its component's.
   */
  id?: string
  /** Where turns are sent. Default `/api/chat`. */
  url?: string | URL
  /** What the backend's events mean. Default `auto()`: `{"content"}`, OpenAI-compatible chunks, plain text. */
  protocol?: ChatProtocol
  /** A plain object is added to the fields the protocol sends; anything else is sent instead of them. */
  body?: RequestOptions['body']
  /** What the conversation starts with: `messages` that were saved before, or `{ role, content }`. */
  initialMessages?: readonly (ChatMessage | MessageInput)[]
  /**
   * Where a reply that was cut can be fetched from, by GET. Default: the reply's `Content-Location`.
   * A function is asked as the reply comes: what it needs of it may not be there yet.
   */
  resumeUrl?: string | URL | ((reply: ChatMessage) => string | URL | undefined)
  /** Called by `stop()`: tell the server, so that the model stops as well. */
  cancelRequest?(reply: ChatMessage): unknown
  /** Each event of a reply, raw, before it is read. */
  onEvent?(event: StreamEvent): void
  /** A reply has settled, however it ended: see its `status`. */
  onFinish?(reply: ChatMessage): void
  /** Each failed attempt, each event that does not parse, and what made a turn fail. */
  onError?(error: StreamError): void
}

/** A message to start with or to send: `{ role, content }` is enough. */
export interface MessageInput {
  role: ChatMessage['role']
  content: string
  /** Default: one is made up. */
  id?: string
  /** What else the message has, such as files. Its text is put before them, unless they have one. */
  parts?: readonly MessagePart[]
  /** For the page: only the protocols whose API has room for it send it. */
  metadata?: Record<string, unknown>
}

/** A user's message: the role may be left out. */
export type UserInput = Omit<MessageInput, 'role'> & { role?: 'user' }

/** A conversation at one moment. */
export interface ChatSnapshot {
  /** The conversation. Settled messages keep their identity. */
  messages: readonly ChatMessage[]
  /** The message being received, or the last one received. */
  reply: ChatMessage | undefined
  /** `submitted` until the first delta; `error` when the last turn failed. */
  status: 'ready' | 'submitted' | 'streaming' | 'error'
  /** A reply is `submitted` or `streaming`. */
  isLoading: boolean
  /** The text of `reply`, kept until the next send. */
  streamingContent: string
  /** What went wrong last; cleared by the next send. */
  error: StreamError | undefined
}

/** What can be done with a conversation. The functions need no `this`, and stay the same. */
export interface ChatActions {
  /**
   * Sends a user's message and appends the reply to `messages`; with an array, sends exactly those
   * messages and leaves `messages` alone. Resolves to the reply's text.
   *
   * Rejects with the {@link StreamError} that made the turn fail, and with code `busy` while a reply
   * streams. A rejection that nobody awaits is not reported as unhandled.
   */
  sendMessage: (input: string | UserInput | readonly MessageInput[]) => Promise<string>
  /** Ends the reply here: its text is kept, and the promise of `sendMessage` resolves to it. */
  stop: () => void
  /** Asks again for the last reply, which is dropped. Resolves and rejects as `sendMessage` does. */
  regenerate: () => Promise<string>
  /**
   * Asks for a reply to the conversation as it stands: after `setMessages`, or when what the last
   * reply asked for is there. With `aiSdk()` that reply goes on, and stays the same message. Resolves
   * and rejects as `sendMessage` does.
   */
  requestReply: () => Promise<string>
  /**
   * Goes on with the last reply, where it was `interrupted` and can be fetched again (its `resumeUrl`):
   * of a conversation that was saved, too. Resolves and rejects as `sendMessage` does.
   */
  resume: () => Promise<string>
  /** Takes a message away; one that streams is stopped first. */
  removeMessage: (id: string) => void
  /** Takes all messages away; a reply that streams is stopped first. */
  clear: () => void
  /** Replaces the conversation. A reply that streams goes on, at the end of it if the list still has it. */
  setMessages: (update: MessagesUpdate) => void
}

/** The new list of messages, or a function that makes it of the current one. */
export type MessagesUpdate =
  | readonly (ChatMessage | MessageInput)[]
  | ((messages: readonly ChatMessage[]) => readonly (ChatMessage | MessageInput)[])

/** A conversation outside React: the store behind `useStreamChat`. */
export interface Chat extends Store<ChatSnapshot>, ChatActions, Pick<Retention, 'retain'> {}
