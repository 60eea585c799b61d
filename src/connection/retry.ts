import type { StreamError } from '../errors.js'
import { guard } from '../guard.js'
import { longestTimer } from './environment.js'
import { requestMethod } from './request.js'
import type { ConnectionDefaults, RequestOptions } from './types.js'

const defaultJitter = 1
/**
 * Milliseconds: with a limited number of tries, somebody waits for a result, so a longer `Retry-After`
 * ends in failure at once.
 */
const patience = 60_000
/** Milliseconds: a longer `Retry-After` counts as this. */
const longestRetryAfter = 3_600_000

/**
 * Whether there is another try, of a request that is repeatable, after so many that have failed in a row.
 * `mayRefresh`: it was refused with a 401, and fresh headers may be accepted, which is no try that is
 * counted.
 */
export function mayRetry(
  error: StreamError,
  { retry }: RequestOptions,
  failures: number,
  mayRefresh: boolean,
  defaults: ConnectionDefaults,
): boolean {
  const { retryAfter = 0, retryable } = error
  const { attempts = defaults.attempts } = retry || {}
  return (
    retry !== false &&
    (mayRefresh || (retryable && failures <= attempts)) &&
    (attempts === Infinity || retryAfter <= patience) &&
    (guard(() => retry?.shouldRetry?.(error, failures)) ?? true)
  )
}

/**
 * Milliseconds until the next try: by default at random between the server's `retry:` (at least
 * `minDelay`) and twice the exponential backoff from there, up to `maxDelay`; never before a
 * `Retry-After` is over.
 */
export function retryDelay(
  { retryAfter = 0 }: StreamError,
  { retry }: RequestOptions,
  failures: number,
  serverDelay: number,
  defaults: ConnectionDefaults,
  random: () => number,
): number {
  const {
    minDelay = defaults.minDelay,
    maxDelay = defaults.maxDelay,
    jitter = defaultJitter,
  } = retry || {}
  const floor = Math.min(maxDelay, longestTimer, Math.max(minDelay, serverDelay))
  // The exponent is capped, because a floor of 0 times infinity would be NaN.
  const backoff = Math.min(maxDelay, floor * 2 ** Math.min(failures - 1, 32))
  const shortest = backoff - jitter * (backoff - floor)
  const longest = Math.min(maxDelay, backoff * (1 + jitter))
  const delay = shortest + random() * (longest - shortest)
  return Math.round(Math.max(delay, Math.min(retryAfter, longestRetryAfter)))
}

/**
 * Whether a request may be sent a second time. A server has not acted on one that it refused; one that
 * it may have acted on is repeated only where that does no harm (`replay`), or to resume by id.
 */
export function isRepeatable(
  options: RequestOptions,
  lastEventId: string,
  wasRefused = false,
): boolean {
  const { replay = /^(GET|HEAD)$/.test(requestMethod(options)) } = options.retry || {}
  // A body that is a stream can be sent only once.
  const isGone = (options.body as ReadableStream | undefined)?.getReader
  return !isGone && (wasRefused || replay || !!lastEventId)
}
