import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyPatch } from '../../../src/protocols/json/json-patch.js'
import type { Json } from '../../../src/protocols/json/json.js'

function patched(document: unknown, ...operations: (object | null)[]): unknown {
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
  [[{ a: 1 }, 2], [{ op: 'replace', path: '/0/a', value: 3 }], [{ a: 3 }, 2]],
  [{ a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
  [[1, 2, 3], [{ op: 'move', from: '/0', path: '/2' }], [2, 3, 1]],
  [{ a: 1 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: 1, b: 1 }],
  [[1, 2], [{ op: 'copy', from: '/1', path: '/0' }], [2, 1, 2]],
  [
    { a: { b: 1 } },
    [
      { op: 'replace', path: '/a/b', value: 2 },
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'replace', path: '/a/b', value: 3 },
    ],
    { a: { b: 3 }, c: { b: 2 } },
  ],
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
  [{ op: 'test', path: '/none/y', value: 2 }],
  [{ op: 'add', path: '/a/b', value: 2 }],
  [{ op: 'add', path: '/x/y', value: 2 }],
  [{ op: 'add', path: '/none/y', value: 2 }],
  [{ op: 'add', path: '/list/2', value: 2 }],
  [{ op: 'add', path: '/list/first', value: 2 }],
  [{ op: 'add', path: '/list/-1', value: 2 }],
  [{ op: 'remove', path: '/list/1' }],
  [{ op: 'replace', path: '/list/-', value: 2 }],
  [{ op: 'fly', path: '/a' }],
  [null],
])('%j does not apply to {"a":1,"list":[1],"none":null}', (operation) => {
  expect(() => patched({ a: 1, list: [1], none: null }, operation)).toThrow(
    /Expected a JSON Patch that applies/,
  )
})

test('a large object is not copied for each of many operations', () => {
  // Else this would take longer than a test may.
  const keys = Array.from({ length: 10_000 }, (_, index) => `k${index}`)
  const document = Object.fromEntries(keys.map((key) => [key, 0]))
  const operations = keys.map((key) => ({ op: 'replace', path: `/${key}`, value: 1 }))
  expect(patched(document, ...operations)).toMatchObject({ k0: 1, k9999: 1 })
})

test('operations change the document as they would one by one, and no other', () => {
  const key = fc.constantFrom('a', 'b', '0', '-', '__proto__')
  const pointer = fc
    .array(key, { maxLength: 3 })
    .map((keys) => keys.map((each) => `/${each}`).join(''))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }))
  const op = fc.constantFrom('add', 'add', 'replace', 'remove', 'copy', 'move')
  const operation = fc.record({ op, path: pointer, from: pointer, value: tree })
  const tryTo = <Result>(run: () => Result): Result | string => {
    try {
      return run()
    } catch (error) {
      return String(error)
    }
  }
  fc.assert(
    fc.property(tree, fc.array(operation, { maxLength: 8 }), (document, operations) => {
      const before = JSON.stringify([document, operations])
      const together = tryTo(() => JSON.stringify(patched(document, ...operations)))
      const inTurn = tryTo(() =>
        JSON.stringify(
          operations.reduce<unknown>((edited, each) => patched(edited, each), document),
        ),
      )
      expect(together).toBe(inTurn)
      expect(JSON.stringify([document, operations])).toBe(before)
    }),
    { numRuns: 1000 },
  )
})

test('no prototype is reached', () => {
  const after = patched({}, { op: 'add', path: '/__proto__/isAdmin', value: true })
  expect({}).not.toHaveProperty('isAdmin')
  expect(Object.getPrototypeOf(after)).toBe(Object.prototype)
})
