/**
 * How bytes frame events: `sse` (WHATWG event streams), `ndjson` (a line each), `json-seq` (RFC 7464) or
 * `text` (plain text, piece by piece). What the events mean is a protocol's business.
 */
export type StreamFormat = 'sse' | 'ndjson' | 'json-seq' | 'text'

/**
 * One event of a stream. Has the fields of the platform's `MessageEvent` that handlers read, so a
 * handler written for `EventSource` works unchanged.
 */
export interface StreamEvent {
  /** The event's name; `message` where the stream gave none. */
  type: string
  /** The raw text. JSON is not parsed here, so that its cost is paid once, by the reader that wants it. */
  data: string
  /** The last event id when this event was dispatched, `''` where none has come. */
  lastEventId: string
}

/** What a sender says in one event. */
export interface EventFields {
  /** The event's name; left out, the reader calls it `message`. */
  event?: string
  /** A string as it is, anything else as JSON. Several lines arrive with LF between them. */
  data?: unknown
  /** From here a reader resumes. An empty id resets that. */
  id?: string
  /** Milliseconds that a reader is told to wait before it reconnects. */
  retry?: number
}

/** What a parser calls, synchronously, while it reads a chunk. */
export interface ParserHandlers {
  /** An event, at the byte that completes it. */
  onEvent(event: StreamEvent): void
  /**
   * An SSE `retry:` field, in ms, at the line that holds it. May be as large as 1e25: clamp it before
   * a timer.
   */
  onRetry?(milliseconds: number): void
  /** An SSE comment: the raw text after its colon. Heartbeats come this way. */
  onComment?(text: string): void
}

/** Where a parser begins, and how much it holds. */
export interface ParserOptions {
  /**
   * The last event id from before this stream, for one that goes on where another broke off. Default
   * `''`.
   */
  lastEventId?: string
  /** The most characters one event may have. Default 16 Mi (16,777,216). */
  maxEventSize?: number
}

/** Reads one stream, chunk by chunk. Made by `createParser`. */
export interface Parser {
  /**
   * Reads the next piece of the stream. Any split is legal: inside a character, a CRLF or a field name.
   *
   * @throws {StreamError} `too-large` where one event exceeds `maxEventSize`.
   */
  push: (chunk: Uint8Array | string) => void
  /**
   * Says that the stream has ended. NDJSON, json-seq and text deliver what is left through `onEvent`;
   * SSE returns the unfinished event that the standard says to drop.
   */
  end: () => StreamEvent | undefined
  /** What a reconnection would send as `Last-Event-ID`; `''` where no id has come. */
  readonly lastEventId: string
}
