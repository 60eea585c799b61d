import type { Framer } from '../framer.js'
import type { ParserHandlers, ParserOptions } from '../types.js'

/**
 * `text/plain`: one event for each piece as it comes. Nothing is accumulated, so `maxEventSize` has
 * nothing to bound here.
 */
export function createTextFramer(
  handlers: ParserHandlers,
  { lastEventId }: Required<ParserOptions>,
): Framer {
  /** The first half of a surrogate pair that a string chunk was cut in; bytes never leave one. */
  let half = ''

  function deliver(data: string): void {
    if (data !== '') handlers.onEvent({ type: 'message', data, lastEventId })
  }

  return {
    lastEventId,
    read(chunk) {
      const text = half + chunk
      const end = text.length - (/[\uD800-\uDBFF]/.test(text.slice(-1)) ? 1 : 0)
      half = text.slice(end)
      deliver(text.slice(0, end))
    },
    end() {
      const rest = half
      half = ''
      deliver(rest)
      return undefined
    },
  }
}
