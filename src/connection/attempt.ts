import { StreamError } from '../errors.js'
import { isUnread, responseError } from '../formats/response.js'
import type { StreamFormat } from '../formats/types.js'
import { hints } from '../hints.js'
import { checkOptions } from './check-options.js'
import type { Environment } from './environment.js'
import { onAbort } from './on-abort.js'
import { requestInit } from './request.js'
import type { ConnectionOptions, ConnectionRequest } from './types.js'
import { parseUrl } from './url.js'

/**
 * Sends one request, and resolves to a response that is a stream, and its format; `undefined` for a 204.
 *
 * @throws {StreamError} for any other response. What `fetch` and `headers()` throw passes through
 */
export async function send(
  url: string,
  options: ConnectionOptions,
  lastEventId: string,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
  detectFormat: NonNullable<ConnectionRequest['detectFormat']>,
): Promise<[Response, StreamFormat] | undefined> {
  checkOptions?.(options)
  checkUrl(url, options)
  const init = await requestInit(options, lastEventId)
  if (signal.aborted) throw signal.reason
  const response = await (options.fetch ?? fetch)(url, { ...init, signal })
  // A custom `fetch` may have ignored its signal, and left an open body behind.
  if (signal.aborted) {
    response.body?.cancel().catch(() => {})
    throw signal.reason
  }
  if (response.status === 204) return undefined
  const format = options.format ?? detectFormat(response.headers.get('content-type'))
  const error = await responseError(response, format, response.url || url)
  if (error) throw error
  if (isUnread(response)) return [response, format!]
  const message = `Expected fetch to give the body of ${url} unread, as a stream`
  throw new StreamError('invalid-option', message, { url, hint: hints.body })
}

function checkUrl(url: string, { fetch }: ConnectionOptions): void {
  const isFit = fetch
    ? // It may resolve a relative URL outside a page, or handle a scheme of its own.
      parseUrl(url, 'http://localhost')
    : // Not the URL's parts, which it lacks in React Native before 0.80.
      /^(https?(?!:..[^/?#]*@)|blob|data):/.test(parseUrl(url)?.href ?? '')
  if (isFit) return
  throw new StreamError('invalid-option', `Expected an HTTP URL without a password, got "${url}"`, {
    url,
    hint: hints.url,
  })
}

/** Milliseconds of work after which the page gets a turn of the event loop, to paint and to take input. */
const turnLength = 8
/** Bytes that are parsed between two looks at the clock. */
const sliceSize = 16_384

/**
 * Reads a body to its end. An abort also cancels the reader, because not every `fetch` rejects a
 * pending read when its request is aborted.
 */
export async function readChunks(
  { body }: Response,
  signal: AbortSignal,
  push: (chunk: Uint8Array) => void,
  now: Environment['now'],
  delay: Environment['delay'],
): Promise<void> {
  const reader = body!.getReader()
  let worked = 0
  const cancel = (): unknown => reader.cancel().catch(() => {})
  onAbort(signal, cancel)
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read()
      if (done) return
      for (let start = 0; start < value.length && !signal.aborted; start += sliceSize) {
        const since = now()
        push(value.subarray(start, start + sliceSize))
        worked += now() - since
        // A hidden page has nothing to paint, and its timers are throttled.
        if (worked < turnLength || globalThis.document?.hidden) continue
        worked = 0
        await new Promise<void>((resolve) => delay(resolve, 0))
      }
    }
  } finally {
    // Needed when `push` has thrown: the body is still open.
    cancel()
  }
}

/**
 * The error for a `fetch` or a read that failed. Browsers do not tell a page why, so the message names
 * what it may be.
 */
export function networkError(cause: unknown, url: string): StreamError {
  // Already a StreamError; the parser's have no URL yet.
  if (cause instanceof StreamError) {
    ;(cause as { url?: string }).url ||= url
    return cause
  }
  const page = globalThis.location
  const mayBeCors = page && parseUrl(url)?.origin !== page.origin
  // Node's message is only `fetch failed`: the reason is in the error's own cause.
  const reason = (cause as { cause?: Partial<Error> } | undefined)?.cause?.message || cause
  const guess = mayBeCors ? ' (lost, or forbidden by CORS)' : ''
  const message = `Expected a response from ${url}, to its end: ${reason}${guess}`
  return new StreamError('network', message, {
    url,
    cause,
    hint: mayBeCors ? hints.cors : undefined,
  })
}

export type Timeout = 'connectTimeout' | 'idleTimeout'

/** The error for `limit` milliseconds of silence. */
export function timeoutError(what: Timeout, limit: number, url: string): StreamError {
  const awaited = what === 'idleTimeout' ? 'a byte' : 'a response'
  const message = `Expected ${awaited} from ${url} within ${limit} ms, none came`
  return new StreamError('timeout', message, { url, hint: hints[what] })
}
