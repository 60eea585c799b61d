import { expect, test } from 'vitest'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { answered, bodyOf, message } from '../conversation.js'
import { type Received, receive, receiveData } from '../receive.js'

function receiveCalls(reason: string | null, ...deltas: object[][]): Received {
  const chunks = deltas.map((calls) => ({ choices: [{ index: 0, delta: { tool_calls: calls } }] }))
  return receiveData(
    openaiChat(),
    ...chunks,
    { choices: [{ index: 0, delta: {}, finish_reason: reason }] },
    '[DONE]',
  )
}

const query = 'select "a"\nfrom 😀'
const begun = { index: 0, id: 'c1', type: 'custom', custom: { name: 'sql', input: '' } }
const piece = (input: string, index = 0): object => ({ index, custom: { input } })
const pieces = [[begun], [piece('select "')], [piece('a"\nfrom \ud83d')], [piece('\ude00')]]

test('the input of a custom tool may be any text', () => {
  const { draft } = receiveCalls('tool_calls', ...pieces)
  expect(draft.snapshot()).toMatchObject({
    parts: [{ id: 'c1', name: 'sql', args: query, state: 'ready' }],
    finishReason: 'tool-calls',
  })
})

test('it is there as far as it has come', () => {
  const chunks = pieces.map((tool_calls) => ({ choices: [{ delta: { tool_calls } }] }))
  const reader = receiveData(openaiChat(), ...chunks.slice(0, 3))
  expect(reader.draft.snapshot().parts).toMatchObject([
    { argsText: String.raw`"select \"a\"\nfrom \ud83d` },
  ])
})

test('the input of several tools may alternate, and stand beside arguments', () => {
  const { draft } = receiveCalls(
    'stop',
    [begun, { ...begun, index: 1, id: 'c2' }],
    [piece('one'), piece('two', 1)],
    [piece('!'), { index: 2, id: 'c3', custom: {}, function: { name: 'f', arguments: '{"a"' } }],
    [{ index: 2, custom: { name: '', input: '' }, function: { arguments: ':1}' } }],
  )
  expect(draft.snapshot().parts).toMatchObject([
    { id: 'c1', args: 'one!' },
    { id: 'c2', args: 'two' },
    { id: 'c3', name: 'f', args: { a: 1 } },
  ])
})

test('input that a limit has cut is not given to the tool', () => {
  const { draft } = receiveCalls('length', ...pieces)
  expect(draft.snapshot().parts).toMatchObject([{ args: null, state: 'error' }])
})

test('an answer that does not stream has the whole input', () => {
  const call = { id: 'c1', type: 'custom', custom: { name: 'sql', input: query } }
  const other = { ...call, id: 'c2' }
  const choice = {
    message: { content: null, tool_calls: [call, other] },
    finish_reason: 'tool_calls',
  }
  const { draft } = receive(openaiChat(), 'json-seq', [JSON.stringify({ choices: [choice] })])
  const { parts } = draft.snapshot()
  expect(parts).toMatchObject([{ args: query }, { args: query }])
  const { messages } = bodyOf(openaiChat(), [message('assistant', '', answered(parts, 'one row'))])
  expect(messages).toEqual([
    { role: 'assistant', content: null, tool_calls: [call, other] },
    { role: 'tool', tool_call_id: 'c1', content: 'one row' },
    { role: 'tool', tool_call_id: 'c2', content: 'one row' },
  ])
})
