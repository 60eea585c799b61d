import type { StreamError } from '../errors.js'
import { guard } from '../guard.js'
import { requestMethod } from './request.js'
import type { ConnectionDefaults, RequestOptions, RetryOptions } from './types.js'

const defaultJitter = 0.5

export interface RetryState {
  /** How many tries have failed in a row, this one included. */
  failures: number
  lastEventId: string
  defaults: ConnectionDefaults
}

/** The rule of what is tried again, in one place. */
export function mayRetry(error: StreamError, options: RequestOptions, state: RetryState): boolean {
  const { retry } = options
  if (retry === false || !error.retryable) return false
  if (state.failures > (retry?.attempts ?? state.defaults.attempts)) return false
  // Where the server refused it, nothing was done.
  if (error.code !== 'http' && !isRepeatable(options, state.lastEventId)) return false
  return guard(() => retry?.shouldRetry?.(error, state.failures)) ?? true
}

/**
 * May a request be sent a second time that the server may have acted on? Only to resume by id, or
 * where a repetition does no harm.
 */
export function isRepeatable(options: RequestOptions, lastEventId: string): boolean {
  const { replay = /^(GET|HEAD)$/.test(requestMethod(options)) } = options.retry || {}
  return replay || lastEventId !== ''
}

/**
 * Milliseconds until the next try: exponential from the server's `retry:` (or `minDelay`), and a
 * random share of `jitter` on top, up to `maxDelay`. On top, because both are floors.
 */
export function retryDelay(
  { failures, defaults }: RetryState,
  retry: RetryOptions | undefined,
  serverDelay: number,
  random: number,
): number {
  const {
    minDelay = defaults.minDelay,
    maxDelay = defaults.maxDelay,
    jitter = defaultJitter,
  } = retry ?? {}
  const base = Math.max(minDelay, serverDelay)
  // Capped, for nothing times infinity is no number.
  const delay = base * 2 ** Math.min(failures - 1, 32)
  return Math.round(Math.min(maxDelay, delay * (1 + jitter * random)))
}
