import type { RequestOptions } from '../../connection/types.js'
import type { StreamError } from '../../errors.js'
import type { StreamEvent } from '../../formats/types.js'
import type { ChatMessage, MessagePart } from '../../protocols/message/message.js'
import type { ChatProtocol } from '../../protocols/types.js'
import type { Store } from '../publisher.js'
import type { Retention } from '../retention.js'

/** The options of a chat. Those of a request (`headers`, `retry`, `signal` …) apply to each turn. */
export interface ChatOptions extends Omit<RequestOptions, 'body'> {
  /**
   * Names the conversation. All hooks of a page with the same id share it, and unmounting them does not
   * end its reply, which goes on and is there when they return. Without an id, each component has its own.
   */
  id?: string | undefined
  /** Where turns are sent. Default `/api/chat`. */
  url?: string | URL | undefined
  /** What the backend's events mean. Default `auto()`: `{"content"}`, OpenAI-compatible chunks, plain text. */
  protocol?: ChatProtocol | undefined
  /** A plain object is added to the fields that the protocol sends; anything else is sent instead of them. */
  body?: RequestOptions['body'] | undefined
  /**
   * What the conversation starts with: `messages` that were saved before, or `{ role, content }`. Of the
   * components with the same `id`, the one that renders first decides.
   */
  initialMessages?: readonly (ChatMessage | MessageInput)[] | undefined
  /**
   * Where a reply that was cut can be fetched from, by GET. Default: the reply's `Content-Location`.
   * A function is called again as the reply grows, and returns `undefined` until it can tell.
   */
  resumeUrl?: string | URL | ((reply: ChatMessage) => string | URL | undefined) | undefined
  /**
   * Called by `stop()`, to tell the server, so that the model stops as well. Default: a `DELETE` to the URL
   * in the response's `Brooklet-Cancel` header, if there is one.
   */
  cancelRequest?: ((reply: ChatMessage) => unknown) | undefined
  /** Called with each event of a reply, before the protocol reads it. */
  onEvent?: ((event: StreamEvent) => void) | undefined
  /** Called when a reply has settled, however it ended: see its `status`. */
  onFinish?: ((reply: ChatMessage) => void) | undefined
  /** Called for each failed attempt, each event that does not parse, and with what made a turn fail. */
  onError?: ((error: StreamError) => void) | undefined
}

/** A message to start with or to send: `{ role, content }` is enough. */
export interface MessageInput {
  role: ChatMessage['role']
  content: string
  /** Default: a generated one. */
  id?: string | undefined
  /**
   * What else the message has, such as files. `content` is put before them, unless they include text: then
   * that is the message's `content`.
   */
  parts?: readonly MessagePart[] | undefined
  /** For the page's own use: only protocols whose API has a place for it send it. */
  metadata?: Record<string, unknown> | undefined
}

/** A user's message: the role may be left out. */
export interface UserInput extends Omit<MessageInput, 'role'> {
  role?: 'user' | undefined
}

/** A conversation at one moment. */
export interface ChatSnapshot {
  /** The conversation. Settled messages keep their identity. */
  messages: readonly ChatMessage[]
  /** The message being received, or the last one received. */
  reply: ChatMessage | undefined
  /** `submitted` until the first delta; `error` if the last turn failed. */
  status: 'ready' | 'submitted' | 'streaming' | 'error'
  /** Whether `status` is `submitted` or `streaming`. */
  isLoading: boolean
  /** The text of `reply`, kept until the next send. */
  streamingContent: string
  /** What went wrong last; cleared by the next send, and by `clear()`. */
  error: StreamError | undefined
}

/** The actions of a conversation. The functions need no `this`, and stay the same. */
export interface ChatActions {
  /**
   * Sends a user's message and appends the reply to `messages`; with an array, sends exactly those
   * messages and leaves `messages` alone. Resolves to the reply's text.
   *
   * Rejects with the {@link StreamError} that made the turn fail, or with code `busy` while a reply is
   * received. A rejection that nobody awaits is not reported as unhandled.
   */
  sendMessage: (input: string | UserInput | readonly MessageInput[]) => Promise<string>
  /** Ends the reply: the text so far is kept, and the promise of `sendMessage` resolves to it. */
  stop: () => void
  /** Drops the last reply and requests another. Resolves and rejects as `sendMessage` does. */
  regenerate: () => Promise<string>
  /**
   * Requests a reply to the conversation as it is: after `setMessages`, or when the last reply's tools
   * have run. With `aiSdk()` or `agUi()` that reply goes on, and stays the same message. Resolves and
   * rejects as `sendMessage` does.
   */
  requestReply: () => Promise<string>
  /**
   * Resumes the last reply, also of a saved conversation, if it was `interrupted` and there is a
   * `resumeUrl` for it; else rejects with `invalid-option`. Resolves and rejects as `sendMessage` does.
   */
  resume: () => Promise<string>
  /** Removes a message; if it is being received, it is stopped first. */
  removeMessage: (id: string) => void
  /** Removes all messages; a reply that is being received is stopped first. */
  clear: () => void
  /**
   * Replaces the conversation. To change a text, give `{ id, role, content }`: of a whole message, most
   * protocols send the `parts`. A reply that is being received goes on: as the last of `messages` if it is
   * in the new list, else only as `reply`.
   */
  setMessages: (update: MessagesUpdate) => void
}

/** The new list of messages, or a function that makes it of the current one. */
export type MessagesUpdate =
  | readonly (ChatMessage | MessageInput)[]
  | ((messages: readonly ChatMessage[]) => readonly (ChatMessage | MessageInput)[])

/** A conversation outside React: the store behind `useStreamChat`. */
export interface Chat extends Store<ChatSnapshot>, ChatActions, Pick<Retention, 'retain'> {}
