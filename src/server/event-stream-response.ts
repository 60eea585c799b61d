import type { HeadersInit } from '../fetch-types.js'
import { encodeComment, encodeEvent } from '../formats/encode.js'
import { getLastEventId } from '../formats/sse/last-event-id.js'
import type { EventFields } from '../formats/types.js'
import { createBody } from './body.js'
import { checkLimits } from './check-limits.js'
import { checkRequest } from './check-request.js'
import { failureEvent, report } from './failure.js'
import { withDefaults } from './headers.js'
import { inFormat, negotiate, type EventFormat } from './negotiate.js'
import { timerDelay } from './timer.js'

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

/**
 * Answers a request with a stream of events, in any server that uses the web's `Request` and `Response`
 * (for Node's `http` see `nodeHandler`). The response ends when `produce` has returned. If it throws, the
 * last event is named `error`, with the data `{ type: 'error', code: 'failed', message }`.
 *
 * @throws {StreamError} `invalid-option` for a limit that is negative or `NaN`
 *
 * @example
 * ```ts
 * import { eventStreamResponse } from 'brooklet/server'
 *
 * export function GET(request: Request): Response {
 *   return eventStreamResponse(request, async ({ send, signal, lastEventId }) => {
 *     for (let id = Number(lastEventId) + 1; id <= 100 && !signal.aborted; id++) {
 *       await send({ event: 'tick', id: `${id}`, data: { at: Date.now() } })
 *       await new Promise((resolve) => setTimeout(resolve, 1_000))
 *     }
 *   })
 * }
 * ```
 */
export function eventStreamResponse(
  request: Request,
  produce: (stream: EventStream) => unknown,
  options: EventStreamOptions = {},
): Response {
  const {
    heartbeat = 8_000,
    maxBuffer = 1_048_576,
    stallTimeout = 60_000,
    retry,
    onError,
  } = options
  checkLimits({ heartbeat, maxBuffer, stallTimeout })
  checkRequest(request)
  const { format, contentType } = options.format
    ? inFormat(options.format)
    : negotiate(request.headers.get('accept'))
  const init = { status: options.status, headers: responseHeaders(contentType, options) }
  // Nobody would read a body.
  if (request.method === 'HEAD' || request.signal.aborted) return new Response(null, init)
  const body = createBody({ maxBuffer, stallTimeout })
  const response = new Response(body.stream, init)
  // When the reader leaves, some servers abort this signal, some cancel the body, and some do both.
  request.signal.addEventListener('abort', body.leave)

  const stream: EventStream = {
    lastEventId: getLastEventId(request.headers),
    signal: body.signal,
    send: (event) => body.write(encodeEvent(format, event)),
    comment: (text = '') => body.write(comments[format](text)),
  }

  async function run(): Promise<void> {
    // A reader that still has something to read needs no heartbeat.
    const beat = (): unknown => body.hasRoom && stream.comment()
    const isBeating = heartbeat > 0
    const timer = isBeating ? setInterval(beat, timerDelay(heartbeat)) : undefined
    stream.signal.addEventListener('abort', () => clearInterval(timer))
    try {
      void stream.send({ retry })
      const done = produce(stream)
      // Some servers and proxies, such as Vite and Caddy, send the headers only with the first bytes.
      if (format === 'sse' && isBeating && body.isEmpty) beat()
      await done
    } catch (error) {
      if (!stream.signal.aborted) void stream.send(failureEvent('failed', report(error, onError)))
    }
    clearInterval(timer)
    body.end()
  }

  void run()
  return response
}

function responseHeaders(contentType: string, { format, headers }: EventStreamOptions): Headers {
  return withDefaults(headers, {
    'content-type': contentType,
    // `no-transform`, because a proxy that compressed it would send it a buffer at a time.
    'cache-control': 'no-cache, no-transform',
    // Makes nginx, and what is built on it, pass the response on without buffering.
    'x-accel-buffering': 'no',
    // Without it, Chromium holds the first bytes of a text stream back, to guess its type.
    'x-content-type-options': 'nosniff',
    ...(!format && { vary: 'accept' }),
  })
}

/** What each format's readers skip: in NDJSON a blank line, in a JSON text sequence an RS without a text. */
const comments: Record<EventFormat, (text: string) => string> = {
  sse: encodeComment,
  ndjson: () => '\n',
  'json-seq': () => '\u001E',
}
