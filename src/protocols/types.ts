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

/** What the events of a chat backend mean. Made by a factory such as `openaiChat()`. */
export interface ChatProtocol {
  /** The format of the reply, for a backend whose content type names another one or none. */
  format?: StreamFormat | undefined
  /** The format that a content type stands for, `undefined` to refuse it. Default: `detectFormat()`. */
  detectFormat?: ((contentType: string | null) => StreamFormat | undefined) | undefined
  /**
   * Whether the backend continues the same reply once that has the tool results or approvals it asked
   * for. Default: it begins another.
   */
  goesOn?: boolean | undefined
  /** Writes the request of one turn. Default: a POST of `{ messages: [{ role, content }] }`. */
  request?: ((turn: ChatTurn) => ChatRequest) | undefined
  /** Makes a reader, which reads one reply. */
  reader(response: ReplyInfo): ChatReader
  /** The provider's own words in the body of an HTTP error. */
  errorMessage?: ((body: string, status: number) => string | undefined) | undefined
}

/** What a protocol makes a request from. */
export interface ChatTurn {
  /** What is sent: the conversation so far, or what `sendMessage` was given as a list. */
  messages: readonly ChatMessage[]
  /** The chat's `id`, where it has one. */
  chatId?: string | undefined
  /** Whether the user has just asked. If not, a reply is asked for again, or is to be continued. */
  isNew?: boolean | undefined
  /** Offered to the model: see `withTools()`. */
  tools?: readonly ToolSpec[] | undefined
}

/** A tool as it is described to a model. */
export interface ToolSpec {
  name: string
  description?: string | undefined
  /** The JSON Schema of its arguments, which are an object. */
  parameters: object
}

/** The request of a protocol. The headers and body fields of the chat's options are added to it, and win. */
export interface ChatRequest {
  /** Where it is sent. Default: the chat's `url`. */
  url?: string | undefined
  headers?: HeadersInit | undefined
  /** A plain object is sent as JSON. */
  body: unknown
}

/** What is known of a reply before its first event. */
export interface ReplyInfo {
  /** The format in which its body is read. */
  format: StreamFormat
  /** The headers of the response. */
  headers: Headers
  /** The reply so far. If the backend continues it, the first `continuedAt` parts do not come again. */
  before?: ChatMessage | undefined
  /** The `messages` of the turn, which it answers. */
  messages?: readonly ChatMessage[] | undefined
}

/** The options of the protocols of models. */
export interface ModelOptions {
  /** The name of the model. Default: none is sent, for a proxy that chooses it. */
  model?: string | undefined
}

/** Reads one reply, event by event. */
export interface ChatReader {
  /**
   * Writes what one event means to the draft. Returns `complete` for the protocol's end marker, and
   * `stopped` if the backend says that it was told to stop.
   *
   * @throws {StreamError} `parse` for a broken event: it is reported, and the stream goes on.
   */
  read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void
  /**
   * Called when the stream has ended cleanly without an end marker. Says whether the reply was
   * `complete` or `cut`; `unmarked` where the protocol may lack a marker, so that nobody can tell.
   */
  end(draft: MessageDraft): 'complete' | 'unmarked' | 'cut'
  /**
   * Given the URL of the request, returns the one from which a reply that was cut can be fetched with
   * GET: its rest, which this reader goes on with, or `fromStart` all of it, for another reader.
   * `undefined` if only its `Content-Location` can tell, `null` if it cannot be fetched.
   */
  resumeUrl?(url: string, fromStart?: boolean): string | null | undefined
}

