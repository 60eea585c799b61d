import { expect, test } from 'vitest'
import { mergeJson } from '../../../src/protocols/json/json-merge.js'
import type { Fields } from '../../../src/protocols/json/json.js'

function merged(old: object, values: object): unknown {
  return mergeJson(old as Fields, values as Fields)
}

test.each([
  [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  [{ a: { b: { c: 1 } } }, { a: { b: { d: 2 } } }, { a: { b: { c: 1, d: 2 } } }],
  [{ a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  [{ a: null }, { a: { b: 2 } }, { a: { b: 2 } }],
  [{ a: [1] }, { a: { b: 2 } }, { a: { b: 2 } }],
  [{ a: { b: 1 } }, { a: 2 }, { a: 2 }],
  [{ a: { b: 1 } }, { a: null }, { a: null }],
  [{ a: { b: 1 } }, { a: [2] }, { a: [2] }],
])('%j with %j', (old, values, expected) => {
  const before = JSON.stringify(old)
  expect(merged(old, values)).toEqual(expected)
  expect(JSON.stringify(old)).toBe(before)
})
