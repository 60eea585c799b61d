import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDraft } from '../../src/protocols/draft.js'
import { jsonListReader } from '../../src/protocols/json-list.js'
import { readJson, text } from '../../src/protocols/json.js'
import type { ChatReader } from '../../src/protocols/types.js'
import { anyText } from './any-text.js'

/** What a reader is given of a body that comes in these pieces, and its verdict on the end. */
function eventsOf(...pieces: string[]): { events: string[]; ended: string; errors: unknown[] } {
  const events: string[] = []
  const errors: unknown[] = []
  const inner: ChatReader = {
    read(event) {
      events.push(event.data)
      if (text(readJson(event)?.type) === 'end') return 'complete'
    },
    end: () => 'complete',
  }
  const reader = jsonListReader(inner)
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

test('an object is an event, and so is each object of a list', () => {
  expect(eventsOf('{"a":[{"b":1}]}').events).toEqual(['{"a":[{"b":1}]}'])
  expect(eventsOf('[{"a":1}\n,\r\n{"a":"}]{"}]').events).toEqual(['{"a":1}', '{"a":"}]{"}'])
  expect(eventsOf('[]').events).toEqual([])
})

test('what is no object is nothing', () => {
  expect(eventsOf('"{}"', ' 7', '}]').events).toEqual(['{}'])
  expect(eventsOf('<h1>Hello</h1>').events).toEqual([])
})

test('a body that was cut is cut', () => {
  expect(eventsOf('[{"a":1},{"a"')).toEqual({ events: ['{"a":1}'], ended: 'cut', errors: [] })
})

test('a broken object is reported, and the next one read', () => {
  const { events, errors } = eventsOf('[{"a":},{"a":1}]')
  expect(events).toEqual(['{"a":}', '{"a":1}'])
  expect(errors).toMatchObject([{ code: 'parse' }])
})

test('it does not matter how the body is cut into pieces', () => {
  const value = fc.dictionary(anyText, fc.oneof(anyText, fc.array(fc.dictionary(anyText, anyText))))
  fc.assert(
    fc.property(
      fc.array(value),
      fc.nat(3),
      fc.integer({ min: 1, max: 9 }),
      (list, indent, size) => {
        const body = JSON.stringify(list, undefined, indent)
        const pieces = body.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
        const { events, ended } = eventsOf(...pieces)
        expect(events.map((each) => JSON.parse(each) as unknown)).toEqual(list)
        expect(ended).toBe('complete')
      },
    ),
  )
})

test('a body of one long string is read in linear time', () => {
  const piece = 'x'.repeat(1000)
  const { events } = eventsOf('{"a":"', ...Array.from({ length: 5000 }, () => piece), '"}')
  expect(events[0]).toHaveLength(5_000_008)
})
