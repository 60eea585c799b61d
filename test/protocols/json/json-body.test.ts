import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createParser } from '../../../src/formats/create-parser.js'
import { detectFormatOrJson } from '../../../src/protocols/json/json-body.js'

test.each([
  ['application/json', 'json-seq'],
  ['Application/JSON; charset=utf-8', 'json-seq'],
  ['text/plain', 'json-seq'],
  ['text/event-stream', 'sse'],
  ['application/json-seq', 'json-seq'],
  ['application/jsonl', 'ndjson'],
  ['application/json-patch+json', undefined],
  ['text/html', undefined],
  [null, undefined],
])('%s is read as %s', (type, format) => {
  expect(detectFormatOrJson(type)).toBe(format)
})

test('a document is one event, however it is laid out and cut into pieces', () => {
  fc.assert(
    fc.property(fc.object(), fc.nat(3), fc.integer({ min: 1, max: 9 }), (value, indent, size) => {
      const events: unknown[] = []
      const parser = createParser(detectFormatOrJson('application/json')!, {
        onEvent: ({ data }) => events.push(data),
      })
      const body = JSON.stringify(value, undefined, indent)
      for (const piece of body.match(new RegExp(`[^]{1,${size}}`, 'g'))!) parser.push(piece)
      parser.end()
      expect(events).toEqual([body])
    }),
  )
})
