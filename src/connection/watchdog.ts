import { StreamError } from '../errors.js'
import type { Environment } from './environment.js'

type Watched = 'connect' | 'idle'

export interface Watchdog {
  /** Starts to watch, in place of what it watched before. 0 ms: for nothing. */
  start(what: Watched, url: string, limit: number): void
  /** Any byte is a sign of life. */
  touch(): void
  stop(): void
}

/** Aborts an attempt of which nothing is heard for too long. */
export function createWatchdog(
  controller: AbortController,
  environment: Environment,
): Watchdog {
  let cancel = (): void => {}
  let lastSign = 0

  // One timer for many signs of life: a timer set anew for each chunk costs more than reading it.
  function check(what: Watched, url: string, limit: number): void {
    const left = lastSign + limit - environment.now()
    if (left > 0) cancel = environment.delay(() => check(what, url, limit), left)
    else controller.abort(timeoutError(what, url, limit))
  }

  return {
    start(what, url, limit) {
      cancel()
      lastSign = environment.now()
      if (limit > 0) check(what, url, limit)
    },
    touch() {
      lastSign = environment.now()
    },
    stop() {
      cancel()
    },
  }
}

function timeoutError(what: Watched, url: string, limit: number): StreamError {
  return what === 'connect'
    ? new StreamError('timeout', `Expected a response from ${url} within ${limit} ms, none came`, {
        url,
        hint: 'Browsers allow six connections a host over HTTP/1.1, and a seventh waits: close streams, or serve HTTP/2.',
      })
    : new StreamError('timeout', `Expected a byte from ${url} every ${limit} ms, none came`, {
        url,
        hint: 'Let the server send heartbeats more often than idleTimeout.',
      })
}
