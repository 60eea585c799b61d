import { expect, test } from 'vitest'
import { event, receiveEvents } from './openai-responses-support.js'

test('each piece of an item that came in no delta is read', () => {
  const done = (content_index: number, text: string): object =>
    event('output_text.done', { output_index: 0, content_index, text })
  expect(receiveEvents(done(0, 'Hel'), done(1, 'lo')).draft.content).toBe('Hello')
  const refusal = event('refusal.done', { output_index: 0, content_index: 0, refusal: 'No' })
  expect(receiveEvents(refusal).draft.snapshot().metadata).toEqual({ refusal: 'No' })
})
