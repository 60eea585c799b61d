import { atUrl, StreamError } from '../errors.js'
import { isUnread, responseError } from '../formats/response.js'
import type { StreamFormat } from '../formats/types.js'
import { hints } from '../hints.js'
import { checkOptions } from './check-options.js'
import type { ConnectionOptions } from './types.js'
import { parseUrl } from './url.js'

/** @throws {StreamError} for a request that cannot succeed, however often it is sent. */
export function checkRequest(url: string, options: ConnectionOptions): void {
  checkOptions?.(options)
  const isFit = options.fetch
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

/**
 * The format of a response that is a stream: the one that is named, by the options or by its content type.
 *
 * @throws {StreamError} for any other response
 */
export async function acceptFormat(
  response: Response,
  named: StreamFormat | undefined,
  url: string,
): Promise<StreamFormat> {
  const error = await responseError(response, named, url)
  if (error) throw error
  if (isUnread(response)) return named!
  const message = `Expected fetch to give the body of ${url} unread, as a stream`
  throw new StreamError('invalid-option', message, { url, hint: hints.body })
}

/**
 * The error for a `fetch` or a read that failed. Browsers do not tell a page why, so the message names
 * what it may be.
 */
export function networkError(cause: unknown, url: string): StreamError {
  // The parser's have no URL yet.
  if (cause instanceof StreamError) return atUrl(cause, url)
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
