import { checkSize, type Framer } from '../framer.js'
import { isJson } from '../is-json.js'
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  LF,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  RS,
  SPACE,
} from './char-codes.js'

/**
 * JSON text sequences (RFC 7464): RS, a JSON text, LF. An element is delivered at the LF after its
 * value, because waiting for the next RS would hold each event back until the next one comes. An
 * element that lacks the LF ends at an RS or with the stream, and is delivered as it is: whether it is
 * complete is for the reader to judge.
 */
export function createJsonSeqFramer(deliver: (data: string) => void, maxEventSize: number): Framer {
  /**
   * The element that has not ended yet. Only appended to, and never searched: engines join strings
   * lazily, and each search would copy all of it.
   */
  let element = ''
  /** How many brackets are open in it. */
  let depth = 0
  /** Only an RS can end it: before the first RS, after a value, and after text that is not JSON. */
  let needsRs = true
  let hasValue = false
  let isInString = false
  let isEscaped = false

  function add(text: string): void {
    // White space between two elements belongs to neither.
    element += needsRs && element === '' ? text.trimStart() : text
    checkSize(element.length, maxEventSize)
  }

  function take(): string {
    const taken = element
    element = ''
    return taken
  }

  /** Ends an element at an RS or with the stream, and begins the next. */
  function cut(): undefined {
    const cutOff = take()
    depth = 0
    needsRs = hasValue = isInString = isEscaped = false
    // A number, true, false or null that ends here, without white space after it, MUST be dropped
    // (RFC 7464, 2.4): 12 may be 1234, cut off.
    const isDropped = cutOff === '' || (/\w$/.test(cutOff) && isJson(cutOff))
    if (!isDropped) deliver(cutOff)
  }

  return {
    read(text) {
      let start = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code > SPACE) hasValue = true
        if (code === RS) {
          add(text.slice(start, i))
          cut()
          start = i + 1
        } else if (code === LF) {
          if (needsRs || depth !== 0 || !hasValue) continue
          add(text.slice(start, i))
          start = i
          needsRs = true
          // All brackets are closed: what is not JSON by now would not become JSON with more text.
          if (isJson(element)) deliver(take())
        } else if (isEscaped) {
          isEscaped = false
        } else if (code === QUOTE) {
          isInString = !isInString
        } else if (isInString) {
          isEscaped = code === BACKSLASH
        } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
          depth++
        } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
          depth--
        }
      }
      add(text.slice(start))
    },
    end: cut,
  }
}
