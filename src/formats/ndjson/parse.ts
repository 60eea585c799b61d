import { throwTooLarge, type Framer } from '../framer.js'
import type { ParserHandlers, ParserOptions } from '../types.js'

const CR = 13

/** Newline-delimited JSON: one event for each line that is not blank, the last one with or without LF. */
export function createNdjsonFramer(
  handlers: ParserHandlers,
  { lastEventId, maxEventSize }: Required<ParserOptions>,
): Framer {
  /** The line that has not ended yet. Only ever appended to: searching it would flatten the rope. */
  let pending = ''

  function deliver(line: string): void {
    if (line.length > maxEventSize) throwTooLarge(maxEventSize)
    if (isBlank(line)) return
    const data = line.charCodeAt(line.length - 1) === CR ? line.slice(0, -1) : line
    handlers.onEvent({ type: 'message', data, lastEventId })
  }

  return {
    lastEventId,
    read(text) {
      let start = 0
      // Only LF ends a line; a CR before it is white space, and so is a CR elsewhere.
      let end = text.indexOf('\n')
      while (end !== -1) {
        const line = pending + text.slice(start, end)
        pending = ''
        deliver(line)
        start = end + 1
        end = text.indexOf('\n', start)
      }
      pending += text.slice(start)
      if (pending.length > maxEventSize) throwTooLarge(maxEventSize)
    },
    end() {
      const line = pending
      pending = ''
      deliver(line)
      return undefined
    },
  }
}

/** JSON's white space only: `trim()` would also take a no-break space or a BOM for blank. */
function isBlank(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    if (!' \t\r'.includes(line.charAt(i))) return false
  }
  return true
}
