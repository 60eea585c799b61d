import { expect, test } from 'vitest'
import { workersAi } from '../../src/protocols/workers-ai.js'
import { bodyOf, message } from './conversation.js'
import { receive, receiveData } from './receive.js'

test('a stream of OpenAI’s shape is read too', () => {
  const { draft, ended } = receiveData(
    workersAi(),
    { choices: [{ index: 0, delta: { reasoning_content: 'Hm' } }] },
    { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] },
    { response: '', usage: { prompt_tokens: 1, completion_tokens: 2 } },
    '[DONE]',
  )
  expect(draft.snapshot()).toMatchObject({
    content: 'Hi',
    finishReason: 'stop',
    usage: { inputTokens: 1, outputTokens: 2 },
  })
  expect(ended).toBe('marker')
})

test('calls may have ids, arguments as text, or none', () => {
  const { draft } = receiveData(workersAi(), {
    response: null,
    tool_calls: [
      { id: 'c1', name: 'a', arguments: '{"x":1}' },
      { id: 'c2', function: { name: 'b', arguments: { x: 2 } } },
      { name: 'c' },
    ],
  })
  expect(draft.snapshot().parts).toMatchObject([
    { id: 'c1', name: 'a', args: { x: 1 } },
    { id: 'c2', name: 'b', args: { x: 2 } },
    { id: 'call-3', name: 'c', args: {} },
  ])
})

test('calls may come in fragments, the last of which may be nothing', () => {
  const { draft, ended } = receiveData(
    workersAi(),
    {
      response: '',
      tool_calls: [{ id: 'c1', type: 'function', index: 0, function: { name: 'a' } }],
    },
    { tool_calls: [{ index: 0, function: { arguments: '{"x"' } }] },
    {
      tool_calls: [
        { id: 'c2', type: 'function', index: 1, function: { name: 'b', arguments: '' } },
      ],
    },
    { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
    { tool_calls: [{ id: null, type: null, index: 1, function: { name: null, arguments: '' } }] },
    { response: '', finish_reason: 'tool_calls' },
    '[DONE]',
  )
  expect(draft.snapshot()).toMatchObject({
    finishReason: 'tool-calls',
    parts: [
      { id: 'c1', name: 'a', args: { x: 1 } },
      { id: 'c2', name: 'b', args: {} },
    ],
  })
  expect(ended).toBe('marker')
})

test('calls without ids are told apart', () => {
  const calls = [
    { name: 'a', arguments: {} },
    { name: 'a', arguments: {} },
    { name: 'b', arguments: { x: 1 } },
  ]
  const { draft } = receiveData(workersAi(), { response: null, tool_calls: calls })
  expect(draft.snapshot().parts).toMatchObject([{ name: 'a' }, { name: 'a' }, { args: { x: 1 } }])
})

test('a response that is JSON is its text', () => {
  const answer = { result: { response: { city: 'Oslo' } }, success: true }
  const { draft } = receive(workersAi(), 'json-seq', [JSON.stringify(answer)])
  expect(draft.content).toBe('{"city":"Oslo"}')
})

test.each([
  [{ result: { response: 'Hi', usage: { prompt_tokens: 1 } }, success: true, errors: [] }],
  [{ response: 'Hi' }],
  [{ result: { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }, success: true }],
])('an answer that does not stream: %j', (answer) => {
  const { draft, ended } = receive(workersAi(), 'json-seq', [JSON.stringify(answer)])
  expect([draft.content, ended === 'cut']).toEqual(['Hi', false])
})

test.each([
  [{ success: false, errors: [{ code: 10_000, message: 'Authentication error' }] }],
  [{ errors: [{ message: 'Authentication error' }], result: null }],
  [{ error: 'Authentication error' }],
  [{ error: { message: 'Authentication error' } }],
])('an error is in its words: %j', (body) => {
  const { draft } = receiveData(workersAi(), { response: 'Par' }, body)
  expect(draft).toMatchObject({ content: 'Par', error: { message: 'Authentication error' } })
  expect(workersAi().errorMessage!(JSON.stringify(body), 403)).toBe('Authentication error')
})

test('an error may be an event of that name, and a heartbeat is none', () => {
  const stream =
    'event: ping\ndata: 1\n\ndata: {"response":"Par"}\n\nevent: error\ndata: Broken\n\n'
  const { draft, errors } = receive(workersAi(), 'sse', [stream])
  expect([draft.content, draft.error?.message, errors]).toEqual(['Par', 'Broken', []])
})

test('the marker may have space around it', () => {
  expect(receiveData(workersAi(), { response: 'Hi' }, '  [DONE] ').ended).toBe('marker')
})

test('an answer in JSON that is cut was cut', () => {
  expect(receive(workersAi(), 'json-seq', ['{"response":"H']).ended).toBe('cut')
})

test('without a marker it was cut, and what nobody knows changes nothing', () => {
  const { draft, ended, errors } = receiveData(workersAi(), { p: 'x' }, [], { response: 'Hi' })
  expect([draft.content, ended, errors]).toEqual(['Hi', 'cut', []])
})

test('an error that is no JSON has no words', () => {
  expect(workersAi().errorMessage!('<html>', 502)).toBeUndefined()
})

test('the request has OpenAI’s messages; the model is in the URL', () => {
  expect(bodyOf(workersAi(), [message('user', 'Hi')])).toEqual({
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
  })
})
