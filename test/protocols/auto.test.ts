import { describe, expect, test } from 'vitest'
import { auto } from '../../src/protocols/auto.js'
import { openaiChat } from '../../src/protocols/openai-chat.js'
import { text } from '../../src/protocols/text.js'
import { tutorial } from '../../src/protocols/tutorial.js'
import { receive, receiveData, sse } from './receive.js'

const azure = { choices: [], id: '', object: '', prompt_filter_results: [] }
const hello = { choices: [{ index: 0, delta: { content: 'Hello' } }] }
const stop = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }

test('asks as a chat does by default', () => {
  expect(auto().request).toBeUndefined()
  expect(auto().format).toBeUndefined()
})

test('plain text is text, whatever it looks like', () => {
  const { draft, ended } = receive(auto(), 'text', ['{"content":', '"x"}'])
  expect(draft.content).toBe('{"content":"x"}')
  expect(ended).toBe('unmarked')
})

describe('an OpenAI-compatible stream', () => {
  test.each([
    ['at once', [hello, stop]],
    ['with an empty list of choices first', [azure, hello, stop]],
    ['with a record of the backend first', [{ conversation: 7 }, hello, stop]],
    ['with a broken chunk first', ['{"choi', hello, stop]],
  ])('is known %s', (_name, data) => {
    expect(receiveData(auto(), ...data)).toMatchObject({
      draft: { content: 'Hello' },
      ended: 'complete',
    })
  })

  test('is known after a heartbeat, whatever that says', () => {
    const ping = 'event: ping\ndata: {"message":"still here"}\n\n'
    expect(receive(auto(), 'sse', [ping + sse(hello, stop)]).draft.content).toBe('Hello')
  })

  test.each([
    ['of vLLM', { object: 'error', message: 'Overloaded' }],
    ['of MiniMax', { base_resp: { status_code: 1004, status_msg: 'Overloaded' } }],
  ])('may be only an error in the shape %s', (_name, error) => {
    const { draft, ended } = receiveData(auto(), error)
    expect(ended).toBe('error')
    expect(draft.error?.message).toBe('Overloaded')
    expect(draft.content).toBe('')
  })

  test('is known by a chunk without choices, and cut if nothing follows', () => {
    const chunk = { object: 'chat.completion.chunk', model: 'm' }
    expect(receiveData(auto(), chunk).ended).toBe('cut')
  })

  test('may end in the error of MiniMax', () => {
    const error = { base_resp: { status_code: 1004, status_msg: 'Overloaded' } }
    const { draft, ended } = receiveData(auto(), hello, error)
    expect([draft.content, draft.error?.message, ended]).toEqual(['Hello', 'Overloaded', 'error'])
  })

  test('may be lines of JSON', () => {
    const lines = [hello, stop].map((each) => `${JSON.stringify(each)}\n`)
    expect(receive(auto(), 'ndjson', lines)).toMatchObject({
      draft: { content: 'Hello' },
      ended: 'complete',
    })
  })
})

describe('the tutorial’s stream', () => {
  test.each([
    ['text', [{ content: 'Hello' }], 'unmarked'],
    ['a marker only', ['[DONE]'], 'marker'],
    ['nothing', [], 'unmarked'],
    ['broken JSON', [{ content: 'Hello' }, '{"con'], 'cut'],
    ['an error', [{ error: 'Overloaded' }], 'error'],
  ])('may be %s', (_name, data, ended) => {
    expect(receiveData(auto(), ...data).ended).toBe(ended)
  })

  test('is still one where a later record has choices', () => {
    const data = [{ content: 'Pick: ' }, { content: 'a', choices: ['a', 'b'] }]
    expect(receiveData(auto(), ...data).draft.content).toBe('Pick: a')
  })

  test('may be raw text', () => {
    expect(receiveData(auto(), 'Hel', 'lo', '[DONE]')).toMatchObject({
      draft: { content: 'Hello' },
      ended: 'marker',
    })
  })
})

describe('the words in an HTTP error', () => {
  test.each([auto, tutorial, openaiChat])('are read by %o', (protocol) => {
    const words = (body: string): string | undefined => protocol().errorMessage?.(body, 400)
    expect(words('{"error":{"message":"No such model","code":404}}')).toBe('No such model')
    expect(words('{"error":"No such model"}')).toBe('No such model')
    expect(words('{"message":"No such model"}')).toBe('No such model')
    expect(words('{"detail":"No such model"}')).toBe('No such model')
    expect(words('{"base_resp":{"status_msg":"No such model"}}')).toBe('No such model')
    expect(words('{"detail":[{"loc":["body"],"msg":"Field required"}]}')).toBe('Field required')
    expect(words('{"errors":[{"code":7000,"message":"No such model"}]}')).toBe('No such model')
    expect(words('"No such model"')).toBe('No such model')
    expect(words('[{"error":{"message":"No such model","code":404}}]')).toBe('No such model')
  })

  test.each(['', '<h1>Bad gateway</h1>', 'null', '{}', '[]', '{"error":{}}', '{"error":null}'])(
    'are not in %j',
    (body) => {
      expect(auto().errorMessage?.(body, 500)).toBeUndefined()
    },
  )

  test('are none of plain text’s business', () => {
    expect(text().errorMessage).toBeUndefined()
  })
})
