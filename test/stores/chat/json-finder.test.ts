import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createJsonFinder } from '../../../src/stores/chat/json-finder.js'

interface City {
  city: string
}

function acceptCity(value: unknown): City {
  if (typeof (value as City | null)?.city === 'string') return value as City
  throw new TypeError('city: expected a string')
}

function found(text: string, size = text.length || 1): unknown {
  const finder = createJsonFinder(acceptCity)
  for (let at = 0; at < text.length; at += size) finder.push(text.slice(at, at + size))
  return finder.found()
}

const json = '{"city": "Ulm", "notes": ["a } and a ]", "\\"quoted\\\\"]}'
const city = JSON.parse(json) as City

describe.each([1, 3, 1_000])('in pieces of %i', (size) => {
  test.each([
    ['bare', json],
    ['with white space around', `\n ${json}\n`],
    ['in a fence', `\`\`\`json\n${json}\n\`\`\``],
    ['in a fence without a name', `\`\`\`\n${json}\n\`\`\`\n`],
    ['after prose', `Sure! Here it is: ${json}`],
    ['between prose', `Here you are:\n\n\`\`\`json\n${json}\n\`\`\`\nAnything else?`],
    ['after brackets in prose', `As [1] says [see below], {so} it {${json}`],
    ['after JSON that is not it', `Not {"town": "Ulm"} and not [1, 2], but ${json}`],
    ['before JSON that is shorter', `${json} not {"city": "Bonn"}`],
    ['after JSON that is shorter', `{"city": "Bonn"}? No: ${json}`],
    ['after brackets that stay open', `Say [1, "two\n\n\`\`\`json\n${json}\n\`\`\``],
    ['with a fence in a string', JSON.stringify({ ...city, city: '```json\n{"city": 1}\n```' })],
  ])('finds JSON %s', (_, text) => {
    const name = text.includes('"```json') ? '```json\n{"city": 1}\n```' : 'Ulm'
    expect(found(text, size)).toEqual({ ...city, city: name })
  })

  test.each([
    ['', /JSON/],
    ['I cannot do that', /JSON/],
    ['{"city": "Ul', 'it is not whole'],
    ['{"city": "Ulm"} is short for {"city": "Ulm", "notes": [', 'it is not whole'],
    ['{"city": 7}', 'city: expected a string'],
    ['[1] and {"town": "Ulm"} or {}', 'city: expected a string'],
    ['{"city": "Ulm",}', /JSON/],
    ['```json\n{"city": "Ul\n```', /JSON/],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => found(text, size)).toThrow(message)
  })
})

test('a value that is no array or object is the whole text', () => {
  const finder = createJsonFinder(Number)
  finder.push('```json\n4')
  finder.push('2\n```')
  expect(finder.found()).toBe(42)
})

test.each(['see [1] and {"a": 2}', 'an open { and [1'])('so is a string: %j', (text) => {
  const finder = createJsonFinder((value) => {
    if (typeof value === 'string') return value
    throw new TypeError('expected a string')
  })
  finder.push(JSON.stringify(text))
  expect(finder.found()).toBe(text)
})

test('shows what comes, and no bracket of prose', () => {
  const finder = createJsonFinder(acceptCity)
  const shown: unknown[] = []
  const deltas = ['See {', 'note} or [', '1]: {', '"city": "U', 'lm"', '} and {"city"', ': "Bo']
  for (const delta of deltas) {
    finder.push(delta)
    shown.push(finder.value())
  }
  const [open, whole] = [{ city: 'U' }, { city: 'Ulm' }]
  expect(shown).toEqual([undefined, undefined, [1], open, whole, whole, whole])
})

test('any JSON is found in any fence, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.array(fc.nat(400), { maxLength: 10 }),
      fc.constantFrom('', 'Here: ', '```json\n', 'Text {x} and [y]:\n\n```\n'),
      fc.constantFrom(undefined, 2),
      (object, cuts, before, indent) => {
        const written = JSON.stringify(object, null, indent)
        const text = `${before}${written}\n\`\`\``
        const finder = createJsonFinder((value) => value)
        const offsets = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        for (const [index, offset] of offsets.entries()) {
          finder.push(text.slice(offset, offsets[index + 1] ?? text.length))
        }
        expect(finder.found()).toEqual(JSON.parse(written))
      },
    ),
  )
})

test('costs as much as the text is long: reading all of it again for each piece would take minutes', () => {
  const city = 'a'.repeat(2 ** 20)
  expect(found(`{"city": "${city}"}`, 7)).toEqual({ city })
})
