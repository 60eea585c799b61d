import { checkSize, type Framer } from '../framer.js'
import type { ParserHandlers } from '../types.js'
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
const T = 116
const V = 118

/** Kept in place of an unfinished line that nobody wants, such as an unknown field, however long it gets. */
const IGNORED = ' '

/** Event streams, interpreted as the HTML standard says (9.2.6), from which the quotations are. */
export function createSseFramer(
  handlers: ParserHandlers,
  initialId: string,
  maxEventSize: number,
): Framer {
  let lastEventId = initialId

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

  /** Any line that is not blank, as the standard says. `read` knows shorter ways for most lines. */
  function readLine(line: string): void {
    if (sizeWith(line.length) > maxEventSize) checkValue(line)
    const colon = line.indexOf(':')
    if (colon === 0) return handlers.onComment?.(line.slice(1))
    // "Otherwise, the string is not empty but does not contain a U+003A COLON character (:). Process
    // the field using […] the whole line as the field name, and the empty string as the field value."
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(valueStart(line, colon + 1))
    switch (name) {
      case 'data':
        return addData(value)
      case 'event':
        type = value
        return
      case 'id':
        // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the
        // field value. Otherwise, ignore the field."
        if (!value.includes('\0')) id = value
        return
      case 'retry':
        // "If the field value consists of only ASCII digits": `Number` would also take '1e3', ' 1' and ''.
        if (/^\d+$/.test(value)) handlers.onRetry?.(Number(value))
    }
  }

  function addData(value: string): void {
    data = data === undefined ? value : data + '\n' + value
  }

  function finishLine(rest: string): void {
    const line = pending + rest
    pending = ''
    readLine(line)
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
      // Where the next LF, CR and NUL are. Each is searched for only when the last one is passed, so that
      // a stream without CRs, for example, pays for one search in each chunk.
      let lf = -1
      let cr = -1
      let nul = -1
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
        // `readLine` is right for any line. Usual ones are read where they stand: cut out first, short
        // events would take two thirds longer; in a function of their own, 6 %.
        if (resuming) finishLine(text.slice(start, end))
        else if (end === start) dispatch()
        else if (sizeWith(end - start) > maxEventSize) readLine(text.slice(start, end))
        else if (first === D && isData(text, start)) {
          addData(text.slice(valueStart(text, start + 5), end))
        } else if (first === E && isEvent(text, start)) {
          type = text.slice(valueStart(text, start + 6), end)
        } else if (first === I && isId(text, start)) {
          if (nul < start) nul = indexOrEnd(text, '\0', start)
          if (nul >= end) id = text.slice(valueStart(text, start + 3), end)
        } else readLine(text.slice(start, end))
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

// Whether a line whose first letter fits is of that field. Letter by letter: with `startsWith` short
// events would take a fifth longer.

function isData(text: string, start: number): boolean {
  return (
    text.charCodeAt(start + 1) === A &&
    text.charCodeAt(start + 2) === T &&
    text.charCodeAt(start + 3) === A &&
    text.charCodeAt(start + 4) === COLON
  )
}

function isEvent(text: string, start: number): boolean {
  return (
    text.charCodeAt(start + 1) === V &&
    text.charCodeAt(start + 2) === E &&
    text.charCodeAt(start + 3) === N &&
    text.charCodeAt(start + 4) === T &&
    text.charCodeAt(start + 5) === COLON
  )
}

function isId(text: string, start: number): boolean {
  return text.charCodeAt(start + 1) === D && text.charCodeAt(start + 2) === COLON
}

/** "If value starts with a U+0020 SPACE character, remove it from value." */
function valueStart(text: string, start: number): number {
  return text.charCodeAt(start) === SPACE ? start + 1 : start
}

function indexOrEnd(text: string, search: string, from: number): number {
  const index = text.indexOf(search, from)
  return index === -1 ? text.length : index
}
