import { wholeCharacters } from '../formats/whole-characters.js'
import { graphemeAt } from './grapheme.js'

/** Milliseconds, plus at most a frame, after which a character is shown at the latest. */
const patience = 500
/** The lowest speed, in characters per millisecond. */
const slowest = 0.03
/** Milliseconds that the first frame counts for: there is no earlier one to measure it from. */
const firstFrame = 16

export interface Typist {
  /** How much of `text` to show at the time `now` (ms). `shown`, its beginning, is what is shown so far. */
  type(text: string, shown: string, now: number): string
}

/**
 * Types at an even pace what comes in uneven chunks. The result always ends between two graphemes: the
 * last grapheme of the text may still grow, so it is held back until more follows, or nothing has come
 * for `patience`.
 */
export function createTypist(): Typist {
  let typed = ''
  /**
   * Where segmenting begins the next time, so that each character is segmented about once: the last
   * boundary of graphemes that no later text can move.
   */
  let boundary = 0
  let length = 0
  let grewAt = 0
  let steppedAt = 0
  /** In characters per millisecond. */
  let speed = 0
  /** How many characters should be shown by now: a fraction, because a frame may be due less than one. */
  let due = 0

  /** Brings `due` up to date. */
  function advance(now: number): void {
    // The speed never falls before all is typed, so that each character is typed within `patience`.
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
      // What is shown was not typed here: the text was replaced, or shown at once.
      if (shown !== typed) boundary = shown ? graphemeAt(shown, 0, shown.length - 1)[0] : 0
      const wasDone = typed.length === length
      if (shown !== typed || wasDone) begin(shown, now)
      typed = shown
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
      return typed
    },
  }
}
