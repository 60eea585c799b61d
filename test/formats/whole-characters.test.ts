import { expect, test } from 'vitest'
import { wholeCharacters } from '../../src/formats/whole-characters.js'

test('half a surrogate pair at the end waits for its other half', () => {
  expect(wholeCharacters('a😀')).toBe('a😀')
  expect(wholeCharacters('a😀'.slice(0, 2))).toBe('a')
  expect(wholeCharacters('')).toBe('')
})
