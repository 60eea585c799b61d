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
 * JSON text sequences (RFC 7464): RS, a JSON text, LF. An element is delivered at the LF behind its
 * value, because waiting for the next RS would hold each event back until the one after it. What ends
 * otherwise, at an RS or with the stream, arrives as it is, for the reader to judge.
 */
export function createJsonSeqFramer(deliver: (data: string) => void, maxEventSize: number): Framer {
  /** The element that has not ended yet. Only ever appended to: searching it would flatten the rope. */
  let element = ''
  /** How many brackets it has left open. `NaN`, which no bracket closes, where only an RS can begin or end an element. */
  let depth = NaN
  let hasValue = false
  let isInString = false
  let isEscaped = false

  function add(text: string): void {
    // White space between elements is none of either.
    element += Number.isNaN(depth) && element === '' ? text.trimStart() : text
    checkSize(element.length, maxEventSize)
  }

  function take(): string {
    const taken = element
    element = ''
    return taken
  }

  /** Ends an element without a LF behind its value, and begins the next. */
  function cut(): void {
    const cutOff = take()
    depth = 0
    hasValue = isInString = isEscaped = false
    // A number, true, false or null "MUST" be dropped then: 12 may be a cut 1234.
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
          if (depth !== 0 || !hasValue) continue
          add(text.slice(start, i))
          start = i
          depth = NaN
          // Asked once: what is no JSON by now never will be.
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
