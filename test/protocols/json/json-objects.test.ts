import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createObjectFinder } from '../../../src/protocols/json/json-objects.js'
import { anyText } from '../any-text.js'

/** What is found in JSON that comes in these pieces, and whether it was cut. */
function objectsIn(...pieces: string[]): { found: string[]; isOpen: boolean } {
  const finder = createObjectFinder()
  return { found: pieces.flatMap(finder.find), isOpen: finder.isOpen() }
}

test('an object is found, and so is each object of a list', () => {
  expect(objectsIn('{"a":[{"b":1}]}').found).toEqual(['{"a":[{"b":1}]}'])
  expect(objectsIn('[{"a":1}\n,\r\n{"a":"}]{"}]').found).toEqual(['{"a":1}', '{"a":"}]{"}'])
  expect(objectsIn('[]').found).toEqual([])
})

test('what is no object is nothing', () => {
  expect(objectsIn('"{}"', ' 7', '}]').found).toEqual(['{}'])
  expect(objectsIn('<h1>Hello</h1>').found).toEqual([])
})

test('an object that was cut is open', () => {
  expect(objectsIn('[{"a":1},{"a"')).toEqual({ found: ['{"a":1}'], isOpen: true })
  expect(objectsIn('[{"a":"}').isOpen).toBe(true)
})

test('a broken object does not hide the next one', () => {
  expect(objectsIn('[{"a":},{"a":1}]').found).toEqual(['{"a":}', '{"a":1}'])
})

test('a quote or a brace after a backslash means nothing, wherever the text is cut', () => {
  const json = String.raw`{"a":"\\","b":"\"}{\\"}`
  for (let at = 0; at <= json.length; at += 1) {
    expect(objectsIn(json.slice(0, at), json.slice(at)).found).toEqual([json])
  }
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
        const { found, isOpen } = objectsIn(...pieces)
        expect(found.map((each) => JSON.parse(each) as unknown)).toEqual(list)
        expect(isOpen).toBe(false)
      },
    ),
  )
})

test('a body of one long string is read in linear time', () => {
  const piece = 'x'.repeat(1000)
  const { found } = objectsIn('{"a":"', ...Array.from({ length: 5000 }, () => piece), '"}')
  expect(found[0]).toHaveLength(5_000_008)
})
