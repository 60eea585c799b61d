import { describe, expect, test } from 'vitest'
import { createPartialJson } from '../../../src/protocols/json/partial-json.js'

/** What is quadratic in the length would take minutes, which no time limit survives. */
describe('is linear in the length, one character at a time, asked after each', () => {
  const length = 2 ** 20

  test.each<[string, string]>([
    ['a string', JSON.stringify('a'.repeat(length))],
    ['a string of escapes', JSON.stringify('\n"😀\u0001'.repeat(length / 4))],
    ['a long key', JSON.stringify({ ['k'.repeat(length)]: 1 })],
    ['white space', `[1,${' '.repeat(length)}2]`],
    ['an array', JSON.stringify(Array.from({ length: length / 4 }, () => 123))],
    ['objects', JSON.stringify(Array.from({ length: length / 9 }, () => ({ a: 'b' })))],
    [
      'an object',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: length / 32 }, (_, i) => [`k${i}`, 1])),
      ),
    ],
    ['digits', `[${'1'.repeat(length)}]`],
  ])('%s', (_name, text) => {
    expect(valueOneByOne(text)).toEqual(JSON.parse(text))
  })

  test('what is too deep', () => {
    const json = createPartialJson()
    json.push('['.repeat(1_000))
    expect(valueOneByOne('['.repeat(length))).toEqual(json.value())
  })

  function valueOneByOne(text: string): unknown {
    const json = createPartialJson()
    for (const char of text) {
      json.push(char)
      json.value()
    }
    return json.value()
  }
})
