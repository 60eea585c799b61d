import type { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import { detectFormat } from '../formats/detect-format.js'
import { responseError } from '../formats/response.js'
import type { ParserHandlers, StreamEvent, StreamFormat } from '../formats/types.js'
import { checkOptions } from './check-options.js'
import type { Environment } from './environment.js'
import { networkError } from './network-error.js'
import { checkUrl, requestInit } from './request.js'
import type { RequestOptions } from './types.js'
import { createWatchdog } from './watchdog.js'

export interface AttemptRequest {
  url: string
  options: RequestOptions
  lastEventId: string
  connectTimeout: number
}

export interface AttemptSink extends ParserHandlers {
  onOpen(response: Response, format: StreamFormat): void
  /** The last event id, whenever what has been read so far was delivered. */
  onLastEventId(id: string): void
}

/** How an attempt ended: with an error, with nothing to read (204), or with the stream's end. */
export interface AttemptResult {
  error?: StreamError
  isEmpty?: boolean
  unfinished?: StreamEvent
}

/** One HTTP request from its headers to its end. Never rejects; once aborted it delivers nothing more. */
export async function runAttempt(
  { url, options, lastEventId, connectTimeout }: AttemptRequest,
  sink: AttemptSink,
  controller: AbortController,
  environment: Environment,
): Promise<AttemptResult> {
  const { signal } = controller
  const watchdog = createWatchdog(url, controller, environment)
  try {
    checkOptions(options)
    checkUrl(url, options)
    watchdog.start('connectTimeout', options.connectTimeout ?? connectTimeout)
    const init = await requestInit(options, lastEventId)
    signal.throwIfAborted()
    const send = options.fetch ?? environment.fetch
    const response = await abortable(send(url, { ...init, signal }), signal)
    if (response.status === 204) return { isEmpty: true }
    const error = await responseError(response, options.format)
    if (error) return { error }

    watchdog.start('idleTimeout', options.idleTimeout ?? 0)
    const format = options.format ?? detectFormat(response.headers.get('content-type')) ?? 'sse'
    const handlers: ParserHandlers = {
      // Aborted in the middle of a chunk, the rest of it is not delivered.
      onEvent: (event) => signal.aborted || sink.onEvent(event),
      onRetry: sink.onRetry,
    }
    const parser = createParser(format, handlers, { ...options, lastEventId })
    sink.onOpen(response, format)
    await eachChunk(response, signal, (chunk) => {
      watchdog.touch()
      parser.push(chunk)
      if (!signal.aborted) sink.onLastEventId(parser.lastEventId)
    })
    return { unfinished: parser.end() }
  } catch (error) {
    return { error: networkError(signal.aborted ? signal.reason : error, url, options) }
  } finally {
    watchdog.stop()
  }
}

async function eachChunk(
  { body }: Response,
  signal: AbortSignal,
  push: (chunk: Uint8Array) => void,
): Promise<void> {
  if (!body) throw new TypeError('this fetch gives no body to read')
  const reader = body.getReader()
  // A pending read does not end by itself everywhere when the request is aborted.
  const cancel = (): unknown => reader.cancel().catch(() => {})
  signal.addEventListener('abort', cancel)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return
      push(value)
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}

/** The response, or a rejection as soon as the signal aborts, whatever the `fetch` given does with it. */
function abortable(pending: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    pending.then((response) => {
      if (signal.aborted) response.body?.cancel().catch(() => {})
      resolve(response)
    }, reject)
  })
}
