import { defaultEnvironment } from '../connection/environment.js'
import { settle } from './settle.js'
import { createVirtualTime } from './virtual-time.js'

/** Milliseconds of a frame, at 60 a second. */
const frameTime = 16

/** Controls this library's time. Made by `installTestClock`. */
export interface TestClock {
  /** The virtual time, in milliseconds since the epoch, as `retryAt` is. */
  now: () => number
  /**
   * Moves the time forward by this many milliseconds, and runs the timers and frames that fall due on the
   * way, in order. Before each of them, and before it resolves, what has been sent is read and promises
   * settle. An animation frame takes 16 ms, so `advance(16)` publishes what has come.
   */
  advance: (milliseconds: number) => Promise<void>
  /**
   * Moves the time forward and runs nothing, as when a machine sleeps. What has fallen due runs at the
   * next `advance`.
   */
  skip: (milliseconds: number) => void
  /** How many timers and frames are waiting: 0 after a test that has leaked none. */
  readonly waiting: number
  /** Restores the real time, after running what is due, such as the closing of what was unmounted. */
  restore: () => void
}

/**
 * Puts this library's timers and animation frames under the test's control, starting at the real time.
 * Its randomness becomes 0, so that a retry comes as early as it may, after `minDelay`. All other code
 * keeps the real time: React, Testing Library's `waitFor` and Mock Service Worker work as usual. Install
 * it before anything connects.
 *
 * @example
 * ```ts
 * import { createEventStream } from 'brooklet/core'
 * import { createStreamServer, installTestClock } from 'brooklet/testing'
 *
 * const clock = installTestClock()
 * const server = createStreamServer({ handler: (exchange) => exchange.cut() })
 * createEventStream('/prices', { fetch: server.fetch }).open()
 *
 * await clock.advance(3_600_000) // an hour of retries, in no time
 * console.log(server.exchanges.length)
 * clock.restore()
 * ```
 */
export function installTestClock(): TestClock {
  const real = { ...defaultEnvironment }
  const time = createVirtualTime(real.now(), settle)
  Object.assign(defaultEnvironment, {
    now: time.now,
    delay: time.delay,
    frame: (callback: () => void) => time.delay(callback, frameTime),
    random: () => 0,
  })
  return {
    now: time.now,
    advance: time.advance,
    skip: time.skip,
    get waiting() {
      return time.waiting
    },
    restore() {
      time.runDue()
      Object.assign(defaultEnvironment, real)
    },
  }
}
