import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamEvent, StreamFormat } from 'brooklet/parser'
import { encodeComment, encodeEvent } from '../../src/formats/encode.js'
import type { EventFields } from '../../src/formats/types.js'
import { bytesOf, parsed } from './parsing.js'

const RUNS = { numRuns: 1000 }

/** Line ends, colons, spaces at either end, BOM, control and astral characters; no lone surrogate. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom('\n', '\r', '\r\n', ' ', ':', 'data: ', 'id: 9', '\0', '\uFEFF', '溪', '😀'),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
)
const name = text.map((value) => value.replaceAll(/[\r\n]/g, ''))
const id = name.map((value) => value.replaceAll('\0', ''))

/** What is read of what is sent, in bytes. */
function sent(format: StreamFormat, all: EventFields[]): ReturnType<typeof parsed> {
  const stream = all.map((fields) => encodeEvent(format, fields)).join('')
  return parsed(format, [bytesOf(stream)])
}

function dataOf(format: StreamFormat, all: unknown[]): string[] {
  return sent(
    format,
    all.map((data) => ({ data })),
  ).events.map(({ data }) => data)
}

describe('sse', () => {
  const fields: fc.Arbitrary<EventFields> = fc.record(
    { event: name, data: text, id, retry: fc.maxSafeNat() },
    { requiredKeys: [] },
  )

  /** What the standard has a reader make of them. */
  function expected(all: EventFields[]): StreamEvent[] {
    let lastEventId = ''
    return all.flatMap(({ event, data, id }) => {
      lastEventId = id ?? lastEventId
      if (data === undefined && !event) return []
      const lines = String(data ?? '').replaceAll(/\r\n|\r/g, '\n')
      return [{ type: event || 'message', data: lines, lastEventId }]
    })
  }

  test('is read as it was sent, whatever the fields hold', () => {
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 4 }), (all) => {
        const { events, retries, comments, unfinished } = sent('sse', all)
        expect(events).toEqual(expected(all))
        expect(retries).toEqual(all.flatMap(({ retry }) => retry ?? []))
        expect(comments).toEqual([])
        expect(unfinished).toBe(undefined)
      }),
      RUNS,
    )
  })

  test('is the text that people write', () => {
    const all = { event: 'tick', data: 'a\r\nb\rc\n', id: '7', retry: 500 }
    expect(encodeEvent('sse', all)).toBe(
      'event: tick\nid: 7\nretry: 500\ndata: a\ndata: b\ndata: c\ndata: \n\n',
    )
    expect(encodeEvent('sse', { data: { a: [1] } })).toBe('data: {"a":[1]}\n\n')
    expect(encodeEvent('sse', {})).toBe('')
  })

  test('gives an event with a name data, for without any it would be dropped', () => {
    expect(sent('sse', [{ event: 'done' }]).events).toMatchObject([{ type: 'done', data: '' }])
  })

  test('can set an id or the retry without an event, and reset the id', () => {
    expect(sent('sse', [{ id: '7', retry: 0 }])).toMatchObject({
      events: [],
      retries: [0],
      lastEventId: '7',
    })
    expect(sent('sse', [{ id: '7', data: 'a' }, { id: '' }]).lastEventId).toBe('')
  })

  const refused: EventFields[] = [
    ...['\n', '\r', '\r\n'].flatMap((end) => [
      { event: `a${end}data: injected` },
      { id: `a${end}data: injected` },
    ]),
    { id: 'a\0' },
    ...[-1, 1.5, NaN, Infinity, 1e21].map((retry) => ({ retry })),
    { data: () => {} },
    { data: 1n },
  ]

  test.each(refused)('refuses %o', (fields) => {
    expect(() => encodeEvent('sse', fields)).toThrow(
      expect.objectContaining({ name: 'StreamError', code: 'invalid-option', retryable: false }),
    )
  })

  test('says what is wrong with a field', () => {
    expect(() => encodeEvent('sse', { id: 'a\n' })).toThrow(
      'Expected an id without a line end, got "a\\n"',
    )
    expect(() => encodeEvent('sse', { retry: 1.5 })).toThrow('whole milliseconds, got 1.5')
  })

  test('has comments that are nothing else, and do not touch their neighbours', () => {
    fc.assert(
      fc.property(text, (comment) => {
        const event = encodeEvent('sse', { data: 'a' })
        const reading = parsed('sse', [event + encodeComment(comment) + event])
        expect(reading.events.map(({ data }) => data)).toEqual(['a', 'a'])
        expect(reading.comments).toEqual(comment.split(/\r\n|\r|\n/).map((line) => ` ${line}`))
      }),
      RUNS,
    )
  })
})

describe.each(['ndjson', 'json-seq'] as const)('%s', (format) => {
  test('is read as it was sent', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        expect(
          dataOf(
            format,
            values.map((value) => JSON.stringify(value)),
          ),
        ).toEqual(values.map((value) => JSON.stringify(value)))
      }),
      RUNS,
    )
  })

  test('makes JSON of what is not a string', () => {
    expect(dataOf(format, [{ a: 'b\nc' }, null, 0])).toEqual(['{"a":"b\\nc"}', 'null', '0'])
  })

  test.each(['{}\n{}', '{}\r{}', '{}\u001E{}'])('refuses %j, which may be two records', (data) => {
    expect(() => encodeEvent(format, { data })).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('{}') }),
    )
  })

  test('leaves out what it cannot carry', () => {
    const all = { event: 'a', id: '1', retry: 2 }
    expect(encodeEvent(format, all)).toBe('')
    expect(encodeEvent(format, { ...all, data: 1 })).toBe(encodeEvent(format, { data: 1 }))
  })
})

test('text is sent as it is', () => {
  fc.assert(
    fc.property(text, (data) => {
      expect(encodeEvent('text', { data, event: 'a' })).toBe(data)
    }),
    RUNS,
  )
})
