import type { HeadersInit } from '../fetch-types.js'
import type { EventFields } from '../formats/types.js'
import type { EventFormat } from './negotiate.js'

/** One response that streams events, while it is being produced. */
export interface EventStream {
  /** The request's `Last-Event-ID`; `''` if it has none. */
  readonly lastEventId: string
  /** Aborts when the reader has left, or is dropped. Pass it to what does the work. */
  readonly signal: AbortSignal
  /**
   * Sends one event. Resolves when there is room for another; rejects with code `aborted` if the reader
   * has left, which ends a producer that awaits it. Formats other than `sse` carry `data` only.
   *
   * @throws {StreamError} synchronously: `invalid-option` for a field that would break the framing
   */
  send: (event: EventFields) => Promise<void>
  /**
   * Sends a comment, which readers skip. Formats other than `sse` have none: an empty heartbeat is sent
   * instead.
   */
  comment: (text?: string) => Promise<void>
}

/** How a stream of events is sent. */
export interface EventStreamOptions {
  /**
   * Milliseconds between heartbeats, which keep a silent connection from being closed; 0 for none.
   * Default 8 s: nginx closes one after 60 s, Bun's server after 10 s. An SSE stream that has no event yet
   * begins with a heartbeat, for servers and proxies that send the headers only with the first bytes.
   */
  heartbeat?: number | undefined
  /** Milliseconds that an SSE reader is told to wait before it reconnects. Default: the reader's own. */
  retry?: number | undefined
  /** The format of the stream. Default: what the request's `Accept` prefers, or `sse`. */
  format?: EventFormat | undefined
  /** Headers that are added to the response's own, or replace those of the same name. */
  headers?: HeadersInit | undefined
  /** The status of the response. Default 200. */
  status?: number | undefined
  /**
   * Bytes that may wait for a reader while the producer does not await `send`; with more, the reader
   * is dropped. Default 1 MiB.
   */
  maxBuffer?: number | undefined
  /** Milliseconds after which a reader that reads nothing of what waits for it is dropped. Default 60 s. */
  stallTimeout?: number | undefined
  /**
   * Called with what the producer threw. The reader is told the string that this returns, or else only
   * that the stream failed: the error's own message may contain secrets. Default: `console.error`.
   */
  onError?: ((error: unknown) => string | void) | undefined
}
