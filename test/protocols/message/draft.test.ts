import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StreamError } from '../../../src/errors.js'
import { createDraft } from '../../../src/protocols/message/draft.js'
import { textOf } from '../../../src/protocols/message/message.js'
import { anyText } from '../any-text.js'

describe('text and reasoning', () => {
  test('a delta goes to the part that is open, or opens one', () => {
    const draft = createDraft()
    draft.appendReasoning('Let me ')
    draft.appendReasoning('think.')
    draft.appendText('Hel')
    draft.appendText('lo')
    draft.openToolCall({ name: 'search' })
    draft.appendText(' again')
    expect(draft.snapshot().parts).toMatchObject([
      { type: 'reasoning', text: 'Let me think.' },
      { type: 'text', text: 'Hello' },
      { type: 'tool-call', name: 'search' },
      { type: 'text', text: ' again' },
    ])
    expect(draft.snapshot().content).toBe('Hello again')
  })

  test('an empty delta opens no part', () => {
    const draft = createDraft()
    draft.appendText('')
    draft.appendReasoning('')
    expect(draft.snapshot()).toEqual({ parts: [], content: '' })
  })

  test('however it was cut, the content is the text', () => {
    const delta = fc.record({
      type: fc.constantFrom('text', 'reasoning', 'tool-call'),
      text: anyText,
    })
    fc.assert(
      fc.property(fc.array(delta), (deltas) => {
        const draft = createDraft()
        for (const { type, text } of deltas) {
          if (type === 'text') draft.appendText(text)
          else if (type === 'reasoning') draft.appendReasoning(text)
          else draft.openToolCall({ name: text })
        }
        const { content, parts } = draft.snapshot()
        expect(content).toBe(
          deltas.flatMap(({ type, text }) => (type === 'text' ? [text] : [])).join(''),
        )
        expect(textOf(parts)).toBe(content)
      }),
    )
  })
})

describe('parts that are open at once', () => {
  test('stand in the order they were opened, and take their own deltas', () => {
    const draft = createDraft()
    const first = draft.openText('text')
    const thought = draft.openText('reasoning')
    const second = draft.openText('text')
    second.append('world')
    thought.append('Hm')
    first.append('Hello ')
    const before = draft.snapshot()
    second.append('!')
    expect(before.content).toBe('Hello world')
    expect(draft.snapshot()).toMatchObject({
      content: 'Hello world!',
      parts: [{ text: 'Hello ' }, { type: 'reasoning', text: 'Hm' }, { text: 'world!' }],
    })
  })

  test('may be written anew', () => {
    const draft = createDraft()
    const text = draft.openText('text')
    text.append('Bad')
    const before = draft.snapshot()
    text.replace('Good')
    expect([before.content, draft.snapshot().content]).toEqual(['Bad', 'Good'])
  })

  test('keep the last metadata, and not that of an older snapshot', () => {
    const draft = createDraft()
    const text = draft.openText('text')
    text.append('H', { providerMetadata: { p: 1 } })
    const early = draft.snapshot().parts
    text.append('i', { providerMetadata: { p: 2 } })
    text.append('!')
    expect(early).toEqual([{ type: 'text', text: 'H', providerMetadata: { p: 1 } }])
    expect(draft.snapshot().parts).toEqual([
      { type: 'text', text: 'Hi!', providerMetadata: { p: 2 } },
    ])
  })

  test('are not there before anything is written to them', () => {
    const draft = createDraft()
    draft.openText('text')
    draft.openText('reasoning').append('Hm')
    expect(draft.snapshot().parts).toEqual([{ type: 'reasoning', text: 'Hm' }])
  })
})

test('truncate() takes parts back, and a source may come again', () => {
  const draft = createDraft()
  const source = { type: 'source', url: 'https://example.com/a' } as const
  draft.appendText('Kept')
  const { length } = draft
  draft.addPart(source)
  draft.appendText('dropped')
  draft.truncate(length)
  expect(draft.snapshot()).toMatchObject({ content: 'Kept', parts: [{ text: 'Kept' }] })
  draft.addPart(source)
  expect(draft.snapshot().parts).toEqual([{ type: 'text', text: 'Kept' }, source])
})

