/** Every vector, whole, byte by byte, in its own chunks and cut in two at each offset. */
import { describe, expect, test } from 'vitest'
import type { ParserOptions, StreamFormat } from 'brooklet/parser'
import { cutAt, cutOffsets, eachByte, type Chunk } from '../support/cuts.js'
import { createReading, parsed, type Reading } from './parsing.js'
import {
  inputBytes,
  inputs,
  loadVectors,
  ownChunks,
  type JsonSeqVector,
  type NdjsonVector,
  type SseVector,
  type TextVector,
} from './vectors.js'

type AnyVector = Parameters<typeof inputs>[0]

/** Checks one reading of each chunking; says which one failed. */
function everyChunking(
  format: StreamFormat,
  vector: AnyVector,
  options: ParserOptions,
  check: (reading: Reading) => void,
): void {
  const whole = parsed(format, [inputBytes(vector)], options)
  check(whole)
  const attempt = (chunking: string, chunks: Chunk[]): void => {
    try {
      const reading = parsed(format, chunks, options)
      // What was right before need not be matched again, which is slow for thousands of events.
      if (!isSame(reading, whole)) check(reading)
    } catch (error) {
      throw new Error(`${chunking} of ${vector.name}: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }
  for (const input of inputs(vector)) {
    attempt('whole', [input])
    const atLineEnds = typeof input === 'string' ? undefined : Infinity
    for (const offset of cutOffsets(input, 500, atLineEnds)) {
      attempt(`cut at ${offset}`, cutAt(input, offset))
    }
    if (typeof input === 'string') attempt('char by char', input.split(''))
    else attempt('byte by byte', eachByte(input))
  }
  const chunks = ownChunks(vector)
  if (chunks) attempt('own chunks', chunks)
}

function isSame(one: Reading, other: Reading): boolean {
  return (
    one.events.length === other.events.length &&
    one.events.every(({ type, data, lastEventId }, index) => {
      const event = other.events[index]!
      return data === event.data && type === event.type && lastEventId === event.lastEventId
    }) &&
    one.lastEventId === other.lastEventId &&
    one.comments.join('\n') === other.comments.join('\n') &&
    one.retries.join() === other.retries.join()
  )
}

describe('sse', () => {
  const vectors = loadVectors<SseVector>('sse')

  test.each(vectors)('$name', (vector) => {
    const { initialLastEventId: lastEventId, retry } = vector
    everyChunking('sse', vector, { lastEventId }, (reading) => {
      const events = vector.events.map(({ event, ...rest }) => ({ type: event, ...rest }))
      expect(reading.events).toEqual(events)
      expect(reading.comments).toEqual(vector.comments)
      expect(reading.retries.at(-1) ?? null).toBe(retry)
      expect(reading.lastEventId).toBe(vector.finalLastEventId)
    })
  })

  test.each(vectors.filter(({ dispatchAt }) => dispatchAt))(
    'each event at its byte: $name',
    (vector) => {
      const { parser, reading } = createReading('sse', { lastEventId: vector.initialLastEventId })
      const deliveredAt: number[] = []
      for (const [index, byte] of eachByte(inputBytes(vector)).entries()) {
        parser.push(byte)
        while (deliveredAt.length < reading.events.length) deliveredAt.push(index + 1)
      }
      expect(deliveredAt).toEqual(vector.dispatchAt)
    },
  )
})

/** What a reader that parses JSON sees: a value, or the raw text of what is none. */
function readJson(data: string): { value: unknown } | { raw: string } {
  try {
    return { value: JSON.parse(data) as unknown }
  } catch {
    return { raw: data }
  }
}

function expected(record: { value?: unknown; error?: unknown; raw?: string }): unknown {
  return record.error ? { raw: record.raw } : { value: record.value }
}

describe('ndjson', () => {
  test.each(loadVectors<NdjsonVector>('ndjson'))('$name', (vector) => {
    everyChunking('ndjson', vector, {}, ({ events }) => {
      expect(events.map(({ data }) => readJson(data))).toEqual(vector.records.map(expected))
    })
  })
})

describe('json-seq', () => {
  test.each(loadVectors<JsonSeqVector>('jsonseq'))('$name', (vector) => {
    const delivered = vector.elements.filter(({ error }) => error !== 'truncated')
    everyChunking('json-seq', vector, {}, ({ events }) => {
      expect(events.map(({ data }) => readJson(data))).toEqual(delivered.map(expected))
    })
  })
})

describe('text', () => {
  const vectors = loadVectors<TextVector>('text')

  test.each(vectors)('$name', (vector) => {
    everyChunking('text', vector, {}, ({ events }) => {
      expect(events.map(({ data }) => data).join('')).toBe(vector.text)
      expect(events.every(({ data }) => data !== '')).toBe(true)
    })
  })

  test.each(vectors.filter(({ afterChunk }) => afterChunk))('after each chunk: $name', (vector) => {
    const { parser, reading } = createReading('text')
    const after = ownChunks(vector)!.map((chunk) => {
      parser.push(chunk)
      return reading.events.map(({ data }) => data).join('')
    })
    expect(after).toEqual(vector.afterChunk)
  })
})
