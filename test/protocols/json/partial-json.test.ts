import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPartialJson } from '../../../src/protocols/json/partial-json.js'

/** The values after each piece. */
function valuesOf(...pieces: string[]): unknown[] {
  const json = createPartialJson()
  return pieces.map((piece) => {
    json.push(piece)
    return json.value()
  })
}

function valueOf(text: string): unknown {
  return valuesOf(text).at(-1)
}

/** Cut at these shares of its length, in UTF-16 units: in the middle of pairs, too. */
function cut(text: string, shares: readonly number[]): string[] {
  const at = shares.map((share) => Math.floor(share * text.length)).toSorted((a, b) => a - b)
  return [...at, text.length].map((end, index) => text.slice(at[index - 1] ?? 0, end))
}

/** Whether the one is an earlier state of the other. */
function isPrefix(value: unknown, of: unknown): boolean {
  if (typeof value === 'string') return typeof of === 'string' && of.startsWith(value)
  if (typeof value !== 'object' || value === null) return Object.is(value, of)
  if (typeof of !== 'object' || of === null || Array.isArray(value) !== Array.isArray(of))
    return false
  return Object.entries(value).every(
    ([key, each]) =>
      Object.hasOwn(of, key) &&
      isPrefix(each, Object.entries(of).find((entry) => entry[0] === key)?.[1]),
  )
}

const anyString = fc.string({ unit: 'binary' })
const anyValue = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' })
/** As a compact, an indented, or an ASCII-only document. */
const anyDocument = fc
  .tuple(anyValue, fc.constantFrom('compact', 'indented', 'ascii'))
  .map(([value, style]) => {
    const text = JSON.stringify(value, null, style === 'indented' ? 2 : 0)
    return style === 'ascii' ? text.replaceAll(/[^ -~]/g, asEscape) : text
  })

function asEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

describe('for any JSON and any cuts', () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

  test('the last value is what JSON.parse says', () => {
    fc.assert(
      fc.property(anyDocument, shares, (text, at) => {
        expect(valuesOf(...cut(text, at), ' ').at(-1)).toEqual(JSON.parse(text))
      }),
      { numRuns: 1000 },
    )
  })

  test('each value is an earlier state of the last, and of the next', () => {
    fc.assert(
      fc.property(anyDocument, shares, (text, at) => {
        const values = valuesOf(...cut(text, at), ' ')
        values.forEach((value, index) => {
          if (value === undefined) return
          expect(isPrefix(value, values[index + 1] ?? values.at(-1))).toBe(true)
          expect(isPrefix(value, JSON.parse(text))).toBe(true)
        })
      }),
      { numRuns: 1000 },
    )
  })

  test('one character at a time, it stays what it was', () => {
    fc.assert(
      fc.property(anyDocument, (text) => {
        const values = valuesOf(...text)
        const json = createPartialJson()
        const copies = [...text].map((char) => {
          json.push(char)
          return structuredClone(json.value())
        })
        expect(values).toEqual(copies)
      }),
      { numRuns: 300 },
    )
  })

  test('no half of a surrogate pair is shown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (string, isAscii) => {
        const text = JSON.stringify([string])
        const written = isAscii ? text.replaceAll(/[^ -~]/g, asEscape) : text
        for (const value of valuesOf(...written.split(''))) {
          expect(JSON.stringify(value) ?? '').not.toMatch(/\\ud[89a-f]/i)
        }
      }),
    )
  })

  test('anything else does no harm', () => {
    const anyBroken = fc.tuple(
      anyDocument,
      fc.string({ unit: fc.constantFrom(...'{}[],:"\\ua1 ') }),
    )
    fc.assert(
      fc.property(anyBroken, anyString, ([text, junk], more) => {
        const json = createPartialJson()
        const units = (junk + text.slice(1) + junk + more).split('')
        expect(() => units.forEach((unit) => (json.push(unit), json.value()))).not.toThrow()
      }),
      { numRuns: 1000 },
    )
  })
})

test('closes what is open, and leaves out what is not whole', () => {
  const pieces = ['{"ci', 'ty":', '"Pa', 'ris","days', '":[1', '2,tr', 'ue,{"a":nul', 'l', '}', ']']
  expect(valuesOf(...pieces)).toEqual([
    {},
    {},
    { city: 'Pa' },
    { city: 'Paris' },
    { city: 'Paris', days: [] },
    { city: 'Paris', days: [12] },
    { city: 'Paris', days: [12, true, {}] },
    { city: 'Paris', days: [12, true, {}] },
    { city: 'Paris', days: [12, true, { a: null }] },
    { city: 'Paris', days: [12, true, { a: null }] },
  ])
})

test.each([
  ['', undefined],
  [' \n', undefined],
  ['"', ''],
  ['-1', undefined],
  ['tru', undefined],
  ['"\\', ''],
  ['"a\\u00', 'a'],
  ['"\\ud83d', ''],
  ['"\\ud83d\\ude0', ''],
  ['"\\ud83d\\ude00"', '😀'],
  ['"\\ud83d"', '\ud83d'],
  ['"\ud83d', ''],
  ['["\\\\"', ['\\']],
  ['{"":"a', { '': 'a' }],
  ['{"":"a","b":"c', { '': 'a', b: 'c' }],
])('%j is %j so far', (text, expected) => {
  expect(valueOf(text)).toEqual(expected)
})

test('of keys that are repeated the last one counts, at the place of the first', () => {
  const text = '{"a":1,"b":2,"a":[3,{"a":4,"a":5}]}'
  expect(JSON.stringify(valueOf(text))).toBe(JSON.stringify(JSON.parse(text)))
})

test('`__proto__` is a key like any other', () => {
  const text = '{"__proto__":{"isAdmin":true},"a":{"__proto__":'
  const values = valuesOf(text, '{"b":1', '}}}')
  for (const value of values as { isAdmin?: unknown }[]) {
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(value.isAdmin).toBeUndefined()
    expect(Object.keys(value)).toEqual(['__proto__', 'a'])
  }
  expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
  expect(JSON.stringify(values[2])).toBe(`${text}{"b":1}}}`)
})

test('what is nested too deep is no longer read', () => {
  const json = createPartialJson()
  json.push('{"a":1,"b":')
  json.push('['.repeat(1_000_000))
  expect(JSON.stringify(json.value())).toMatch(/^\{"a":1,"b":\[{400,500}\]+\}$/)
  json.push(`${']'.repeat(1_000_000)}}`)
  expect(JSON.stringify(json.value())).toMatch(/^\{"a":1,"b":\[{400,500}\]+\}$/)
})

test('what follows broken JSON is no longer read', () => {
  expect(valuesOf('["a","\\x', 'b","c"]')).toEqual([
    ['a', ''],
    ['a', ''],
  ])
})

test('what was whole before is the same object', () => {
  const [before, after] = valuesOf('{"a":{"b":[1]},"c":"', 'd') as { a: object }[]
  expect(after?.a).toBe(before?.a)
  expect(after).not.toBe(before)
})

test('without anything new the value is the same', () => {
  const json = createPartialJson()
  json.push('{"a":"b')
  expect(json.value()).toBe(json.value())
})

test('a long document may come at once', () => {
  const text = JSON.stringify({ text: 'a\n'.repeat(4_000_000) })
  expect(valueOf(text)).toEqual(JSON.parse(text))
})
