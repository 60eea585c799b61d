import { checkSize, type Framer } from '../framer.js'
import type { ParserHandlers, ParserOptions } from '../types.js'
import { LONGEST_NAME, mayBeField } from './fields.js'

// Not imported: without a bundler an imported constant costs short events 6 %.
const LF = 10
const SPACE = 32
const COLON = 58
const A = 97
const D = 100
const E = 101
const I = 105
const N = 110
const R = 114
const T = 116
const V = 118

/** Kept in place of an unfinished line that nobody wants, such as an unknown field, however long it gets. */
const IGNORED = ' '

/** Event streams, interpreted as the HTML standard says (9.2.6), from which the quotations are. */
export function createSseFramer(
  handlers: ParserHandlers,
  options: Required<ParserOptions>,
): Framer {
  const { maxEventSize } = options
  let { lastEventId } = options

  // The standard's buffers. `data` has no trailing LF, and is undefined before the first data line.
  let data: string | undefined
  let type = ''
  let id = lastEventId

  /**
   * The line that has not ended yet. Only appended to, and never searched: engines join strings lazily,
   * and each search would copy all of it.
   */
  let pending = ''
  /** The last chunk ended in a CR, and so did its line: if an LF comes next, it belongs to the CR. */
  let afterCr = false
  /** Where the chunk's next NUL is, as `lf` and `cr` below: searching every id for one would cost 5 %. */
  let nul = -1

  function dispatch(): void {
    lastEventId = id
    // "If the data buffer is an empty string, set the data buffer and the event type buffer to the
    // empty string and return." (After a lone `data` line it holds an LF; ours is '' then.)
    if (data === undefined) {
      type = ''
      return
    }
    const event = { type: type || 'message', data, lastEventId }
    data = undefined
    type = ''
    handlers.onEvent(event)
  }

  function readLine(first: number, text: string, start: number, end: number): void {
    if (sizeWith(end - start) > maxEventSize) checkValue(text.slice(start, end))
    switch (first) {
      case D: {
        const value = dataValue(text, start, end)
        if (value !== -1) readData(text, value, end)
        return
      }
      case E: {
        const value = typeValue(text, start, end)
        if (value !== -1) type = text.slice(value, end)
        return
      }
      case I: {
        const value = idValue(text, start, end)
        if (value !== -1) readId(text, value, end)
        return
      }
      case R: {
        const value = retryValue(text, start, end)
        if (value !== -1) readRetry(text.slice(value, end))
        return
      }
      case COLON:
        return handlers.onComment?.(text.slice(start + 1, end))
    }
  }

  function readData(text: string, start: number, end: number): void {
    const value = text.slice(start, end)
    data = data === undefined ? value : data + '\n' + value
  }

  function readId(text: string, start: number, end: number): void {
    // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the
    // field value. Otherwise, ignore the field."
    if (nul < start) nul = indexOrEnd(text, '\0', start)
    if (nul >= end) id = text.slice(start, end)
  }

  function readRetry(value: string): void {
    // "If the field value consists of only ASCII digits": `Number` would also take '1e3', ' 1' and ''.
    if (/^\d+$/.test(value)) handlers.onRetry?.(Number(value))
  }

  function finishLine(rest: string): void {
    const line = pending + rest
    pending = ''
    readLine(line.charCodeAt(0), line, 0, line.length)
    nul = -1
  }

  function keepUnfinished(tail: string): void {
    if (tail === '') return
    const known = pending.length >= LONGEST_NAME
    pending += tail
    if (!known && !matters(pending)) pending = IGNORED
    else if (sizeWith(pending.length) > maxEventSize) checkValue(pending)
  }

  /** Throws if the line's value makes the event too large. Only the value counts, not the field's name. */
  function checkValue(line: string): void {
    const value = line.replace(/^\w*:? ?/, '')
    if (matters(line)) checkSize(sizeWith(value.length), maxEventSize)
  }

  function matters(line: string): boolean {
    return line.startsWith(':') ? handlers.onComment !== undefined : mayBeField(line)
  }

  /** The size of the event with this many more characters of data. */
  function sizeWith(length: number): number {
    return length + (data === undefined ? 0 : data.length + 1)
  }

  return {
    get lastEventId() {
      return lastEventId
    },
    read(text) {
      let start = afterCr && text.charCodeAt(0) === LF ? 1 : 0
      afterCr = false
      let resuming = pending !== ''
      // Where the next LF and CR are. Each is searched for only when the last one is passed, so that a
      // stream without CRs, for example, pays for one search in each chunk.
      let lf = -1
      let cr = -1
      nul = -1
      while (start < text.length) {
        let end = start
        // The LF of a blank line, which ends most events, needs no search.
        const first = text.charCodeAt(start)
        if (first !== LF) {
          if (lf < start) lf = indexOrEnd(text, '\n', start)
          if (cr < start) cr = indexOrEnd(text, '\r', start)
          end = lf < cr ? lf : cr
          if (end === text.length) break
        }
        if (resuming) finishLine(text.slice(start, end))
        else if (end === start) dispatch()
        else readLine(first, text, start, end)
        resuming = false
        start = end + 1
        if (end === cr) {
          if (start === text.length) afterCr = true
          else if (text.charCodeAt(start) === LF) start++
        }
      }
      keepUnfinished(text.slice(start))
    },
    end() {
      // "Once the end of the file is reached, any pending data must be discarded." That is left to the
      // caller, because model APIs often end without the last blank line, or without the LF after
      // `data: [DONE]`. An unfinished line counts only if it is data: an event type may be cut short.
      if (pending.startsWith('data:')) finishLine('')
      return data === undefined ? undefined : { type: type || 'message', data, lastEventId }
    },
  }
}

// Each of these gets a line, `text` from `start` to `end`, whose first letter fits the field's name. It
// returns where the field's value begins, or -1 if the name is another one. Frequent names are compared
// letter by letter: on short events `startsWith` would slow the whole parser by 15 %, a loop by 12 %.

function dataValue(text: string, start: number, end: number): number {
  const matches =
    text.charCodeAt(start + 1) === A &&
    text.charCodeAt(start + 2) === T &&
    text.charCodeAt(start + 3) === A
  return matches ? valueAfter(text, start + 4, end) : -1
}

function typeValue(text: string, start: number, end: number): number {
  const matches =
    text.charCodeAt(start + 1) === V &&
    text.charCodeAt(start + 2) === E &&
    text.charCodeAt(start + 3) === N &&
    text.charCodeAt(start + 4) === T
  return matches ? valueAfter(text, start + 5, end) : -1
}

function idValue(text: string, start: number, end: number): number {
  return text.charCodeAt(start + 1) === D ? valueAfter(text, start + 2, end) : -1
}

function retryValue(text: string, start: number, end: number): number {
  return text.startsWith('retry', start) ? valueAfter(text, start + 5, end) : -1
}

function valueAfter(text: string, name: number, end: number): number {
  // "Otherwise, the string is not empty but does not contain a U+003A COLON character (:). Process
  // the field using […] the whole line as the field name, and the empty string as the field value."
  if (name === end) return end
  if (text.charCodeAt(name) !== COLON) return -1
  // "If value starts with a U+0020 SPACE character, remove it from value."
  return text.charCodeAt(name + 1) === SPACE ? name + 2 : name + 1
}

function indexOrEnd(text: string, search: string, from: number): number {
  const index = text.indexOf(search, from)
  return index === -1 ? text.length : index
}
