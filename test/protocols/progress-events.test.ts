import { describe, expect, test } from 'vitest'
import type { StreamError } from '../../src/errors.js'
import { progressEvents } from '../../src/protocols/progress-events.js'
import type { TaskUpdate } from '../../src/protocols/types.js'

function read(type: string, data: string): TaskUpdate | void {
  return progressEvents().reader().read({ type, data, lastEventId: '' })
}

test.each([
  ['progress', '{"percent":40}', 40],
  ['progress', '{"progress":40}', 40],
  ['progress', '40', 40],
  ['progress', '{"percent":0}', 0],
  ['progress', '{"percent":"40"}', 40],
  ['progress', '{"percent":"40%"}', 40],
  ['progress', '"40"', 40],
  ['progress', '{"percent":250}', 250],
  ['progress', '{"percent":40,"progress":0.4}', 40],
  ['progress', '{"percent":"soon"}', NaN],
  ['progress', '{"message":"Starting"}', NaN],
  ['message', '{"type":"progress","percent":40}', 40],
])('%s with %s is progress %s', (type, data, progress) => {
  expect(read(type, data)).toEqual({ progress })
})

test.each([['{"percent":null}'], ['{"progress":null}'], ['null']])(
  'progress with %s is work of which the server cannot say how far it is',
  (data) => {
    expect(read('progress', data)).toEqual({ progress: NaN, indeterminate: true })
  },
)

test('progress may name a stage', () => {
  const data = '{"percent":40,"stage":"Mixing"}'
  expect(read('progress', data)).toEqual({ progress: 40, stage: 'Mixing' })
})

test.each<[string, string, unknown]>([
  ['complete', '{"result":{"url":"/f.zip"}}', { url: '/f.zip' }],
  ['complete', '{"result":null,"took":3}', null],
  ['complete', '{"url":"/f.zip"}', { url: '/f.zip' }],
  ['complete', '42', 42],
  ['complete', '"text"', 'text'],
  ['complete', 'plain text', 'plain text'],
  ['complete', '', null],
  ['complete', '{ }', null],
  ['complete', '{"taskId": "a-1"}', null],
  ['message', '{"type":"complete"}', null],
  ['message', '{ "type": "complete", "taskId": "a-1" }', null],
  ['message', '{"type":"complete","url":"/f.zip"}', { type: 'complete', url: '/f.zip' }],
  ['complete', '[]', []],
  ['complete', '[{}]', [{}]],
  ['complete', '{"result":{}}', {}],
  ['message', '{"type":"complete","result":42}', 42],
  ['done', '{"result":42}', 42],
])('%s with %s has a result', (type, data, result) => {
  expect(read(type, data)).toEqual({ done: { result } })
})

test.each([
  ['error', '{"message":"Out of memory"}', 'Out of memory'],
  ['error', '{"error":"Out of memory"}', 'Out of memory'],
  ['error', '{"error":{"message":"Out of memory"}}', 'Out of memory'],
  ['error', 'Out of memory', 'Out of memory'],
  ['error', '"Out of memory"', 'Out of memory'],
  ['error', '', 'The server reported an error'],
  ['message', '{"type":"error","message":"Out of memory"}', 'Out of memory'],
])('%s with %s fails the task with the server’s words', (type, data, message) => {
  expect(read(type, data)).toMatchObject({ error: { code: 'protocol', message } })
})

test.each([
  ['message', 'still here'],
  ['message', '{"percent":40}'],
  ['message', '[]'],
  ['log', 'Loading the model'],
  ['ping', '{"broken'],
])('%s with %s changes nothing', (type, data) => {
  expect(read(type, data)).toBeUndefined()
})

describe('broken JSON', () => {
  test.each([
    ['progress', '{"percent":4'],
    ['progress', 'almost'],
    ['message', '{"type":"progress"'],
  ])('of %s, %s, is reported', (type, data) => {
    expect(() => read(type, data)).toThrow(
      expect.objectContaining<Partial<StreamError>>({ code: 'parse', body: data }),
    )
  })

  test('of complete fails the task: nothing comes after it', () => {
    expect(read('complete', '{"result":4')).toMatchObject({ error: { code: 'parse' } })
  })
})
