import type { StreamError } from '../errors.js'
import type { HeadersInit } from '../fetch-types.js'
import type { StreamEvent, StreamFormat } from '../formats/types.js'
import type {
  ChatMessage,
  FinishReason,
  MessagePart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  Usage,
} from './message/message.js'

/** What an event of a chat backend means. Made by a factory such as `openaiChat()`. */
export interface ChatProtocol {
  /** The format of the reply, where its content type says something else or nothing. */
  format?: StreamFormat
  /** Default: the formats of the library. `undefined` for a content type that cannot be read. */
  detectFormat?(contentType: string | null): StreamFormat | undefined
  /** Once a reply has the tools or the approval that it asked for, the backend goes on with that reply. */
  goesOn?: boolean
  /** Writes the request of one turn. Default: a POST of `{ messages: [{ role, content }] }`. */
  request?(turn: ChatTurn): ChatRequest
  /** A fresh reader for each reply. */
  reader(response: ReplyInfo): ChatReader
  /** The provider's own words in the body of an HTTP error. */
  errorMessage?(body: string, status: number): string | undefined
}

/** What a protocol writes a request of. */
export interface ChatTurn {
  /** What is sent: the conversation so far, or what `sendMessage` was given as a list. */
  messages: readonly ChatMessage[]
  /** The chat's `id`, where it has one. */
  chatId?: string | undefined
  /** `sendMessage` asks; a reply that is asked for again, or gone on with, answers what is old. */
  isNew?: boolean | undefined
  /** Offered to the model: see `withTools()`. */
  tools?: readonly ToolSpec[]
}

/** A tool as a model is told of it. */
export interface ToolSpec {
  name: string
  description?: string | undefined
  /** JSON Schema of what it takes, an object. */
  parameters: object
}

/** What a protocol asks for. The headers and body fields of the chat's options are added to it, and win. */
export interface ChatRequest {
  /** Where it is sent. Default: the chat's `url`. */
  url?: string
  headers?: HeadersInit
  /** Sent as JSON where it is a plain object. */
  body: unknown
}

/** What is known of a reply before its first event. */
export interface ReplyInfo {
  /** What its body is read as. */
  format: StreamFormat
  /** Of the response. */
  headers: Headers
  /** What it was so far. Of one that goes on, the first `continuedAt` parts do not come again. */
  before?: ChatMessage
  /** What it answers: the `messages` of the turn. */
  messages?: readonly ChatMessage[]
}

/** Reads one reply, event by event. */
export interface ChatReader {
  /**
   * Writes what one event means to the draft. `complete` where it is the protocol's end marker,
   * `stopped` where the backend says that it was told to stop.
   *
   * @throws {StreamError} `parse` for an event that is broken: it is reported and the stream goes on.
   */
  read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void
  /**
   * The stream ended cleanly and no marker had come: was the reply whole? `unmarked` where the
   * protocol may lack a marker, so that nobody can tell.
   */
  end(draft: MessageDraft): 'complete' | 'unmarked' | 'cut'
  /**
   * Where the rest of a reply that was cut can be fetched from by GET, given the URL that was asked:
   * this reader goes on with it. Or all of it, for another reader, where it is asked for `fromStart`.
   * `undefined` where only its `Content-Location` can tell, `null` where it cannot be had.
   */
  resumeUrl?(url: string, fromStart?: boolean): string | null | undefined
}

