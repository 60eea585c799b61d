import { describe, expect, test } from 'vitest'
import type { MessagePart } from '../../src/protocols/message/message.js'
import { ollama } from '../../src/protocols/ollama.js'
import { bodyOf, conversation, image, linkedImage, message, pdf } from './conversation.js'
import { receive, type Received } from './receive.js'

function receiveLines(...lines: (object | string)[]): Received {
  const written = lines.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
  return receive(ollama(), 'ndjson', [`${written.join('\n')}\n`])
}

const done = { done: true, done_reason: 'stop' }

test('the request has images and calls as Ollama has them', () => {
  const tool_calls = [{ function: { name: 'weather', arguments: { city: 'Paris' } } }]
  const answer = { role: 'tool', tool_name: 'weather' }
  expect(bodyOf(ollama({ model: 'qwen3' }), conversation)).toEqual({
    model: 'qwen3',
    stream: true,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Look', images: ['iVBORw=='] },
      {
        role: 'assistant',
        content: 'Let me see.',
        thinking: 'Hm',
        tool_calls: [...tool_calls, { function: { name: 'weather', arguments: {} } }],
      },
      { ...answer, content: '{"celsius":20}' },
      { ...answer, content: 'No JSON' },
      { role: 'assistant', content: 'It is warm.', tool_calls },
      { ...answer, content: 'rain' },
      { role: 'user', content: 'Thanks' },
    ],
  })
})

test('files of all kinds are sent, and one that is elsewhere fails the turn', () => {
  const sound: MessagePart = { type: 'file', mediaType: 'audio/wav', data: 'UklGRg==' }
  expect(bodyOf(ollama(), [message('user', 'Listen', [sound, pdf, image])])).toMatchObject({
    messages: [{ role: 'user', content: 'Listen', images: ['UklGRg==', 'JVBERi0=', 'iVBORw=='] }],
  })
  const refused = expect.objectContaining({ code: 'invalid-option' }) as Error
  expect(() => bodyOf(ollama(), [message('user', 'Look', [linkedImage])])).toThrow(refused)
})

test('thinking is reasoning, of a message and of /api/generate', () => {
  const { draft } = receiveLines(
    { message: { thinking: 'Hm, ', content: '' }, done: false },
    { thinking: 'so', response: '', done: false },
    { response: 'Yes', done: true },
  )
  expect(draft.snapshot().parts).toEqual([
    { type: 'reasoning', text: 'Hm, so' },
    { type: 'text', text: 'Yes' },
  ])
})

test('images are files, of a message and of /api/generate', () => {
  const { draft, errors } = receiveLines(
    { completed: 1, total: 4, done: false },
    { message: { content: '', images: ['AA=='] }, done: false },
    { image: 'AAAA', done: true },
  )
  const png = { type: 'file', mediaType: 'image/png' }
  expect(draft.snapshot().parts).toEqual([
    { ...png, data: 'AA==' },
    { ...png, data: 'AAAA' },
  ])
  expect(errors).toEqual([])
})

describe('the end', () => {
  test('is a line that is done: without it the reply was cut', () => {
    const line = { message: { content: 'Hi' }, done: false }
    expect(receiveLines(line).ended).toBe('cut')
    expect(receiveLines(line, done).ended).toBe('marker')
  })

  test.each([
    [{ ...done, done_reason: 'length' }, 'length'],
    [{ ...done, done_reason: 'unload' }, 'other'],
    [{ done: true }, undefined],
    [{ ...done, message: { tool_calls: [{ function: { name: 'f' } }] } }, 'tool-calls'],
  ])('%j is for the reason %s', (line, reason) => {
    expect(receiveLines(line).draft.snapshot().finishReason).toBe(reason)
  })

  test.each([
    [
      { prompt_eval_count: 0, eval_count: 5 },
      { inputTokens: 0, outputTokens: 5 },
    ],
    [{ eval_count: 5 }, { inputTokens: undefined, outputTokens: 5 }],
    [{}, undefined],
  ])('with the counts %j has the usage %j', (counts, usage) => {
    expect(receiveLines({ ...done, ...counts }).draft.snapshot().usage).toEqual(usage)
  })
})

test('images are files, and arguments may be text', () => {
  const call = { function: { name: 'f', arguments: '{"a":1}' } }
  const { draft } = receiveLines({ message: { images: ['AA=='], tool_calls: [call] } }, done)
  expect(draft.snapshot().parts).toMatchObject([
    { type: 'tool-call', args: { a: 1 } },
    { type: 'file', mediaType: 'image/png', data: 'AA==' },
  ])
})

test('a broken line is reported, and the reply goes on', () => {
  const { draft, ended, errors } = receiveLines('{"mess', { message: { content: 'Hi' } }, done)
  expect([draft.content, ended, errors[0]?.code]).toEqual(['Hi', 'marker', 'parse'])
})

test('an answer that does not stream is read whole, and so is an error', () => {
  const body = { message: { content: 'Hi', thinking: 'Hm' }, ...done }
  expect(receive(ollama(), 'json-seq', [JSON.stringify(body)])).toMatchObject({
    draft: { content: 'Hi' },
    ended: 'marker',
  })
  const { draft } = receive(ollama(), 'json-seq', ['{"error":"model not found"}'])
  expect(draft.error?.message).toBe('model not found')
})
