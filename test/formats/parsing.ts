import { createParser } from 'brooklet/parser'
import type { Parser, ParserOptions, StreamEvent, StreamFormat } from 'brooklet/parser'
import { seededRandom } from '../support/seeded-random.js'

export type Chunk = Uint8Array | string

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

export function eachByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
}

export function cutAt<Input extends Chunk>(input: Input, offset: number): Input[] {
  return [input.slice(0, offset) as Input, input.slice(offset) as Input]
}

/** Every offset of a short input; of a long one those around its line ends, and 500 others. */
export function cutOffsets(input: Chunk): number[] {
  const all = Array.from({ length: input.length + 1 }, (_, offset) => offset)
  if (input.length <= 1500) return all
  const random = seededRandom(input.length)
  const others = Array.from({ length: 500 }, () => Math.floor(random() * input.length))
  return [...all.filter((offset) => isInteresting(input, offset)).slice(0, 200), ...others]
}

function isInteresting(input: Chunk, offset: number): boolean {
  return [-1, 0].some((side) => '\r\n\u001E'.includes(charAt(input, offset + side)))
}

function charAt(input: Chunk, offset: number): string {
  if (typeof input === 'string') return input[offset] ?? 'end'
  return String.fromCharCode(input[offset] ?? 0)
}
