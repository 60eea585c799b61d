import { expect, test } from 'vitest'
import { createKeptAnswer } from '../../../src/protocols/message/kept-answer.js'

test('is had from its start, or after the last event that has come', () => {
  const kept = createKeptAnswer('after')
  expect(kept.urlOf('/v1/answers', 'a/1')).toBeUndefined()
  expect(kept.isRepeated('e/1')).toBe(false)
  expect(kept.urlOf('/v1/answers', '')).toBeUndefined()
  expect(kept.urlOf('/v1/answers', 'a/1')).toBe('/v1/answers/a%2F1?stream=true&after=e%2F1')
  expect(kept.urlOf('/v1/answers?key=k', 'a', true)).toBe('/v1/answers/a?key=k&stream=true')
})

test('an event that has come before is known, and so is one without an id after it', () => {
  const kept = createKeptAnswer('after')
  const known = ['', '1', '', '2', '1', '', '3', ''].map((id) => kept.isRepeated(id))
  expect(known).toEqual([false, false, false, false, true, true, false, false])
})

test('is not asked for again where nothing new had come, but from its start', () => {
  const kept = createKeptAnswer('after')
  for (const id of ['1', '2', '1']) kept.isRepeated(id)
  expect(kept.urlOf('/v1/answers', 'a')).toBeUndefined()
  expect(kept.urlOf('/v1/answers', 'a', true)).toBe('/v1/answers/a?stream=true')
  kept.isRepeated('3')
  expect(kept.urlOf('/v1/answers', 'a')).toBe('/v1/answers/a?stream=true&after=3')
})