/** The reply that a reader writes to. Every method costs O(1) in the length of the reply. */
export interface MessageDraft {
  /** Appends to the last part if that is text, else to a new one. */
  appendText(delta: string): void
  /** The same for reasoning, what the model thinks. */
  appendReasoning(delta: string): void
  /** Opens a new part, for backends that write several at once or replace the text of one. */
  openText(type: 'text' | 'reasoning'): TextDraft
  /** Opens a tool call with this id, or with one that is made up. Returns the call to append to. */
  openToolCall(call: ToolCallStart): ToolCallDraft
  /**
   * Adds a source, a file or data. A source is not added again if there is one with its `url`, or with
   * the same fields. Returns a function that replaces the part by another.
   */
  addPart(part: AddedPart): (part: AddedPart) => void
  /** How many parts have been opened. */
  readonly length: number
  /** Removes all parts but the first `length`. What was opened since must not be written to any more. */
  truncate(length: number): void
  /** Sets why the model stopped: in this library's words, and `raw` in the backend's. */
  finish(reason: FinishReason, raw?: string): void
  readonly finishReason?: FinishReason | undefined
  /** Adds to the counts so far; of each count, the last value wins. */
  setUsage(usage: Usage): void
  /** Adds to the metadata so far; of each field, the last value wins. */
  setMetadata(values: Record<string, unknown>): void
  /** The backend reported an error inside the stream: the turn fails with it, the text is kept. */
  fail(error: StreamError): void
  readonly error?: StreamError | undefined
}

/** What is known of a tool call before its arguments. */
export type ToolCallStart = Pick<ToolCallPart, 'name'> &
  Partial<Omit<ToolCallPart, 'type' | 'args' | 'argsText'>>

/** The parts that are not written piece by piece. */
export type AddedPart = Exclude<MessagePart, { type: 'text' | 'reasoning' | 'tool-call' }>

/** A text or reasoning part that can still be written to. */
export interface TextDraft {
  /** Appends text, and sets `more` fields of the part. */
  append(delta: string, more?: Partial<TextPart | ReasoningPart>): void
  replace(text: string): void
}

/** A tool call that can still be written to. */
export interface ToolCallDraft {
  /** Sets fields: the name or id, if they come late, or the outcome, if the backend runs the tool. */
  update(changed: Partial<Omit<ToolCallPart, 'type'>>): void
  appendArgs(delta: string): void
  /** The text of the arguments so far. */
  readonly argsText: string
}

/** What the events of a task's stream mean. Made by a factory such as `progressEvents()`. */
export interface TaskProtocol {
  /** The format of the stream, for a backend whose content type names another one or none. */
  format?: StreamFormat | undefined
  /** The format that a content type stands for, `undefined` to refuse it. Default: `detectFormat()`. */
  detectFormat?: ((contentType: string | null) => StreamFormat | undefined) | undefined
  /** What differs in a request that resumes the stream by its last event id. Default: nothing. */
  resume?: { method: string; body: undefined } | undefined
  /**
   * Makes a reader for each task, and again each time that its stream begins anew. `result` is what an
   * earlier page has read, if the stream goes on after that.
   */
  reader(result?: unknown): TaskReader
  /** The server's own words in the body of an HTTP error. */
  errorMessage?: ((body: string, status: number) => string | undefined) | undefined
}

/** Reads one task's stream, event by event. */
export interface TaskReader {
  /**
   * Returns what one event changes about its task, if anything.
   *
   * @throws {StreamError} `parse` for a broken event: it is reported, and the stream goes on.
   */
  read(event: StreamEvent): TaskUpdate | void
  /**
   * Called when the stream has ended cleanly, but no event has ended the task. Returns what that means,
   * or nothing if the connection counts as lost, which is the default.
   */
  end?(): TaskUpdate | void
}

/** What an event changes about its task. What is left out, or `undefined`, stays as it is. */
export interface TaskUpdate {
  /** 0–100. More counts as 100; less than before, or not a number, changes nothing. */
  progress?: number | undefined
  /** The server begins anew, or begins another part of the work: `progress` may be less than before. */
  restarted?: boolean | undefined
  /** The server works but cannot say how far it is. */
  indeterminate?: boolean | undefined
  /** How much is done, in what the server counts: bytes, steps, files. */
  loaded?: number | undefined
  /** How much there is to do, in the same unit. */
  total?: number | undefined
  /** What the server is busy with, in its words. */
  stage?: string | undefined
  /** New lines of its log. */
  logs?: readonly string[] | undefined
  /** The result so far. */
  result?: unknown
  /** The task has succeeded, with this result; if that is `undefined`, with the result so far. */
  done?: { result: unknown } | undefined
  /** The task has failed: the server's own words. */
  error?: StreamError | undefined
}
