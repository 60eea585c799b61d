/** What holds for any stream and any cuts. On failure fast-check prints the seed and the stream. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamFormat } from 'brooklet/parser'
import { eachByte } from '../support/cuts.js'
import { bytesOf, createReading, parsed } from './parsing.js'
import { interpret } from './sse-reference.js'

const RUNS = { numRuns: 400 }

const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', ' ', '1000', '1e3', ' 5', ':', '\0', '\uFEFF', '小溪', '😀', 'a\u2028b'),
)
const fieldName = fc.constantFrom(
  'data',
  'event',
  'id',
  'retry',
  '',
  'dat',
  'datas',
  'Data',
  ' data',
  'ids',
)
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fieldName, fc.constantFrom('', ':', ': '), value)
      .map((parts) => parts.join('')),
  },
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: value },
)
const eventStream = fc
  .tuple(fc.constantFrom('', '\uFEFF', '\uFEFF\uFEFF'), fc.array(fc.tuple(line, lineEnd)), line)
  .map(([bom, lines, rest]) => bom + lines.flat().join('') + rest)

/** Bytes that lead into the grammar's corners far more often than random ones. */
const byteSoup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'data',
          'event',
          'id',
          'retry',
          ':',
          ' ',
          '\n',
          '\r',
          '\n\n',
          '\0',
          '7',
          '\u001E',
          '{',
          '"',
          '\\',
          '}',
          '1',
          '溪',
          '\uFEFF',
        ].map(bytesOf),
      ),
      fc.uint8Array({ maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])))

const cuts = fc.array(fc.nat(1000), { maxLength: 8 })

function cutEvery<Input extends Uint8Array | string>(input: Input, places: number[]): Input[] {
  const offsets = [...new Set(places.map((place) => place % (input.length + 1)))].toSorted(
    (a, b) => a - b,
  )
  const starts = [0, ...offsets]
  return starts.map((start, index) => input.slice(start, starts[index + 1]) as Input)
}

describe('sse', () => {
  test('reads any event stream as the reference does', () => {
    fc.assert(
      fc.property(eventStream, cuts, fc.constantFrom('', 'before'), (text, places, lastEventId) => {
        const wellFormed = new TextDecoder().decode(bytesOf(`\uFEFF${text}`))
        for (const input of [wellFormed, bytesOf(wellFormed)]) {
          const { unfinished: _, ...reading } = parsed('sse', cutEvery(input, places), {
            lastEventId,
          })
          expect(reading).toEqual(interpret(input, lastEventId))
        }
      }),
      RUNS,
    )
  })

  test('reads any bytes as the reference does', () => {
    fc.assert(
      fc.property(byteSoup, cuts, (bytes, places) => {
        const { unfinished: _, ...reading } = parsed('sse', cutEvery(bytes, places))
        expect(reading).toEqual(interpret(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  test('has delivered after each byte what the reference finds up to there', () => {
    fc.assert(
      fc.property(byteSoup, (bytes) => {
        const { parser, reading } = createReading('sse')
        for (const [index, byte] of eachByte(bytes).entries()) {
          parser.push(byte)
          expect(reading.events).toEqual(interpret(bytes.subarray(0, index + 1)).events)
          expect(parser.lastEventId).toBe(interpret(bytes.subarray(0, index + 1)).lastEventId)
        }
      }),
      RUNS,
    )
  })
})

describe.each<StreamFormat>(['sse', 'ndjson', 'json-seq', 'text'])('%s', (format) => {
  /** Pieces of text may differ from one chunking to the next; the text they make may not. */
  const joined = (chunks: (Uint8Array | string)[]): unknown => {
    const reading = parsed(format, chunks)
    return format === 'text' ? reading.events.map(({ data }) => data).join('') : reading
  }

  test('does not depend on how bytes are cut', () => {
    fc.assert(
      fc.property(byteSoup, cuts, (bytes, places) => {
        const whole = joined([bytes])
        expect(joined(cutEvery(bytes, places))).toEqual(whole)
        expect(joined(eachByte(bytes))).toEqual(whole)
      }),
      RUNS,
    )
  })

  test('does not depend on how strings are cut', () => {
    fc.assert(
      fc.property(eventStream, cuts, (text, places) => {
        const whole = joined([text])
        expect(joined(cutEvery(text, places))).toEqual(whole)
        expect(joined(text.split(''))).toEqual(whole)
      }),
      RUNS,
    )
  })

  test.skipIf(format === 'text')('refuses the same streams, however they are cut', () => {
    const refusal = (chunks: Uint8Array[]): unknown => {
      const { parser, reading } = createReading(format, { maxEventSize: 12 })
      try {
        for (const chunk of chunks) parser.push(chunk)
        parser.end()
        return reading.events
      } catch (error) {
        return [reading.events, error]
      }
    }
    fc.assert(
      fc.property(byteSoup, cuts, (bytes, places) => {
        expect(refusal(cutEvery(bytes, places))).toEqual(refusal([bytes]))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('text', () => {
  test('never splits a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), cuts, (text, places) => {
        for (const chunks of [cutEvery(text, places), cutEvery(bytesOf(text), places)]) {
          for (const { data } of parsed('text', chunks).events)
            expect(data).not.toMatch(/\p{Surrogate}/u)
        }
      }),
      RUNS,
    )
  })
})

describe('json-seq', () => {
  const element = fc.tuple(fc.json(), fc.constantFrom('\n', '\r\n', ' \n'), fc.boolean())

  test('delivers each element at its LF, pretty-printed too', () => {
    fc.assert(
      fc.property(fc.array(element), (elements) => {
        const { parser, reading } = createReading('json-seq')
        for (const [index, [json, end, pretty]] of elements.entries()) {
          const text = pretty ? JSON.stringify(JSON.parse(json), null, 2) : json
          parser.push(`\u001E${text}${end}`)
          expect(reading.events).toHaveLength(index + 1)
          expect(JSON.parse(reading.events[index]!.data)).toEqual(JSON.parse(json))
        }
      }),
      RUNS,
    )
  })
})
