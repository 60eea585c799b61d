/**
 * How bytes frame events: `sse` (WHATWG event streams), `ndjson` (one JSON text a line), `json-seq` (RFC
 * 7464) or `text` (plain text, chunk by chunk). What the events mean is the protocol's business.
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
  /** The last event id as of this event, which may have come with an earlier one; `''` if none has come. */
  lastEventId: string
}

/** What a sender says in one event. */
export interface EventFields {
  /** The event's name. Without one, readers call it `message`. */
  event?: string | undefined
  /** A string is sent as it is, anything else as JSON. In `sse`, any line end in it arrives as LF. */
  data?: unknown
  /** What a reader that lost the connection after this event sends as `Last-Event-ID`. `''` resets that. */
  id?: string | undefined
  /** Milliseconds that readers are to wait before they reconnect. */
  retry?: number | undefined
}

/** What a parser calls, synchronously, while it reads a chunk. */
export interface ParserHandlers {
  /** An event, at the byte that completes it. */
  onEvent(event: StreamEvent): void
  /**
   * An SSE `retry:` field, in milliseconds, at the line that holds it. It can be larger than any timer
   * takes, even `Infinity`: clamp it.
   */
  onRetry?: ((milliseconds: number) => void) | undefined
  /** An SSE comment: the raw text after its colon. Heartbeats come this way. */
  onComment?: ((text: string) => void) | undefined
}

/** Where a parser begins, and how much it holds. */
export interface ParserOptions {
  /**
   * The last event id that came before this stream, if it continues one that broke off. Default `''`.
   */
  lastEventId?: string | undefined
  /** The most characters one event may have. Default 16 Mi (16,777,216). */
  maxEventSize?: number | undefined
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
   * To be called when the stream has ended. In `ndjson`, `json-seq` and `text`, what is left is delivered
   * through `onEvent`; in `sse`, the unfinished event is returned, which the standard says to drop.
   */
  end: () => StreamEvent | undefined
  /** What a reconnection would send as `Last-Event-ID`; `''` if no id has come. */
  readonly lastEventId: string
}
