import type { StreamError } from '../errors.js'
import type { BodyInit, HeadersInit, RequestCredentials } from '../fetch-types.js'
import type { StreamEvent, StreamFormat } from '../formats/types.js'

/** What every request of the library can be given. All of it is optional. */
export interface RequestOptions {
  /** Default `GET`, and `POST` where there is a `body`. */
  method?: string
  /** A function is asked again for each attempt, so that a token is always fresh. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>)
  /** A plain object is sent as JSON. A function, which may be async, is asked again for each attempt. */
  body?: BodyInit | object | (() => BodyInit | object)
  /** As in `fetch`. Default `same-origin`. */
  credentials?: RequestCredentials
  /** Used in place of the global `fetch`. */
  fetch?: typeof fetch
  /** Default: from the response's content type. Given, that type is not checked. */
  format?: StreamFormat
  /** When and how often to try again; `false` for never. */
  retry?: false | RetryOptions
  /** Milliseconds until the response's headers must be there; 0 for no limit. Default 30 s, of a chat 0. */
  connectTimeout?: number
  /**
   * Milliseconds without a byte, heartbeats included, after which the connection counts as lost; 0,
   * the default, for no limit.
   */
  idleTimeout?: number
  /** The most characters one event may have. Default 16 Mi. */
  maxEventSize?: number
  /** Closes the stream when it aborts. */
  signal?: AbortSignal
}

/**
 * When and how often a connection that failed or was lost is tried again: after a delay that doubles
 * each time.
 */
export interface RetryOptions {
  /**
   * How many tries may fail in a row after the first. Default: no limit for events, 2 for a chat, 5
   * for a task.
   */
  attempts?: number
  /**
   * Milliseconds before the first retry, and the least that a server's `retry:` counts for. Default 1
   * s, of a chat 0.5 s.
   */
  minDelay?: number
  /**
   * Milliseconds: the longest delay, whatever the backoff or the server's `retry:` says. A
   * `Retry-After` may be longer. Default 30 s, of a chat 5 s.
   */
  maxDelay?: number
  /**
   * 0–1: how much of a delay is left to chance, so that many clients do not return at once. With 0 it
   * is the backoff itself; with 1, the default, anything from `minDelay` (or the server's `retry:`) to
   * twice the backoff.
   */
  jitter?: number
  /**
   * Whether the request may be sent again where the server may already have acted on it. Default:
   * true for GET and HEAD only.
   */
  replay?: boolean
  /** Asked before each retry that the other rules allow; `false` stops. `attempt` counts from 1. */
  shouldRetry?(error: StreamError, attempt: number): boolean
}

/** What a subscription to a stream of events can be given besides. */
export interface SubscriptionOptions extends RequestOptions {
  /** Sent as `Last-Event-ID` with the first request. */
  lastEventId?: string
  /** A terminal event, by name or by test: it is delivered, the stream closes and is not opened again. */
  closeOn?: string | string[] | ((event: StreamEvent) => boolean)
}

/** Which streams are one connection. Read when a stream is made. */
export interface Sharing {
  /**
   * `true`: one connection a page for all streams of the same method, URL, credentials and `key`;
   * `'browser'`: one for all tabs, handed over by the last event id when the tab that holds it goes.
   * Where the browser lacks Web Locks or `BroadcastChannel`, that is one a tab. The first stream's
   * other options count; a late one gets the status and the last event. Default `false`.
   */
  share?: boolean | 'browser'
  /**
   * Tells streams of one URL apart, such as one user's from the next one's: streams of different keys
   * share no connection, and a changed key makes `useEventSource` start afresh.
   */
  key?: string
}

/**
 * What a stream is doing. `idle`: it was not opened. `connecting`: it waits for its first response.
 * `open`: it receives. `reconnecting`: it was lost or refused, and is tried again, now or later.
 * `closed`: it has ended well, or was closed. `failed`: it is not tried again.
 */
export type StreamStatus = 'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed' | 'failed'

/** The figures that differ between an event stream, a chat and a task. Times in ms, 0 for no limit. */
export interface ConnectionDefaults {
  attempts: number
  minDelay: number
  maxDelay: number
  connectTimeout: number
}

/** One logical subscription: what to ask for, at every attempt. */
export interface ConnectionRequest {
  /** Asked at each attempt. */
  url(): string
  /** Asked at each attempt and at each failure, so that the newest options are the ones used. */
  options(): RequestOptions
  defaults: ConnectionDefaults
  /** What a content type is read as where the options name no format. */
  detectFormat?(contentType: string | null): StreamFormat | undefined
  lastEventId?: string
  /**
   * Close it quietly when the page is left, and open it again when the page comes back, where that
   * loses nothing.
   */
  leavesWithPage?: boolean
}

/** What there is to say of a status. */
export interface StatusDetail {
  /** Consecutive failed tries; 0 while all is well. */
  attempt: number
  /** When the next try is due, in ms since the epoch. */
  retryAt?: number
  /** What went wrong with the last try. */
  error?: StreamError
}

/** Who listens to a connection. None of these may throw. */
export interface ConnectionSink {
  /** Every status but `open`, which is `onOpen`. */
  onStatus(status: Exclude<StreamStatus, 'idle' | 'open'>, detail: StatusDetail): void
  onOpen(response: Response, format: StreamFormat): void
  onEvent(event: StreamEvent): void
  /** The last event id has changed without an event. */
  onId?(): void
  /** The server's `retry:`, in ms, at the line that holds it. */
  onRetry?(milliseconds: number): void
  /**
   * The transport ended cleanly. Whether the stream was complete is not the connection's to say:
   * the answer is an error where it was not, and that counts as a lost connection.
   */
  onEnd(unfinished: StreamEvent | undefined): StreamError | undefined
}

/** One subscription, over as many attempts as it takes. */
export interface Connection {
  /** Connects; where it is waiting for a retry, tries at once; where it is connected, does nothing. */
  open(): void
  /** Ends it. Nothing is delivered after that, not even the rest of the same chunk. */
  close(): void
  readonly lastEventId: string
}
