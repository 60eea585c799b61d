import type { Framer } from '../framer.js'

/**
 * `text/plain`: one event for each chunk as it comes. Nothing is accumulated, so `maxEventSize` has
 * nothing to limit here.
 */
export function createTextFramer(deliver: (data: string) => void): Framer {
  /** The first half of a surrogate pair that is split between two chunks, if those are strings, not bytes. */
  let half = ''

  function deliverSome(text: string): void {
    if (text !== '') deliver(text)
  }

  return {
    read(chunk) {
      const text = half + chunk
      const end = text.length - (/[\uD800-\uDBFF]/.test(text.slice(-1)) ? 1 : 0)
      half = text.slice(end)
      deliverSome(text.slice(0, end))
    },
    end(): undefined {
      const rest = half
      half = ''
      deliverSome(rest)
    },
  }
}
