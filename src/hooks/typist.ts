import { graphemeAt, wholeCharacters } from './grapheme.js'

/** Milliseconds that a character waits at most, and a frame. */
const patience = 500
/** Characters a millisecond at least. */
const slowest = 0.03
/** Milliseconds that are counted for the first frame, before which nothing was measured. */
const firstFrame = 16

export interface Typist {
  /** What to show at the time `now` (ms) of `text`, which goes on from what is `shown`. */
  type(text: string, shown: string, now: number): string
}

/**
 * Types evenly what comes unevenly. What it returns ends between two graphemes: the last one of the
 * text, which may still grow, waits for what follows it, or until nothing has come for a while.
 */
export function createTypist(): Typist {
  let typed = ''
  let isDone = true
  /**
   * Where segmenting goes on, so that each character is segmented about once: the last place that no
   * later text can turn into the middle of a grapheme.
   */
  let boundary = 0
  let length = 0
  let grewAt = 0
  let steppedAt = 0
  /** Characters a millisecond. */
  let speed = 0
  /** How many characters are to be shown by now: a fraction, from frame to frame. */
  let due = 0

  /** Brings `due` to this time. */
  function advance(now: number): void {
    // It never slows down before all is typed, so whatever comes is typed before `patience` is over.
    speed = Math.max(speed, slowest, (length - due) / patience)
    due = Math.min(length, due + speed * (now - steppedAt))
    steppedAt = now
  }

  function begin(shown: string, now: number): void {
    due = shown.length
    speed = 0
    steppedAt = now - firstFrame
    length = -1
  }

  return {
    type(text, shown, now) {
      // The text was replaced, or shown at once: it was not typed here.
      if (shown !== typed) boundary = shown ? graphemeAt(shown, 0, shown.length - 1)[0] : 0
      if (shown !== typed || isDone) begin(shown, now)
      typed = shown
      isDone = shown.length === text.length
      if (text.length !== length) {
        length = text.length
        grewAt = now
      }
      advance(now)

      const mayGrow = now - grewAt < patience
      const whole = mayGrow ? wholeCharacters(text) : text
      const index = Math.min(Math.ceil(due), whole.length) - 1
      if (index < shown.length) return shown
      const [start, end] = graphemeAt(whole, boundary, index)
      const isLast = end === whole.length
      boundary = isLast ? start : end
      const until = isLast && mayGrow ? start : end
      if (until > shown.length) typed = text.slice(0, until)
      isDone = until === text.length
      return typed
    },
  }
}
