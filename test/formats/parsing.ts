import { createParser } from 'brooklet/parser'
import type { Parser, ParserOptions, StreamEvent, StreamFormat } from 'brooklet/parser'
import type { Chunk } from '../support/cuts.js'

/** All that a parser says about one stream. */
export interface Reading {
  events: StreamEvent[]
  comments: string[]
  retries: number[]
  unfinished: StreamEvent | undefined
  lastEventId: string
}

/** A parser that notes what it says in `reading`; `parsed` below reads a whole stream with it. */
export function createReading(
  format: StreamFormat,
  options?: ParserOptions,
): { parser: Parser; reading: Reading } {
  const reading: Reading = {
    events: [],
    comments: [],
    retries: [],
    unfinished: undefined,
    lastEventId: '',
  }
  const parser = createParser(
    format,
    {
      onEvent: (event) => void reading.events.push(event),
      onComment: (text) => void reading.comments.push(text),
      onRetry: (milliseconds) => void reading.retries.push(milliseconds),
    },
    options,
  )
  return { parser, reading }
}

export function parsed(
  format: StreamFormat,
  chunks: Iterable<Chunk>,
  options?: ParserOptions,
): Reading {
  const { parser, reading } = createReading(format, options)
  for (const chunk of chunks) parser.push(chunk)
  reading.unfinished = parser.end()
  reading.lastEventId = parser.lastEventId
  return reading
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
