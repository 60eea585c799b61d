import type { StreamError } from '../errors.js'
import { guard } from '../guard.js'
import type { ConnectionDefaults, RequestOptions, RetryOptions } from './types.js'

const defaultJitter = 0.5

export interface RetryState {
  method: string
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
  if (!mayResend(error, retry, state)) return false
  return guard(() => retry?.shouldRetry?.(error, state.failures)) ?? true
}

/**
 * May this request be sent a second time? Where the server refused it, yes: nothing was done. Where
 * it may have acted on it, only to resume by id, or where a repetition does no harm.
 */
function mayResend(
  error: StreamError,
  retry: RetryOptions | undefined,
  state: RetryState,
): boolean {
  const refused = error.code === 'http'
  const harmless = retry?.replay ?? (state.method === 'GET' || state.method === 'HEAD')
  return refused || state.lastEventId !== '' || harmless
}

/**
 * Milliseconds until the next try: exponential from the server's `retry:` (or `minDelay`), up to
 * `maxDelay`, less a random share of `jitter`.
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
  const delay = Math.min(maxDelay, base * 2 ** Math.min(failures - 1, 32))
  return Math.round(delay * (1 - jitter * random))
}
