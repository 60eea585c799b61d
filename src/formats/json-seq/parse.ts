import { throwTooLarge, type Framer } from '../framer.js'
import type { ParserHandlers, ParserOptions } from '../types.js'

const LF = 10
const RS = 30
const SPACE = 32
const QUOTE = 34
const BACKSLASH = 92

/**
 * How far an element has come, followed just closely enough to tell the LF behind its value from one
 * inside. `BROKEN` is whatever cannot be followed; only an RS ends that.
 */
type State = 'BETWEEN' | 'VALUE' | 'STRING' | 'ESCAPE' | 'SCALAR' | 'CLOSED' | 'BROKEN'

/**
 * JSON text sequences (RFC 7464): RS, a JSON text, LF. An element is delivered at the LF behind its
 * value, because waiting for the next RS would hold each event back until the one after it. What ends
 * otherwise, at an RS or with the stream, arrives as it is, for the reader to judge.
 */
export function createJsonSeqFramer(
  handlers: ParserHandlers,
  { lastEventId, maxEventSize }: Required<ParserOptions>,
): Framer {
  let state: State = 'BETWEEN'
  let depth = 0
  /** The element that has not ended yet. Only ever appended to: searching it would flatten the rope. */
  let pending = ''

  function next(code: number): State {
    switch (state) {
      case 'VALUE':
        return insideValue(code)
      case 'STRING':
        return insideString(code)
      case 'ESCAPE':
        return 'STRING'
      case 'SCALAR':
        return isSpace(code) ? 'CLOSED' : state
      default:
        return isSpace(code) ? state : 'BROKEN'
    }
  }

  /** Before a value at the top, or between the strings of an object or array. */
  function insideValue(code: number): State {
    const char = String.fromCharCode(code)
    if (char === '"') return 'STRING'
    if ('{['.includes(char)) depth++
    else if ('}]'.includes(char)) return --depth === 0 ? 'CLOSED' : 'VALUE'
    else if (depth === 0 && !isSpace(code))
      return '-0123456789tfn'.includes(char) ? 'SCALAR' : 'BROKEN'
    return 'VALUE'
  }

  function insideString(code: number): State {
    if (code === BACKSLASH) return 'ESCAPE'
    if (code === QUOTE) return depth === 0 ? 'CLOSED' : 'VALUE'
    // JSON's strings have no raw control characters: a LF here does not end the element.
    return code < SPACE ? 'BROKEN' : 'STRING'
  }

  function take(tail: string): string {
    const element = pending + tail
    pending = ''
    if (element.length > maxEventSize) throwTooLarge(maxEventSize)
    return element
  }

  function deliver(data: string): void {
    handlers.onEvent({ type: 'message', data, lastEventId })
  }

  /** Ends an element without a LF behind its value. */
  function cut(tail: string): void {
    const element = take(tail)
    // A number, true, false or null "MUST" be dropped then: 12 may be a cut 1234.
    const drop = element === '' || (state === 'SCALAR' && isJson(element))
    state = 'VALUE'
    depth = 0
    if (!drop) deliver(element)
  }

  return {
    lastEventId,
    read(text) {
      let start = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code === RS) {
          cut(text.slice(start, i))
          start = i + 1
          continue
        }
        state = next(code)
        if (code === LF && state === 'CLOSED') {
          state = 'BETWEEN'
          deliver(take(text.slice(start, i)))
        }
        if (state === 'BETWEEN') start = i + 1
      }
      pending += text.slice(start)
      if (pending.length > maxEventSize) throwTooLarge(maxEventSize)
    },
    end() {
      cut('')
      return undefined
    },
  }
}

/** JSON's white space. */
function isSpace(code: number): boolean {
  return ' \t\n\r'.includes(String.fromCharCode(code))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
