import type { PageChange } from '../../src/connection/page.js'
import { defaultEnvironment, type Environment } from '../../src/connection/environment.js'
import { createVirtualTime } from '../../src/testing/virtual-time.js'

export interface TestClock extends Environment {
  /** Moves the time on, running what falls due on the way, and lets promises settle in between. */
  advance(milliseconds: number): Promise<void>
  /** Moves the time on with no timer running, as sleep does. */
  skip(milliseconds: number): void
  /** Runs the animation frame that is due. */
  nextFrame(): void
  /** Tells the connections that the page has changed. */
  page(change: PageChange): void
  /** What the page says of its network. */
  offline: boolean
  /** Timers and frames that are still waiting: none, where nothing leaks. */
  readonly waiting: number
  /** Who listens to the page. */
  readonly watching: number
}

/** Time, frames and randomness under the test's control; `random` is 0, so that a delay is whole. */
export function createTestClock(
  fetch: typeof globalThis.fetch = defaultEnvironment.fetch,
): TestClock {
  const time = createVirtualTime(1_000_000, settle)
  const frames = new Set<() => void>()
  const watchers = new Set<(change: PageChange) => void>()

  const clock: TestClock = {
    fetch,
    now: time.now,
    random: () => 0,
    delay: time.delay,
    frame(callback) {
      frames.add(callback)
      return () => void frames.delete(callback)
    },
    advance: time.advance,
    skip: time.skip,
    nextFrame() {
      const due = [...frames]
      frames.clear()
      for (const callback of due) callback()
    },
    watchPage(listener) {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
    page(change) {
      for (const listener of Array.from(watchers)) listener(change)
    },
    offline: false,
    isOffline: () => clock.offline,
    get waiting() {
      return time.waiting + frames.size
    },
    get watching() {
      return watchers.size
    },
  }
  return clock
}

/** Lets everything that is already decided happen: promise reactions, a few rounds deep. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 30; round += 1) await Promise.resolve()
}
