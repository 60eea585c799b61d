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
  send(event: EventFields): Promise<void>
  /** Sends what readers skip. Formats other than `sse` have no comments: they get a heartbeat. */
  comment(text?: string): Promise<void>
}

export interface EventStreamOptions {
  /**
   * Milliseconds between heartbeats, so that nobody takes silence for death; 0 for none. Default 8 s:
   * nginx waits for 60 s, the server of Bun for 10 s.
   */
  heartbeat?: number
  /** Milliseconds that an SSE reader shall wait before it reconnects. Default: the reader's own. */
  retry?: number
  /** Default: what the request's `Accept` prefers, `sse` where it has no preference. */
  format?: EventFormat
  /** Added to the response's, or put in place of them. */
  headers?: HeadersInit
  /** Default 200. */
  status?: number
  /** Bytes that may wait for a reader who is not awaited; with more he is dropped. Default 1 MiB. */
  maxBuffer?: number
  /** Milliseconds that a reader may take nothing of what waits; then he is dropped. Default 60 s. */
  stallTimeout?: number
  /**
   * What the producer threw. The reader is told what this returns, or that the stream failed: the
   * error's own message may hold secrets. Default: `console.error`.
   */
  onError?(error: unknown): string | void
}