describe('a snapshot', () => {
  test('stays as it was', () => {
    const draft = createDraft()
    const call = draft.openToolCall({ id: 'a', name: 'f' })
    draft.appendText('Hel')
    const before = draft.snapshot()
    draft.appendText('lo')
    call.appendArgs('{}')
    draft.addPart({ type: 'data', name: 'mood', data: 1 })
    draft.snapshot(true)
    expect(before).toMatchObject({
      content: 'Hel',
      parts: [
        { argsText: '', state: 'streaming' },
        { type: 'text', text: 'Hel' },
      ],
    })
    expect(before.parts).toHaveLength(2)
  })

  test('has the same objects for the parts that did not change', () => {
    const draft = createDraft()
    draft.appendReasoning('Hm')
    const first = draft.openToolCall({ id: 'a', name: 'f' })
    draft.openToolCall({ id: 'b', name: 'g' })
    draft.appendText('Hel')
    const before = draft.snapshot().parts
    first.appendArgs('{')
    draft.appendText('lo')
    draft.setMetadata({ model: 'm' })
    const after = draft.snapshot().parts
    expect(after.map((part, index) => part === before[index])).toEqual([true, false, true, false])
  })
})

describe('other parts', () => {
  test('a source whose own text is empty is none the less one', () => {
    const draft = createDraft()
    const source = { type: 'source', url: 'https://example.com/a', text: '' } as const
    draft.addPart(source)
    expect(draft.snapshot().parts).toEqual([source])
  })

  test('a source is listed once for each URL, and once for what it says without one', () => {
    const draft = createDraft()
    draft.addPart({ type: 'source', url: 'https://example.com/a', title: 'A' })
    draft.addPart({ type: 'source', url: 'https://example.com/a' })
    draft.addPart({ type: 'source', title: 'Handbook, p. 3' })
    draft.addPart({ type: 'source', title: 'Handbook, p. 4' })
    draft.addPart({ type: 'source', title: 'Handbook, p. 3' })
    expect(draft.snapshot().parts).toEqual([
      { type: 'source', url: 'https://example.com/a', title: 'A' },
      { type: 'source', title: 'Handbook, p. 3' },
      { type: 'source', title: 'Handbook, p. 4' },
    ])
  })

  test('files and data are added as they come', () => {
    const draft = createDraft()
    draft.addPart({ type: 'file', mediaType: 'image/png', url: '/a.png' })
    draft.addPart({ type: 'data', name: 'mood', data: 1 })
    draft.addPart({ type: 'data', name: 'mood', data: 1 })
    expect(draft.snapshot().parts).toHaveLength(3)
  })

  test('another part may be put in the place of one', () => {
    const draft = createDraft()
    const replace = draft.addPart({ type: 'data', name: 'mood', data: 1 })
    draft.appendText('Hi')
    const before = draft.snapshot()
    replace({ type: 'data', name: 'mood', data: 2 })
    expect(before.parts[0]).toMatchObject({ data: 1 })
    expect(draft.snapshot().parts).toMatchObject([{ data: 2 }, { text: 'Hi' }])
  })
})

test('of usage and metadata the last value of each field counts', () => {
  const draft = createDraft()
  draft.setUsage({ inputTokens: 5, outputTokens: 1 })
  draft.setUsage({ inputTokens: undefined, outputTokens: 7 })
  draft.setMetadata({ model: 'a', region: 'eu' })
  draft.setMetadata({ model: 'b' })
  draft.finish('length', 'max_tokens')
  expect(draft.finishReason).toBe('length')
  expect(draft.snapshot()).toMatchObject({
    usage: { inputTokens: 5, outputTokens: 7 },
    metadata: { model: 'b', region: 'eu' },
    finishReason: 'length',
    rawFinishReason: 'max_tokens',
  })
})

test('metadata named __proto__ is a field like another', () => {
  const draft = createDraft()
  draft.setMetadata(JSON.parse('{"__proto__":{"isAdmin":true}}') as Record<string, unknown>)
  expect(draft.snapshot().metadata).not.toHaveProperty('isAdmin')
})

test('the first error is the one', () => {
  const draft = createDraft()
  draft.fail(new StreamError('protocol', 'first'))
  draft.fail(new StreamError('protocol', 'second'))
  expect(draft.error?.message).toBe('first')
})
