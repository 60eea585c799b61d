import { StreamError } from '../errors.js'
import { getLastEventId } from '../formats/sse/last-event-id.js'
import { checkLimits } from './check-limits.js'
import { checkRequest } from './check-request.js'
import { eventStreamResponse, type EventStreamOptions } from './event-stream-response.js'
import { failRun, report } from './failure.js'
import { follow } from './follow.js'
import { attempt } from './store/insist.js'
import { offsetOf } from './store/log-id.js'
import { memoryStore } from './store/memory-store.js'
import { runProducer, type DurableStream } from './produce.js'
import { noContent, unavailable, unknownStream } from './refusal.js'
import type { StreamInfo, StreamStore } from './store/stream-store.js'

/** The options of `createStreams`. */
export interface StreamsOptions {
  /** Where streams are kept. Default `memoryStore()`: in this process. */
  store?: StreamStore | undefined
  /**
   * Milliseconds without a sign of life after which a producer counts as lost with its process.
   * Default 30 s.
   */
  lease?: number | undefined
  /** Milliseconds that a stream may take; then it is ended with an error. Default 1 hour. */
  maxDuration?: number | undefined
  /**
   * Called with what a producer or the store threw. Readers are told the string that this returns, or else
   * only that the stream failed: the error's own message may contain secrets. Default: `console.error`.
   */
  onError?: ((error: unknown) => string | void) | undefined
}

/** The options of `start`. */
export interface StartOptions {
  /** Anything that JSON can hold. `status` and `list` return it. */
  meta?: unknown
}

/** How a durable stream is sent to one reader. */
export interface StreamResponseOptions extends EventStreamOptions {
  /** Where the rest can be fetched by GET, relative to the request's URL. Sent as `Content-Location`. */
  resumeUrl?: string | undefined
  /** Where the stream is canceled by DELETE, relative to the request's URL. Sent as `Brooklet-Cancel`. */
  cancelUrl?: string | undefined
}

/**
 * Streams that outlive the requests which read them. If the store cannot be reached, `response` answers
 * 503, and the other methods reject with a `StreamError` of code `network`.
 */
export interface Streams {
  /**
   * Runs a producer, once: if a stream with this id runs already, or is done, nothing happens; one that
   * failed or was canceled is started again. Resolves to whether this producer was started.
   */
  start(
    id: string,
    produce: (stream: DurableStream) => unknown,
    options?: StartOptions,
  ): Promise<boolean>
  /**
   * Answers with a stream's events after the request's `Last-Event-ID`, each once: those in the log, then
   * those that come. Answers 204 if nothing follows any more, 404 for an unknown or expired stream. The
   * stream goes on when a reader leaves.
   */
  response(request: Request, id: string, options?: StreamResponseOptions): Promise<Response>
  /** Ends a stream, in whichever process its producer runs. Resolves to false if it was not running. */
  cancel(id: string): Promise<boolean>
  /** What is known of a stream; `undefined` for an unknown or expired one. */
  status(id: string): Promise<StreamInfo | undefined>
  /** The streams whose id begins with the prefix, in the order of their starts. Default: all. */
  list(prefix?: string): Promise<StreamInfo[]>
}

/**
 * Durable streams: each is produced once, independently of any request, and kept in a log that any number
 * of readers read from any offset, in any process that shares the store.
 *
 * @throws {StreamError} `invalid-option` for a limit that is negative or `NaN`
 *
 * @example
 * ```ts
 * import { createStreams } from 'brooklet/server'
 *
 * const streams = createStreams()
 *
 * export async function GET(request: Request): Promise<Response> {
 *   const id = new URL(request.url).searchParams.get('id') ?? 'news'
 *   await streams.start(id, async ({ send }) => {
 *     for (const data of ['one', 'two', 'three']) await send({ data })
 *   })
 *   return streams.response(request, id)
 * }
 * ```
 */
export function createStreams(options: StreamsOptions = {}): Streams {
  const { store = memoryStore(), lease = 30_000, maxDuration = 3_600_000, onError } = options
  checkLimits({ lease, maxDuration })

  /** What the store answers. If it fails, its error is reported, and becomes one of code `network`. */
  async function fromStore<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (cause) {
      report(cause, onError)
      throw new StreamError('network', 'The store of the streams cannot be reached', { cause })
    }
  }

  const start: Streams['start'] = async (id, produce, { meta } = {}) => {
    const run = crypto.randomUUID().slice(0, 8)
    const created = fromStore(() => store.create({ id, run, meta }, lease))
    // A call that failed may still have created the stream, which nobody would produce: then this ends it.
    created.catch(() => attempt(() => failRun(store, { id, run }, 'lost')))
    const isNew = await created
    if (isNew) void runProducer({ store, id, run, lease, maxDuration, onError }, produce)
    return isNew
  }

  async function response(
    request: Request,
    id: string,
    { resumeUrl, cancelUrl, headers, ...given }: StreamResponseOptions = {},
  ): Promise<Response> {
    checkRequest(request)
    const info = await fromStore(() => store.info(id))
    if (!info) return unknownStream()
    const offset = offsetOf(getLastEventId(request.headers), info)
    const allHeaders = announcing(resumeUrl, cancelUrl, headers)
    const isOver = info.status !== 'running' && offset === info.last
    if (isOver) return noContent(allHeaders)
    return eventStreamResponse(
      request,
      async ({ send, signal }) => {
        const events = follow(store, info, { after: offset, lease, signal })
        for await (const event of events) await send(event)
      },
      { ...given, onError: given.onError ?? onError, headers: allHeaders },
    )
  }

  return {
    start,
    response: (...given) => response(...given).catch(unavailable),
    async cancel(id) {
      const info = await fromStore(() => store.info(id))
      return info !== undefined && fromStore(() => failRun(store, info, 'canceled'))
    },
    async status(id) {
      const info = await fromStore(() => store.info(id))
      return info && withTrueStatus(info)
    },
    list: async (prefix = '') => (await fromStore(() => store.list(prefix))).map(withTrueStatus),
  }
}

/** A stream whose producer is gone has failed, even if no reader has noticed that and ended it yet. */
function withTrueStatus(info: StreamInfo): StreamInfo {
  return info.status === 'running' && !info.isLeased ? { ...info, status: 'error' } : info
}

/** The headers, with the URLs at which the stream can be resumed and canceled. */
function announcing(
  resumeUrl: string | undefined,
  cancelUrl: string | undefined,
  headers: HeadersInit | undefined,
): Headers {
  const all = new Headers(headers)
  const announced = { 'Content-Location': resumeUrl, 'Brooklet-Cancel': cancelUrl }
  for (const [name, url] of Object.entries(announced)) {
    if (url === undefined) continue
    all.set(name, url)
    // A page of another origin can read only headers that are exposed to it.
    all.append('access-control-expose-headers', name)
  }
  return all
}
