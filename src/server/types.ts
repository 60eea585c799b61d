import type { HeadersInit } from '../fetch-types.js'
import type { EventFields } from '../formats/types.js'
import type { EventFormat } from './negotiate.js'

/** One response that streams events, while it is being produced. */
export interface EventStream {
  /** The request's `Last-Event-ID`; `''` where it sent none. */
  readonly lastEventId: string
  /** Aborts when the reader has left, or is dropped. Hand it to what does the work. */
  readonly signal: AbortSignal
  /**
   * Sends one event. Resolves when there is room for another; rejects with code `aborted` where the
   * reader has left, which ends a producer that awaits it. Formats other than `sse` carry `data` only.
   *
   * @throws {StreamError} `invalid-option`, at once, for a field that would break the framing
   */
  send: (event: EventFields) => Promise<void>
  /**
   * Sends a comment, which readers skip. Formats other than `sse` have none: a heartbeat is sent in
   * its place.
   */
  comment: (text?: string) => Promise<void>
}

/** How a stream of events is sent. */
export interface EventStreamOptions {
  /**
   * Milliseconds between heartbeats, which keep a silent connection from being closed; 0 for none.
   * Default 8 s: nginx closes one after 60 s, Bun's server after 10 s. An SSE stream that begins without
   * an event begins with one, for servers and proxies that send the headers only with the first bytes.
   */
  heartbeat?: number
  /** Milliseconds that an SSE reader is told to wait before it reconnects. Default: the reader's own. */
  retry?: number
  /** Default: what the request's `Accept` prefers, `sse` where it has no preference. */
  format?: EventFormat
  /** Added to the response's own, and taken in place of those of the same name. */
  headers?: HeadersInit
  /** Default 200. */
  status?: number
  /**
   * Bytes that may wait for a reader while the producer does not await `send`; with more, the reader
   * is dropped. Default 1 MiB.
   */
  maxBuffer?: number
  /** Milliseconds for which a reader may read nothing of what waits; then it is dropped. Default 60 s. */
  stallTimeout?: number
  /**
   * Gets what the producer threw. The reader is told the string that this returns, and without one only
   * that the stream failed: the error's own message may hold secrets. Default: `console.error`.
   */
  onError?(error: unknown): string | void
}
