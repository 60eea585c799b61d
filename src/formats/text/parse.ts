import type { Framer } from '../framer.js'
import { wholeCharacters } from '../whole-characters.js'

/**
 * `text/plain`: one event for each chunk as it comes. Nothing is accumulated, so `maxEventSize` has
 * nothing to limit here.
 */
export function createTextFramer(deliver: (data: string) => void): Framer {
  /** The first half of a surrogate pair that is split between two chunks, if those are strings, not bytes. */
  let half = ''

  return {
    read(chunk) {
      const text = half + chunk
      const whole = wholeCharacters(text)
      half = text.slice(whole.length)
      if (whole) deliver(whole)
    },
    end(): undefined {
      if (half) deliver(half)
      half = ''
    },
  }
}
