import { checkSize, type Framer } from '../framer.js'

/** Newline-delimited JSON: one event for each line that is not blank, the last one with or without LF. */
export function createNdjsonFramer(deliver: (data: string) => void, maxEventSize: number): Framer {
  /** The line that has not ended yet. Never searched, only appended to: each search would copy all of it. */
  let pending = ''

  function add(text: string): void {
    pending += text
    checkSize(pending.length, maxEventSize)
  }

  function endLine(): undefined {
    const line = pending
    pending = ''
    // `trim()` is fast, but takes a no-break space or a BOM for blank, which JSON does not.
    if (line.trim() === '' && !/[^ \t\r]/.test(line)) return
    deliver(line.endsWith('\r') ? line.slice(0, -1) : line)
  }

  return {
    read(text) {
      // Only LF ends a line; a CR before it is white space, and so is a CR elsewhere.
      let start = 0
      let end = text.indexOf('\n')
      while (end !== -1) {
        add(text.slice(start, end))
        endLine()
        start = end + 1
        end = text.indexOf('\n', start)
      }
      add(text.slice(start))
    },
    end: endLine,
  }
}
