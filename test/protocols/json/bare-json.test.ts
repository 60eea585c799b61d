import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { withBareJson } from '../../../src/protocols/json/bare-json.js'
import { createDraft } from '../../../src/protocols/message/draft.js'
import { readJson } from '../../../src/protocols/json/json.js'
import type { ChatReader } from '../../../src/protocols/types.js'
import { anyText } from '../any-text.js'

/** The data that a reader is given of a body that comes in these pieces, and its verdict on the end. */
function eventsOf(...pieces: string[]): { events: unknown[]; ended: string; errors: unknown[] } {
  const events: unknown[] = []
  const errors: unknown[] = []
  const inner: ChatReader = {
    read: (event) => void events.push(readJson(event)),
    end: () => 'complete',
  }
  const reader = withBareJson({ format: 'text', headers: new Headers() }, inner)
  const draft = createDraft()
  for (const data of pieces) {
    try {
      reader.read({ type: 'message', data, lastEventId: '' }, draft)
    } catch (error) {
      errors.push(error)
    }
  }
  return { events, ended: reader.end(draft), errors }
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r')

test('events, and JSON between them, are read however the body is cut', () => {
  const value = fc.dictionary(anyText, anyText)
  const block = fc.record({ value, isEvent: fc.boolean(), indent: fc.nat(2), end: lineEnd })
  fc.assert(
    fc.property(fc.array(block), fc.integer({ min: 1, max: 9 }), (blocks, size) => {
      const body = blocks.map(({ value, isEvent, indent, end }) => {
        const json = JSON.stringify(value, undefined, isEvent ? 0 : indent)
        const text = isEvent ? `: c\nevent: e\ndata: ${json}\nid: 1` : json
        return `${text}\n\n`.replaceAll('\n', end)
      })
      const pieces = body.join('').match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      const { events, ended, errors } = eventsOf(...pieces)
      expect(events).toEqual(blocks.map((each) => each.value))
      expect([ended, errors]).toEqual(['complete', []])
    }),
  )
})

test('a broken event is reported, and neither it nor a comment is JSON between events', () => {
  const { events, errors } = eventsOf('data: {"a":\n\n: {"b":1}\n\ndata: {"c":1}\n\n')
  expect(events).toEqual([{ c: 1 }])
  expect(errors).toMatchObject([{ code: 'parse' }])
})

test('a broken object of a list is reported, and the next one read', () => {
  const { events, errors } = eventsOf('[{"a":},{"a":1}]')
  expect(events).toEqual([{ a: 1 }])
  expect(errors).toMatchObject([{ code: 'parse' }])
})

test('the last event may lack its end; what was cut in two is a cut', () => {
  expect(eventsOf('data: {"a":1}')).toEqual({ events: [{ a: 1 }], ended: 'complete', errors: [] })
  expect(eventsOf('data: {"a":').ended).toBe('cut')
  expect(eventsOf('{"a":').ended).toBe('cut')
})

test('what comes in another format is left alone', () => {
  const reader: ChatReader = { read() {}, end: () => 'cut' }
  expect(withBareJson({ format: 'sse', headers: new Headers() }, reader)).toBe(reader)
})

test('a body of one long event is read in linear time', () => {
  const piece = 'x'.repeat(1000)
  const { events } = eventsOf(
    'data: {"a":"',
    ...Array.from({ length: 5000 }, () => piece),
    '"}\n\n',
  )
  expect(events).toEqual([{ a: piece.repeat(5000) }])
})
