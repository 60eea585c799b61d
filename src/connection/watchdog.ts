import { StreamError } from '../errors.js'
import { hints } from '../hints.js'
import type { Environment } from './environment.js'

const awaited = { connectTimeout: 'a response', idleTimeout: 'a byte' }

export interface Watchdog {
  /** Starts to watch, in place of what it watched before. 0 ms: for nothing. */
  start(what: keyof typeof awaited, limit: number): void
  /** Any byte is a sign of life. */
  touch(): void
  stop(): void
}

/** Aborts an attempt of which nothing is heard for too long. */
export function createWatchdog(
  url: string,
  controller: AbortController,
  { now, delay }: Environment,
): Watchdog {
  let stop = (): void => {}
  let lastSign = 0

  function touch(): void {
    lastSign = now()
  }

  return {
    start(what, limit) {
      // One timer for many signs of life: a timer set anew for each chunk costs more than reading it.
      function check(): void {
        const left = lastSign + limit - now()
        if (left > 0) stop = delay(check, left)
        else controller.abort(timeoutError(what, limit, url))
      }
      stop()
      touch()
      if (limit > 0) check()
    },
    touch,
    stop: () => stop(),
  }
}

function timeoutError(what: keyof typeof awaited, limit: number, url: string): StreamError {
  const message = `Expected ${awaited[what]} from ${url} within ${limit} ms, none came`
  return new StreamError('timeout', message, { url, hint: hints[what] })
}
