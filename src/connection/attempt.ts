import { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import { detectFormat } from '../formats/detect-format.js'
import { responseError } from '../formats/response.js'
import type { ParserHandlers, StreamEvent, StreamFormat } from '../formats/types.js'
import type { Environment } from './environment.js'
import { checkOptions } from './check-options.js'
import { networkError } from './network-error.js'
import { requestInit, requestUrl } from './request.js'
import type { ConnectionDefaults, RequestOptions } from './types.js'
import { createWatchdog } from './watchdog.js'

export interface AttemptRequest {
  url(): string
  options: RequestOptions
  lastEventId: string
  defaults: ConnectionDefaults
}

export interface AttemptSink extends ParserHandlers {
  onOpen(response: Response, format: StreamFormat): void
  /** The last event id, whenever what has been read so far was delivered. */
  onLastEventId(id: string): void
}

export type AttemptResult =
  | { type: 'end'; unfinished: StreamEvent | undefined }
  | { type: 'no-content' }
  | { type: 'failure'; error: StreamError }

/** One HTTP request from its headers to its end. Never rejects; once aborted it delivers nothing more. */
export async function runAttempt(
  request: AttemptRequest,
  sink: AttemptSink,
  controller: AbortController,
  environment: Environment,
): Promise<AttemptResult> {
  const { options, defaults } = request
  const { signal } = controller
  const watchdog = createWatchdog(controller, environment)
  let url: string | undefined
  try {
    checkOptions(options)
    url = requestUrl(request.url(), options)
    watchdog.start('connect', url, options.connectTimeout ?? defaults.connectTimeout)
    const init = await requestInit(options, request.lastEventId)
    signal.throwIfAborted()
    const send = options.fetch ?? environment.fetch
    const response = await abortable(send(url, { ...init, signal }), signal)
    if (response.status === 204) return { type: 'no-content' }
    const error = await responseError(response, options.format)
    if (error) return { type: 'failure', error }

    watchdog.start('idle', url, options.idleTimeout ?? 0)
    const format = options.format ?? detectFormat(response.headers.get('content-type')) ?? 'sse'
    sink.onOpen(response, format)
    const parser = createParser(format, live(sink, signal), {
      lastEventId: request.lastEventId,
      maxEventSize: options.maxEventSize,
    })
    await eachChunk(response, signal, (chunk) => {
      watchdog.touch()
      parser.push(chunk)
      if (!signal.aborted) sink.onLastEventId(parser.lastEventId)
    })
    return { type: 'end', unfinished: parser.end() }
  } catch (cause) {
    const error = signal.aborted ? signal.reason : cause
    return { type: 'failure', error: networkError(error, url, options) }
  } finally {
    watchdog.stop()
  }
}

/** The handlers, silent from the moment the attempt is aborted: in the middle of a chunk too. */
function live(sink: AttemptSink, signal: AbortSignal): ParserHandlers {
  return {
    onEvent: (event) => {
      if (!signal.aborted) sink.onEvent(event)
    },
    onRetry: sink.onRetry,
    onComment: sink.onComment,
  }
}

async function eachChunk(
  response: Response,
  signal: AbortSignal,
  push: (chunk: Uint8Array) => void,
): Promise<void> {
  const { body } = response
  if (!body) throw new TypeError('This fetch gives responses without a body to read')
  const reader = body.getReader()
  // A pending read does not end by itself everywhere when the request is aborted.
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => {})
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
    if (!signal.aborted) cancel()
  }
}

/** The response, or a rejection as soon as the signal aborts, whatever the `fetch` given does with it. */
function abortable(response: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    response
      .then((value) => {
        if (signal.aborted) void value.body?.cancel().catch(() => {})
        resolve(value)
      }, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
