import { checkFormat } from './check-format.js'
import type { Framer } from './framer.js'
import { createJsonSeqFramer } from './json-seq/parse.js'
import { createNdjsonFramer } from './ndjson/parse.js'
import { createSseFramer } from './sse/parse.js'
import { createTextFramer } from './text/parse.js'
import type { Parser, ParserHandlers, ParserOptions, StreamFormat } from './types.js'

/** The formats whose events have nothing but data. */
const framers = {
  ndjson: createNdjsonFramer,
  'json-seq': createJsonSeqFramer,
  text: createTextFramer,
}

const DEFAULT_MAX_EVENT_SIZE = 2 ** 24
const BOM = 0xfeff
/**
 * Bytes decoded at a time. Larger pieces do not fit the processor's cache: 1 MiB at once is parsed up
 * to 10 % slower.
 */
const PIECE = 16_384

/**
 * Creates a parser for one stream: push chunks in, get events out, each at the byte that completes it.
 * Handlers are called synchronously and must not call `push` or `end` themselves.
 *
 * An error (an event that is too large, or an exception from a handler) is thrown by `push`, and the
 * rest of that chunk is lost. From then on each `push` throws the same error, because the parser no
 * longer knows where in the stream it is, and `end` returns `undefined`.
 *
 * @example
 * ```ts
 * import { createParser } from 'brooklet/parser'
 *
 * const parser = createParser('sse', {
 *   onEvent: (event) => console.log(event.type, event.data),
 * })
 * parser.push('event: greeting\nda')
 * parser.push('ta: hello\n\n') // greeting hello
 * parser.end()
 * ```
 */
export function createParser(
  format: StreamFormat,
  handlers: ParserHandlers,
  { lastEventId = '', maxEventSize = DEFAULT_MAX_EVENT_SIZE }: ParserOptions = {},
): Parser {
  checkFormat?.(format)
  const framer = createFramer(format, handlers, lastEventId, maxEventSize)
  // `read` strips the BOM instead, because a string chunk never passes the decoder.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let isFirst = true
  let failure: unknown

  function read(text: string): void {
    if (failure) throw failure
    if (text === '') return
    try {
      framer.read(isFirst && text.charCodeAt(0) === BOM ? text.slice(1) : text)
      isFirst = false
    } catch (error) {
      throw (failure = error)
    }
  }

  return {
    push(chunk) {
      // Not `instanceof Uint8Array`: jsdom has a class of its own by that name.
      if (typeof chunk === 'string') return read(chunk)
      // A view costs a tenth of the time of a small chunk.
      if (chunk.length <= PIECE) return read(decoder.decode(chunk, { stream: true }))
      for (let start = 0; start < chunk.length; start += PIECE) {
        read(decoder.decode(chunk.subarray(start, start + PIECE), { stream: true }))
      }
    },
    end() {
      if (failure) return undefined
      read(decoder.decode())
      return framer.end()
    },
    get lastEventId() {
      return framer.lastEventId ?? lastEventId
    },
  }
}

/** Not inside `createParser`: one more closure in its scope slows short events down by 4 %. */
function createFramer(
  format: StreamFormat,
  handlers: ParserHandlers,
  lastEventId: string,
  maxEventSize: number,
): Framer {
  if (format === 'sse') return createSseFramer(handlers, lastEventId, maxEventSize)
  return framers[format](
    (data) => handlers.onEvent({ type: 'message', data, lastEventId }),
    maxEventSize,
  )
}
