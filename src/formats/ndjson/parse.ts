import { checkSize, type Framer } from '../framer.js'

/** Newline-delimited JSON: one event for each line that is not blank, the last one with or without LF. */
export function createNdjsonFramer(deliver: (data: string) => void, maxEventSize: number): Framer {
  /**
   * The line that has not ended yet. Only appended to, and never searched: engines join strings lazily,
   * and each search would copy all of it.
   */
  let pending = ''

  function add(text: string): void {
    pending += text
    checkSize(pending.length, maxEventSize)
  }

  function endLine(): undefined {
    const line = pending
    pending = ''
    // Not `trim()`, which also counts a no-break space and a BOM as blank: JSON does not.
    if (!/[^ \t\r]/.test(line)) return
    deliver(line.endsWith('\r') ? line.slice(0, -1) : line)
  }

  return {
    read(text) {
      // Only LF ends a line. A CR is white space, before an LF and elsewhere.
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
