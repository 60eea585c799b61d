/** How fast work goes on. */
export interface TaskRate {
  /** Percentage points a second, smoothed; `undefined` while it is not known. */
  perSecond: number | undefined
  /** Milliseconds from the last progress until it is done; `undefined` while it is not known. */
  remaining: number | undefined
}

export const unknownRate: TaskRate = { perSecond: undefined, remaining: undefined }

/** Before so many values, or so many ms between the first and the last, a rate would be a guess. */
const enoughValues = 3
const enoughTime = 2_000

/** Milliseconds after which what was measured counts for a third. */
const memory = 10_000

/** What was measured before the last value counts for so much at least: else slow work has no past. */
const leastKept = 0.7

/** Milliseconds without progress that are never a stall, however often it had come before. */
const leastPatience = 5_000

/** A stall is a silence of so many times the longest before. */
const patienceFactor = 3

/** How fast work goes on, from how far it was at what times. */
export interface RateMeter {
  /** At `time` (ms) it is this far, 0–100. The same as before does not count as progress. */
  add(time: number, progress: number): void
  /** What is known is no longer true: the work has ended, or nobody can say how far it is. */
  forget(): void
  readonly rate: TaskRate
  /** When it has stalled, if it says no more until then; `Infinity` while nothing is measured. */
  readonly stallsAt: number
}

/**
 * A weighted mean of all that was gained over all the time it took, both fading with their age: a
 * burst counts for no more than the silence around it.
 */
export function createRateMeter(): RateMeter {
  let values = 0
  let firstAt = 0
  let lastAt = 0
  let last = 0
  let gained = 0
  let elapsed = 0
  let longestGap = 0
  let rate = unknownRate

  function forget(): void {
    values = gained = elapsed = longestGap = 0
    rate = unknownRate
  }

  /** A single value has no rhythm yet: what comes next is not late, whenever it comes. */
  function patience(): number {
    return values > 1 ? Math.max(leastPatience, patienceFactor * longestGap) : Infinity
  }

  function add(time: number, progress: number): void {
    const gap = time - lastAt
    const gain = progress - last
    // Less than none: the clock was set back.
    const isRhythm = gap >= 0 && gap < patience()
    if (gain < 0 || !isRhythm) forget()
    if (gain === 0) return
    last = progress
    // Until the first progress a task may wait for its turn, and be far on at once.
    if (progress === 0) return
    if (values === 0) firstAt = time
    else count(gap, gain)
    values += 1
    lastAt = time
    if (values >= enoughValues && time - firstAt >= enoughTime) {
      const perSecond = (gained / elapsed) * 1_000
      rate = { perSecond, remaining: Math.round(((100 - progress) / perSecond) * 1_000) }
    }
  }

  function count(gap: number, gain: number): void {
    const kept = Math.max(leastKept, Math.exp(-gap / memory))
    gained = gained * kept + gain
    elapsed = elapsed * kept + gap
    longestGap = Math.max(longestGap, gap)
  }

  return {
    add,
    forget,
    get rate() {
      return rate
    },
    get stallsAt() {
      return lastAt + patience()
    },
  }
}
