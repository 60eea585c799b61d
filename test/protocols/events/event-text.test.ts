import { expect, test } from 'vitest'
import { eventText } from '../../../src/protocols/events/event-text.js'
import { createDraft } from '../../../src/protocols/message/draft.js'
import type { ChatReader } from '../../../src/protocols/types.js'

const event = (data: string) => ({ type: 'message', data, lastEventId: '' })

/** Writes what comes; `end` ends the reply. */
const plain: ChatReader = {
  read: ({ data }, draft) => (data === 'end' ? 'complete' : draft.appendText(data)),
  end: () => 'cut',
}

test('what follows the end of the reply in the same piece is not read', () => {
  const draft = createDraft()
  const reader = eventText(plain, () => [])
  expect(reader.read(event('data: Hi\n\ndata: end\n\ndata: more\n\n'), draft)).toBe('complete')
  expect(draft.snapshot().content).toBe('Hi')
})

test('an event that ends with the body is read', () => {
  const draft = createDraft()
  const reader = eventText(plain, () => [])
  expect(reader.read(event('data: Hi\n\ndata: end'), draft)).toBeUndefined()
  expect(reader.end(draft)).toBe('complete')
  expect(eventText(plain, () => []).end(draft)).toBe('cut')
})

test('a fault of the reader itself is not taken for a broken event', () => {
  const read = (): never => {
    throw new TypeError('a fault')
  }
  const reader = eventText({ ...plain, read }, () => [event('last')])
  expect(() => reader.end(createDraft())).toThrow(TypeError)
})
