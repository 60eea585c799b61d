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

export interface RetryState {
  /** How many tries have failed in a row, this one included. */
  failures: number
  lastEventId: string
  /** Milliseconds, from the server's `retry:`. */
  serverDelay: number
  offline: boolean
  /** It was refused with a 401, and fresh headers may be accepted. */
  mayRefresh: boolean
  defaults: ConnectionDefaults
  /** As `Math.random`. */
  random(): number
}

/**
 * Milliseconds until the next try, `undefined` if there is none: all the rules of it, in one place.
 *
 * The delay is by default at random between the server's `retry:` (at least `minDelay`) and twice the
 * exponential backoff from there, up to `maxDelay`; never before a `Retry-After` is over.
 */
export function retryDelay(
  error: StreamError,
  options: RequestOptions,
  { failures, lastEventId, serverDelay, offline, mayRefresh, defaults, random }: RetryState,
): number | undefined {
  const { retryAfter = 0, retryable, code } = error
  const { retry } = options
  if (retry === false || !(retryable || mayRefresh)) return undefined
  const {
    attempts = defaults.attempts,
    minDelay = defaults.minDelay,
    maxDelay = defaults.maxDelay,
    jitter = defaultJitter,
  } = retry ?? {}
  if (failures > attempts && !mayRefresh) return undefined
  if (attempts < Infinity && retryAfter > patience) return undefined
  if (!isRepeatable(options, lastEventId, code === 'http')) return undefined
  if (!(guard(() => retry?.shouldRetry?.(error, failures)) ?? true)) return undefined
  // In a page, the event `online` ends this wait sooner.
  if (offline) return maxDelay
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
