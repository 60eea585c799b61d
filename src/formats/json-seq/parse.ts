import { throwTooLarge, type Framer } from '../framer.js'
import type { ParserHandlers, ParserOptions } from '../types.js'
import { createElementScanner } from './scan.js'

const RS = 0x1e

/**
 * JSON text sequences (RFC 7464): RS, a JSON text, LF. An element is delivered at the LF behind its
 * value; waiting for the next RS would hold every event back until the one after it. What ends
 * otherwise, at an RS or at the end of the stream, arrives as it is, for the reader to judge.
 */
export function createJsonSeqFramer(
  handlers: ParserHandlers,
  { lastEventId, maxEventSize }: Required<ParserOptions>,
): Framer {
  const scanner = createElementScanner()
  /** The element that has not ended yet. Only ever appended to: searching it would flatten the rope. */
  let pending = ''

  function take(tail: string): string {
    const element = pending + tail
    pending = ''
    if (element.length > maxEventSize) throwTooLarge(maxEventSize)
    return element
  }

  function deliver(data: string): void {
    handlers.onEvent({ type: 'message', data, lastEventId })
  }

  /** An element that ends without the LF behind its value. */
  function cut(tail: string): void {
    const element = take(tail)
    // "Parsers MUST drop number, true, false and null texts without white space after them": 12 may
    // be a cut 1234.
    const truncated = scanner.inScalar() && isJson(element)
    scanner.begin()
    if (element !== '' && !truncated) deliver(element)
  }

  return {
    lastEventId,
    read(text) {
      let start = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        const step = code === RS ? 'cut' : scanner.step(code)
        if (step === 'part') continue
        const tail = text.slice(start, i)
        start = i + 1
        if (step === 'end') deliver(take(tail))
        if (step === 'cut') cut(tail)
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
