import type { StreamError } from '../errors.js'
import type { BodyInit, HeadersInit, RequestCredentials } from '../fetch-types.js'
import type { StreamEvent, StreamFormat } from '../formats/types.js'

/** The options of every request that the library makes. All are optional. */
export interface RequestOptions {
  /** Default `GET`, or `POST` with a `body`. */
  method?: string | undefined
  /** A function, which may be async, is called again for each attempt, so that a token is always fresh. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined
  /** A plain object is sent as JSON. A function, which may be async, is called again for each attempt. */
  body?: BodyInit | object | (() => BodyInit | object) | undefined
  /** As in `fetch`. Default `same-origin`. */
  credentials?: RequestCredentials | undefined
  /** Used in place of the global `fetch`. */
  fetch?: typeof fetch | undefined
  /** How the response frames its events. Default: as its content type says. If set, that is not checked. */
  format?: StreamFormat | undefined
  /** When and how often to try again; `false` for never. */
  retry?: false | RetryOptions | undefined
  /** Milliseconds to wait for the headers of a response; 0 for no limit. Default 30 s, in a chat 0. */
  connectTimeout?: number | undefined
  /**
   * Milliseconds without a byte, heartbeats included, after which the connection counts as lost; 0,
   * the default, for no limit.
   */
  idleTimeout?: number | undefined
  /** The most characters one event may have. Default 16 Mi. */
  maxEventSize?: number | undefined
  /** Closes the stream when it aborts. */
  signal?: AbortSignal | undefined
}

/**
 * When and how often a connection that failed or was lost is tried again: after a delay that doubles
 * each time.
 */
export interface RetryOptions {
  /**
   * How many tries may fail in a row after the first one. Default: no limit for events, 2 for a chat, 5
   * for a task.
   */
  attempts?: number | undefined
  /**
   * Milliseconds before the first retry; a server's `retry:` that is shorter counts as this. Default 1 s,
   * in a chat 0.5 s.
   */
  minDelay?: number | undefined
  /**
   * Milliseconds: the longest delay, whatever the backoff or the server's `retry:` says. Only a
   * `Retry-After` may be longer. Default 30 s, in a chat 5 s.
   */
  maxDelay?: number | undefined
  /**
   * 0–1: how much of a delay is random, so that many clients do not return at the same moment. With 0,
   * the delay is the backoff itself; with 1, the default, anything from `minDelay` (or the server's
   * `retry:`) to twice the backoff.
   */
  jitter?: number | undefined
  /**
   * Whether the request may be sent again where the server may already have acted on it. Default:
   * true for GET and HEAD only.
   */
  replay?: boolean | undefined
  /** Called before each retry that the other rules allow; `false` stops. `attempt` counts from 1. */
  shouldRetry?: ((error: StreamError, attempt: number) => boolean) | undefined
}

/** The options of a request, and what the library adds to them. */
export interface ConnectionOptions extends RequestOptions {
  /** Headers of the protocol's. Those in `headers` win. */
  baseHeaders?: HeadersInit | undefined
}

/** The options of a subscription to a stream of events: those of its requests, and when it ends. */
export interface SubscriptionOptions extends RequestOptions {
  /** Sent as `Last-Event-ID` with the first request. */
  lastEventId?: string | undefined
  /**
   * The terminal event, by its name or by a test: it is delivered, then the stream closes and is not
   * reconnected.
   */
  closeOn?: string | string[] | ((event: StreamEvent) => boolean) | undefined
}

/** Which streams share one connection. Read once, when a stream is made. */
export interface Sharing {
  /**
   * `true`: one connection per page for all streams of the same method, URL, credentials and `key`.
   * `'browser'`: one for all tabs; when the tab that holds it goes, another resumes it from the last
   * event id. In browsers without Web Locks or `BroadcastChannel`, it is one per tab. The first stream's
   * other options apply; one that joins late gets the status and the last event. Default `false`.
   */
  share?: boolean | 'browser' | undefined
  /**
   * Tells streams of the same URL apart, such as those of two users: streams with different keys share no
   * connection, and a changed key makes `useEventSource` start afresh.
   */
  key?: string | undefined
}

/**
 * What a stream is doing. `idle`: it has not been opened. `connecting`: it waits for its first response.
 * `open`: it receives. `reconnecting`: it was lost or refused, and is tried again, now or after a delay.
 * `closed`: it has ended as it should, or was closed. `failed`: it has gone wrong, and is not tried again.
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
  options(): ConnectionOptions
  defaults: ConnectionDefaults
  /** The format that a content type stands for, where the options name none. */
  detectFormat?(contentType: string | null): StreamFormat | undefined
  lastEventId?: string
  /** The last event heard before, if it is known. */
  lastEvent?: StreamEvent | undefined
  /**
   * Whether to close the connection, without a status, when the page goes into the back/forward cache,
   * and to open it again when the page comes back. Only done where that loses nothing.
   */
  leavesWithPage?: boolean
}

/** The details of a status. */
export interface StatusDetail {
  /** Consecutive failed tries; 0 while all is well. */
  attempt: number
  /** When the next try is due, in ms since the epoch. */
  retryAt?: number
  /** What went wrong with the last try. */
  error?: StreamError
}

/** What a connection calls. None of these may throw. */
export interface ConnectionSink {
  /** For every status but `open`, for which it is `onOpen`. */
  onStatus(status: Exclude<StreamStatus, 'idle' | 'open'>, detail: StatusDetail): void
  onOpen(response: Response, format: StreamFormat): void
  onEvent(event: StreamEvent): void
  /** The last event id has changed without an event. */
  onId?(): void
  /** The server's `retry:`, in ms, at the line that holds it. */
  onRetry?(milliseconds: number): void
  /**
   * The response ended cleanly, with an SSE event perhaps unfinished. Only the sink can tell whether the
   * stream was complete: if not, it returns an error, and the connection counts as lost.
   */
  onEnd(unfinished: StreamEvent | undefined): StreamError | undefined
}

/** One subscription, over as many attempts as it takes. */
export interface Connection {
  /** Connects. If it is waiting for a retry, tries at once; if it is connected, does nothing. */
  open(): void
  /** Ends the connection. Nothing is delivered after that, not even the rest of the same chunk. */
  close(): void
  readonly lastEventId: string
}
