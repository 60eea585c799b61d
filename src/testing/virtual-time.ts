/** Timers over a time that moves only when told to. */
export interface VirtualTime {
  now(): number
  delay(callback: () => void, milliseconds: number): () => void
  /**
   * Moves the time forward, and runs what falls due in order, with a `settle()` before each callback and
   * at the end.
   */
  advance(milliseconds: number): Promise<void>
  /** Moves the time forward and runs nothing, as when a machine sleeps. */
  skip(milliseconds: number): void
  /** Runs what is due already. */
  runDue(): void
  readonly waiting: number
}

export function createVirtualTime(start: number, settle: () => Promise<void>): VirtualTime {
  let time = start
  const timers = new Set<{ at: number; callback: () => void }>()

  /** Runs the first timer that is due by then, if there is one. */
  function runNext(end: number): boolean {
    const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
    if (!next) return false
    timers.delete(next)
    time = Math.max(time, next.at)
    next.callback()
    return true
  }

  return {
    now: () => time,
    delay(callback, milliseconds) {
      const timer = { at: time + milliseconds, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async advance(milliseconds) {
      const end = time + milliseconds
      do await settle()
      while (runNext(end))
      time = end
    },
    skip(milliseconds) {
      time += milliseconds
    },
    runDue() {
      while (runNext(time));
    },
    get waiting() {
      return timers.size
    },
  }
}
