/** How fast work goes on, and how long it still takes. */
export interface TaskRate {
  /** Percentage points a second, smoothed; `undefined` while it is not known. */
  perSecond: number | undefined
  /** Milliseconds from the last progress until it is done; `undefined` while it is not known. */
  remaining: number | undefined
}

export const unknownRate: TaskRate = { perSecond: undefined, remaining: undefined }

/** With fewer values, or fewer ms between the first and the last, a rate would be a guess. */
const enoughValues = 3
const enoughTime = 2_000

/** Milliseconds from the first value: what comes within them was held up before it, as by a lost connection. */
const heldUp = 500

/** Milliseconds after which a measurement has only a third (1/e) of its weight. */
const memory = 10_000

/** The least weight that a new value leaves to all before it: else slow work would have no past. */
const leastKept = 0.7

/** Milliseconds without progress that are never a stall, however frequent it was before. */
const leastPatience = 5_000

/** A silence is a stall if it is this many times as long as the longest before. */
const patienceFactor = 3

/** Measures how fast work goes on, from how far it was at what times. */
export interface RateMeter {
  /**
   * Notes the progress (0–100) at `time` (ms), of work that is done at `goal`. The same value as before
   * does not count as progress.
   */
  add(time: number, progress: number, goal?: number): void
  /** Forgets what was measured, because the work has ended, or its progress is not known. */
  forget(): void
  readonly rate: TaskRate
  /** When the work counts as stalled if no progress comes; `Infinity` while too little is measured. */
  readonly stallsAt: number
}

/**
 * The rate is all progress divided by all the time that it took, both with weights that fade with age: so
 * a burst counts for no more than the silence around it.
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

  /** A single value has no rhythm yet: the next one is not late, whenever it comes. */
  function patience(): number {
    return values > 1 ? Math.max(leastPatience, patienceFactor * longestGap) : Infinity
  }

  function add(time: number, progress: number, goal = 100): void {
    const gap = time - lastAt
    const gain = progress - last
    // Negative: the clock was set back.
    const isRhythm = gap >= 0 && gap < patience()
    if (gain < 0 || !isRhythm) forget()
    if (gain === 0) return
    last = progress
    // Not measured from 0: before its first progress a task may wait for its turn, and then jump far ahead.
    if (progress === 0) return
    if (values === 0) firstAt = time
    if (time - firstAt >= heldUp) count(gap, gain)
    values += 1
    lastAt = time
    if (values >= enoughValues && time - firstAt >= enoughTime) {
      const perSecond = (gained / elapsed) * 1_000
      rate = { perSecond, remaining: Math.round(((goal - progress) / perSecond) * 1_000) }
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
