import { afterEach, describe, expect, test, vi } from 'vitest'
import { graphemeAt } from '../../src/hooks/grapheme.js'

const clusters = ['a', '👨‍👩‍👧', '🇩🇪', '🇫🇷', 'e\u0301', '👍🏽', 'क्षि', '한', '\r\n', '漢', '😀']
const text = clusters.join('')

/** Each grapheme in turn, found by each of its characters. */
function split(text: string): string[] {
  const found: string[] = []
  for (let index = 0; index < text.length; index += 1) {
    const [start, end] = graphemeAt(text, 0, index)
    expect(start).toBeLessThanOrEqual(index)
    expect(end).toBeGreaterThan(index)
    if (start === index) found.push(text.slice(start, end))
  }
  return found
}

describe('with Intl.Segmenter', () => {
  test('a family, a flag and a letter with its marks are one each', () => {
    expect(split(text)).toEqual(clusters)
  })

  test('reading from a later begin finds the same', () => {
    const from = clusters.slice(0, 4).join('').length
    for (let index = from; index < text.length; index += 1) {
      expect(graphemeAt(text, from, index)).toEqual(graphemeAt(text, 0, index))
    }
  })

  test('one of any length is found whole', () => {
    const long = `e${'\u0301'.repeat(500)}`
    expect(graphemeAt(`a${long}b`, 0, 1)).toEqual([1, 1 + long.length])
    expect(graphemeAt(`a${long}b`, 0, 400)).toEqual([1, 1 + long.length])
    for (let marks = 20; marks < 80; marks += 1) {
      const toned = `e${'\u0301'.repeat(marks)}🏽`
      expect(graphemeAt(`${toned}!`, 0, 0)).toEqual([0, toned.length])
    }
  })
})

describe('without it', () => {
  afterEach(() => vi.unstubAllGlobals())

  test('code points are kept whole', () => {
    const { Segmenter: _, ...rest } = { ...Intl, Segmenter: undefined }
    vi.stubGlobal('Intl', rest)
    expect(split(text)).toEqual([...text])
  })
})