/** The reply that a reader writes to. Every method costs O(1) in the length of the reply. */
export interface MessageDraft {
  /** To the last part where that is text, else to a new one. */
  appendText(delta: string): void
  /** The same for what the model thinks. */
  appendReasoning(delta: string): void
  /** Opens a part of its own, for backends that write to several at once or write one anew. */
  openText(type: 'text' | 'reasoning'): TextDraft
  /** Opens the tool call with this id; without an id one is made up. Returns the call to append to. */
  openToolCall(call: ToolCallStart): ToolCallDraft
  /**
   * A source, a file or data. A source that is already there, by its `url` or in all it says, is not
   * added again. What it returns puts another part in its place.
   */
  addPart(part: AddedPart): (part: AddedPart) => void
  /** How many parts have been opened. */
  readonly length: number
  /** Takes back all parts but the first `length`: what was opened since must not be written to. */
  truncate(length: number): void
  /** Why the model stopped, in our words and in the backend's. */
  finish(reason: FinishReason, raw?: string): void
  readonly finishReason?: FinishReason
  /** Merged into what came before: the last value of each count wins. */
  setUsage(usage: Usage): void
  /** Merged into what came before, field by field. */
  setMetadata(values: Record<string, unknown>): void
  /** The backend reported an error inside the stream: the turn fails with it, the text is kept. */
  fail(error: StreamError): void
  readonly error?: StreamError
}

/** What is known of a tool call before its arguments. */
export type ToolCallStart = Pick<ToolCallPart, 'name'> &
  Partial<Omit<ToolCallPart, 'type' | 'args' | 'argsText'>>

/** The parts that come whole. */
export type AddedPart = Exclude<MessagePart, { type: 'text' | 'reasoning' | 'tool-call' }>

/** A text or reasoning part that can still be written to. */
export interface TextDraft {
  /** `more`: what else the part has, from now on. */
  append(delta: string, more?: Partial<TextPart | ReasoningPart>): void
  replace(text: string): void
}

/** A tool call that can still be written to. */
export interface ToolCallDraft {
  /** Its name or id, where that came late; and what became of it, where the backend runs it. */
  update(changed: Partial<Omit<ToolCallPart, 'type'>>): void
  appendArgs(delta: string): void
  /** The arguments as they are so far, as text. */
  readonly argsText: string
}

/** What an event of a task's stream means. Made by a factory such as `progressEvents()`. */
export interface TaskProtocol {
  /** The format of the stream, where its content type says something else or nothing. */
  format?: StreamFormat
  /** Default: the formats of the library. `undefined` for a content type that cannot be read. */
  detectFormat?(contentType: string | null): StreamFormat | undefined
  /** What differs in the request for the rest of a stream, by its last event id. Default: nothing. */
  resume?: { method: string; body: undefined }
  /**
   * A fresh reader for each task, and for each time that its stream begins anew. `result` is what an
   * earlier page has read of it, where the stream goes on after that.
   */
  reader(result?: unknown): TaskReader
  /** The server's own words in the body of an HTTP error. */
  errorMessage?(body: string, status: number): string | undefined
}

/** Reads one task's stream, event by event. */
export interface TaskReader {
  /**
   * What one event changes about its task, if anything.
   *
   * @throws {StreamError} `parse` for an event that is broken: it is reported and the stream goes on.
   */
  read(event: StreamEvent): TaskUpdate | void
  /**
   * The stream ended cleanly, and no event had ended the task. What that means; nothing where the
   * connection was lost. Default: it was.
   */
  end?(): TaskUpdate | void
}

/** What an event changes about its task. What is left out, or `undefined`, stays as it is. */
export interface TaskUpdate {
  /**
   * 0–100. More counts as 100; what is less than before, or no number, changes nothing.
   */
  progress?: number
  /** The server begins anew, or begins another part of the work: progress may be less than before. */
  restarted?: boolean
  /** The server works but cannot say how far it is. */
  indeterminate?: boolean
  /** How much is done, in what the server counts: bytes, steps, files. */
  loaded?: number
  /** Of how much. */
  total?: number
  /** What the server is busy with, in its words. */
  stage?: string
  /** New lines of its log. */
  logs?: readonly string[]
  /** The result as far as it is known. */
  result?: unknown
  /** The task has ended well, with this result; with that so far where this one is undefined. */
  done?: { result: unknown }
  /** The task has failed: the server's own words. */
  error?: StreamError
}
