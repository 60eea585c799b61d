import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDraft } from '../../../src/protocols/message/draft.js'
import { createGrowingTexts } from '../../../src/protocols/message/growing-text.js'

function read(...pieces: string[]): string {
  const draft = createDraft()
  const write = createGrowingTexts()
  for (const piece of pieces) write('text', piece, () => draft.openText('text'))
  return draft.snapshot().content
}

test.each([
  [['He', 'llo', ''], 'Hello'],
  [['He', 'Hell', 'Hello', 'Hello'], 'Hello'],
  [['', 'He', '', 'llo'], 'Hello'],
  [['哈', '哈', '哈', '！'], '哈哈哈！'],
  [['哈', '哈哈', '！', ''], '哈哈哈！'],
  [['哈', '哈', ''], '哈哈'],
  [['哈', '哈哈', '哈哈', '！'], '哈哈哈哈哈！'],
  [['He', 'Hello', 'Hello'], 'Hello'],
  [['A', 'AB', 'ABC', ''], 'ABC'],
  [['Whole'], 'Whole'],
])('%j', (pieces, text) => {
  expect(read(...pieces)).toBe(text)
})

test('a model that repeats one word for ever does not freeze the page', () => {
  const draft = createDraft()
  const write = createGrowingTexts()
  for (let count = 0; count < 200_000; count += 1) write('text', '哈', () => draft.openText('text'))
  write('text', '！', () => draft.openText('text'))
  expect(draft.snapshot().content).toHaveLength(200_001)
})

test('increments are the text, whatever they are, unless they look like wholes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), (pieces) => {
      expect(read('a', 'b', ...pieces)).toBe(['a', 'b', ...pieces].join(''))
    }),
  )
})

test('wholes are the text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 3 }), (deltas) => {
      const wholes = deltas.map((_, index) => deltas.slice(0, index + 1).join(''))
      expect(read(...wholes)).toBe(deltas.join(''))
    }),
  )
})

test('a text is opened at its first words', () => {
  const draft = createDraft()
  const write = createGrowingTexts()
  for (const piece of ['', 'Hi']) write('text', piece, () => draft.openText('text'))
  expect(draft.length).toBe(1)
  write('reasoning', '', () => draft.openText('reasoning'))
  expect(draft.length).toBe(1)
})

test('what one text is, the others are too', () => {
  const draft = createDraft()
  const write = createGrowingTexts()
  for (const piece of ['哈', '哈', ''])
    if (piece) write('a', piece, () => draft.openText('reasoning'))
  for (const piece of ['Yes', '.']) write('b', piece, () => draft.openText('text'))
  expect(draft.snapshot().parts).toMatchObject([{ text: '哈哈' }, { text: 'Yes.' }])
})
