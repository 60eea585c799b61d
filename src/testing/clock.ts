import { defaultEnvironment } from '../connection/environment.js'
import { settle } from './settle.js'
import { createVirtualTime } from './virtual-time.js'

/** A frame at 60 a second, in ms. */
const frameTime = 16

export interface TestClock {
  /** The virtual time, in ms since the epoch: what `retryAt` is given in. */
  now(): number
  /**
   * Moves the time on by so many ms, and runs the timers and frames that fall due on the way, each in
   * its turn. Before each, and before it resolves, what has been sent is read and promises settle. An
   * animation frame takes 16 ms, so `advance(16)` publishes what has come.
   */
  advance(milliseconds: number): Promise<void>
  /** Moves the time on with nothing running, as a machine that sleeps. What is due runs with the next `advance`. */
  skip(milliseconds: number): void
  /** Timers and frames that are waiting. None, where nothing leaks. */
  readonly waiting: number
  /** Gives the real time back, after running what is due already: the closing of what was unmounted. */
  restore(): void
}

/**
 * Puts the time of this library under the test's control: its timers, its animation frames and its
 * randomness, which is 0, so that a retry comes as early as it may, after `minDelay`. Everything else
 * keeps the real time, so React, Testing Library's `waitFor` and Mock Service Worker work as ever.
 * Install it before anything connects. It starts at the real time.
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
