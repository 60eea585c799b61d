import { expect, test } from 'vitest'
import { applyPatch } from '../../../src/protocols/json/json-patch.js'
import type { Json } from '../../../src/protocols/json/json.js'

function patched(document: unknown, ...operations: object[]): unknown {
  return applyPatch(document as Json, operations as unknown as Json)
}

// After the examples of RFC 6902, appendix A.
test.each([
  [{ a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
  [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
  [{ a: [1] }, [{ op: 'add', path: '/a/-', value: [2, 3] }], { a: [1, [2, 3]] }],
  [{ a: [1] }, [{ op: 'add', path: '', value: 7 }], 7],
  [{ a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
  [{ a: [1, 2, 3] }, [{ op: 'remove', path: '/a/1' }], { a: [1, 3] }],
  [{ a: 1 }, [{ op: 'replace', path: '/a', value: null }], { a: null }],
  [[1, 2], [{ op: 'replace', path: '/0', value: { b: 1 } }], [{ b: 1 }, 2]],
  [{ a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
  [[1, 2, 3], [{ op: 'move', from: '/0', path: '/2' }], [2, 3, 1]],
  [{ a: 1 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: 1, b: 1 }],
  [
    { 'a/b': 1, '~': 2, '': 3 },
    [
      { op: 'remove', path: '/a~1b' },
      { op: 'remove', path: '/~0' },
    ],
    { '': 3 },
  ],
  [{ '~1': 1 }, [{ op: 'replace', path: '/~01', value: 2 }], { '~1': 2 }],
  [
    { a: 1 },
    [
      { op: 'test', path: '/a', value: 1 },
      { op: 'remove', path: '/a' },
    ],
    {},
  ],
])('%j after %j', (document, operations, expected) => {
  const before = JSON.stringify(document)
  expect(patched(document, ...operations)).toEqual(expected)
  expect(JSON.stringify(document)).toBe(before)
})

test('what did not change is shared', () => {
  const document = { kept: { a: 1 }, changed: {} }
  const after = patched(document, { op: 'add', path: '/changed/b', value: 1 }) as typeof document
  expect(after.kept).toBe(document.kept)
})

test.each([
  [{ op: 'test', path: '/a', value: 2 }],
  [{ op: 'add', path: '/a/b', value: 2 }],
  [{ op: 'add', path: '/x/y', value: 2 }],
  [{ op: 'add', path: '/list/2', value: 2 }],
  [{ op: 'add', path: '/list/first', value: 2 }],
  [{ op: 'add', path: '/list/-1', value: 2 }],
  [{ op: 'remove', path: '/list/1' }],
  [{ op: 'replace', path: '/list/-', value: 2 }],
  [{ op: 'fly', path: '/a' }],
])('%j does not apply to {"a":1,"list":[1]}', (operation) => {
  expect(() => patched({ a: 1, list: [1] }, operation)).toThrow(
    /Expected a JSON Patch that applies/,
  )
})

test('no prototype is reached', () => {
  const after = patched({}, { op: 'add', path: '/__proto__/isAdmin', value: true })
  expect({}).not.toHaveProperty('isAdmin')
  expect(Object.getPrototypeOf(after)).toBe(Object.prototype)
})
