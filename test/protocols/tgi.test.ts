import { expect, test } from 'vitest'
import { tgi } from '../../src/protocols/tgi.js'
import { bodyOf, message } from './conversation.js'
import { receive, receiveData } from './receive.js'

test.each([
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
])('%s', (raw, finishReason) => {
  const details = { finish_reason: raw, generated_tokens: 1, input_length: 4 }
  const { draft, ended } = receiveData(
    tgi(),
    { token: { text: 'Hi', special: false }, generated_text: null, details: null },
    { token: { text: '</s>', special: true }, generated_text: 'Hi', details },
  )
  expect(draft.snapshot()).toMatchObject({
    content: 'Hi',
    finishReason,
    rawFinishReason: raw,
    usage: { inputTokens: 4, outputTokens: 1 },
  })
  expect(ended).toBe('marker')
})

test('details may be left out', () => {
  const { draft, ended } = receiveData(
    tgi(),
    { token: { text: 'H', special: false }, generated_text: null },
    { token: { text: 'i', special: false }, generated_text: 'Hi' },
  )
  expect([draft.content, ended]).toEqual(['Hi', 'marker'])
})

test.each([[{ generated_text: 'Hi' }], [[{ generated_text: 'Hi' }]]])(
  'an answer that does not stream: %j',
  (answer) => {
    const { draft, ended } = receive(tgi(), 'json-seq', [JSON.stringify(answer)])
    expect([draft.content, ended]).toEqual(['Hi', 'marker'])
  },
)

test('without the whole text at its end it was cut', () => {
  expect(receiveData(tgi(), { token: { text: 'Hi', special: false } }).ended).toBe('cut')
})

test.each([
  'data:{"error":"Overloaded","error_type":"overloaded"}\n\n',
  'event:error\ndata:{"error":"Overloaded","error_type":"overloaded"}\n\n',
  'event:error\ndata:Overloaded\n\n',
])('an error keeps the text: %j', (error) => {
  const { draft, ended } = receive(tgi(), 'sse', ['data:{"token":{"text":"Par"}}\n\n', error])
  expect([draft.content, ended, draft.error?.message]).toEqual(['Par', 'error', 'Overloaded'])
})

test('the request is a prompt', () => {
  const history = [message('system', 'Be brief'), message('user', 'Hi')]
  expect(bodyOf(tgi({ parameters: { max_new_tokens: 9 } }), history)).toEqual({
    inputs: 'System: Be brief\nUser: Hi\nAssistant:',
    parameters: { details: true, max_new_tokens: 9 },
    stream: true,
  })
  const developer = { ...message('system', 'Be kind'), role: 'developer' as 'system' }
  expect(bodyOf(tgi(), [developer])['inputs']).toBe('developer: Be kind\nAssistant:')
  const prompt = (): string => '<s>Hi'
  expect(bodyOf(tgi({ prompt }), history)['inputs']).toBe('<s>Hi')
})
