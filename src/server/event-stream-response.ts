import { encodeComment, encodeEvent } from '../formats/encode.js'
import { getLastEventId } from '../formats/sse/last-event-id.js'
import { createBody, type Body } from './node/body.js'
import { checkLimits } from './check-limits.js'
import { explain, failureEvent } from './failure.js'
import { withDefaults } from './headers.js'
import { inFormat, negotiate, type EventFormat } from './negotiate.js'
import { timerDelay } from './timer.js'
import type { EventStream, EventStreamOptions } from './types.js'

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
  const { heartbeat, maxBuffer = 1_048_576, stallTimeout = 60_000 } = options
  checkLimits({ heartbeat, maxBuffer, stallTimeout })
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
  void run(createStream(request, body, format), body, format, produce, options)
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

function createStream(request: Request, body: Body, format: EventFormat): EventStream {
  return {
    lastEventId: getLastEventId(request.headers),
    signal: body.signal,
    send: (event) => body.write(encodeEvent(format, event)),
    comment: (text = '') => body.write(comments[format](text)),
  }
}

/** What each format's readers skip: in NDJSON a blank line, in a JSON text sequence an RS without a text. */
const comments: Record<EventFormat, (text: string) => string> = {
  sse: encodeComment,
  ndjson: () => '\n',
  'json-seq': () => '\u001E',
}

async function run(
  stream: EventStream,
  body: Body,
  format: EventFormat,
  produce: (stream: EventStream) => unknown,
  { heartbeat = 8_000, retry, onError }: EventStreamOptions,
): Promise<void> {
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
    if (!stream.signal.aborted) void stream.send(failureEvent('failed', explain(error, onError)))
  }
  clearInterval(timer)
  body.end()
}
