import { throwTooLarge, type Framer } from '../framer.js'
import type { ParserHandlers, ParserOptions, StreamEvent } from '../types.js'

const LF = 10
const CR = 13
const SPACE = 32
const ZERO = 48
const NINE = 57

const FIELDS = ['data', 'event', 'id', 'retry']

/**
 * Event streams, as the WHATWG HTML standard interprets them (9.2.6). The quoted sentences are its.
 */
export function createSseFramer(
  { onEvent, onRetry, onComment }: ParserHandlers,
  options: Required<ParserOptions>,
): Framer {
  const { maxEventSize } = options
  let { lastEventId } = options
  let id = lastEventId
  let type = ''
  /** The data buffer without its trailing LF, `undefined` before the first data line. */
  let data: string | undefined

  /** The line that has not ended yet. Only ever appended to: searching it would flatten the rope. */
  let pending = ''
  /** The line that has not ended yet is one to ignore, so nothing of it is kept. */
  let ignoring = false
  /** The last chunk ended in a CR, which ended its line: an LF that follows belongs to it. */
  let afterCr = false

  function bound(length: number): void {
    if (length + (data === undefined ? 0 : data.length) > maxEventSize) throwTooLarge(maxEventSize)
  }

  function dispatch(): void {
    const event = take()
    lastEventId = id
    if (event) {
      event.lastEventId = id
      onEvent(event)
    }
  }

  function take(): StreamEvent | undefined {
    // "If the data buffer is an empty string, set the data buffer and the event type buffer to the
    // empty string and return."
    const event =
      data === undefined ? undefined : { type: type || 'message', data, lastEventId }
    data = undefined
    type = ''
    return event
  }

  function readLine(text: string, start: number, end: number): void {
    if (start === end) return dispatch()
    const colon = text.indexOf(':', start)
    if (colon === -1 || colon >= end) return readField(text.slice(start, end), '', end - start)
    if (colon === start) return onComment?.(text.slice(start + 1, end))
    // "If value starts with a U+0020 SPACE character, remove it from value."
    const value = text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1
    readField(text.slice(start, colon), text.slice(value, end), end - start)
  }

  function readField(name: string, value: string, length: number): void {
    if (name === 'data') {
      bound(length)
      data = data === undefined ? value : data + '\n' + value
    } else if (name === 'event') {
      type = value
    } else if (name === 'id') {
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the
      // field value. Otherwise, ignore the field."
      if (!value.includes('\0')) id = value
    } else if (name === 'retry') {
      // "If the field value consists of only ASCII digits …"
      if (isDigits(value)) onRetry?.(Number(value))
    }
  }

  function endLine(text: string, start: number, end: number): void {
    if (ignoring) {
      ignoring = false
    } else if (pending === '') {
      readLine(text, start, end)
    } else {
      const line = pending + text.slice(start, end)
      pending = ''
      readLine(line, 0, line.length)
    }
  }

  function keep(tail: string): void {
    if (tail === '' || ignoring) return
    // A field's name is settled within its first 6 characters; until then look again.
    const settled = pending.length > 5
    pending += tail
    if (!settled && !mayMatter(pending)) {
      ignoring = true
      pending = ''
    }
    bound(pending.length)
  }

  function mayMatter(line: string): boolean {
    const colon = line.indexOf(':')
    if (colon === 0) return onComment !== undefined
    if (colon === -1) return FIELDS.some((field) => field.startsWith(line))
    return FIELDS.includes(line.slice(0, colon))
  }

  return {
    get lastEventId() {
      return lastEventId
    },
    read(text) {
      let start = 0
      if (afterCr && text !== '') {
        afterCr = false
        if (text.charCodeAt(0) === LF) start = 1
      }
      let lf = indexOrEnd(text, '\n', start)
      let cr = indexOrEnd(text, '\r', start)
      for (;;) {
        const end = lf < cr ? lf : cr
        if (end === text.length) break
        const from = start
        start = end + 1
        if (end === cr) {
          if (start === text.length) afterCr = true
          else if (text.charCodeAt(start) === LF) start++
          cr = indexOrEnd(text, '\r', start)
        }
        if (lf < start) lf = indexOrEnd(text, '\n', start)
        endLine(text, from, end)
      }
      keep(text.slice(start))
    },
    end() {
      // "Once the end of the file is reached, any pending data must be discarded." It is the
      // caller's to discard: model APIs often end without the last blank line. Of an unfinished
      // line only data counts; an id, an event type or a time may be cut in two.
      if (pending.startsWith('data:')) endLine('', 0, 0)
      pending = ''
      ignoring = false
      id = lastEventId
      return take()
    },
  }
}

function indexOrEnd(text: string, search: string, from: number): number {
  const index = text.indexOf(search, from)
  return index === -1 ? text.length : index
}

function isDigits(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code < ZERO || code > NINE) return false
  }
  return value !== ''
}
