import { expect, test } from 'vitest'
import { geminiInteractions } from '../../../src/protocols/gemini-interactions.js'
import { bodyOf, call, conversation, image, linkedImage, message } from '../conversation.js'
import { completed, step, receiveEvents } from './gemini-interactions-support.js'

test('the request is a list of steps', () => {
  const call = (id: string, args: object = { city: 'Paris' }): object => ({
    type: 'function_call',
    id,
    name: 'weather',
    arguments: args,
  })
  const result = (call_id: string, result: string): object => ({
    type: 'function_result',
    call_id,
    name: 'weather',
    result,
  })
  expect(bodyOf(geminiInteractions({ model: 'm' }), conversation)).toEqual({
    model: 'm',
    stream: true,
    system_instruction: 'Be brief.',
    input: [
      {
        type: 'user_input',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', mime_type: 'image/png', data: 'iVBORw==' },
        ],
      },
      { type: 'model_output', content: [{ type: 'text', text: 'Let me see.' }] },
      { ...call('c1'), signature: 'seal' },
      call('c2', {}),
      result('c1', '{"celsius":20}'),
      { ...result('c2', 'No JSON'), is_error: true },
      { type: 'model_output', content: [{ type: 'text', text: 'It is warm.' }] },
      call('c3'),
      result('c3', 'rain'),
      { type: 'user_input', content: [{ type: 'text', text: 'Thanks' }] },
    ],
  })
})

test('the signature of a thought goes back in its place', () => {
  const thought = (signature: string): object[] =>
    step(0, { type: 'thought' }, { type: 'thought_signature', signature })
  const { draft } = receiveEvents(
    ...thought('a'),
    ...step(1, { type: 'model_output' }, { type: 'text', text: 'Let me see.' }),
    ...step(2, { type: 'thought', signature: 'b', summary: [{ type: 'text', text: 'Hm' }] }),
    ...step(3, { type: 'function_call', id: 'x', name: 'f', arguments: {}, signature: '' }),
    completed({ status: 'requires_action' }),
  )
  const parts = draft
    .snapshot()
    .parts.map((part) => (part.type === 'tool-call' ? call(part.id, { name: 'f' }) : part))
  expect(parts).toMatchObject([
    { type: 'data', name: 'geminiInteractions' },
    { type: 'text' },
    { type: 'reasoning', text: 'Hm' },
    { type: 'data' },
    { type: 'tool-call' },
  ])
  expect(bodyOf(geminiInteractions(), [message('assistant', 'Let me see.', parts)])).toMatchObject({
    input: [
      { type: 'thought', signature: 'a' },
      { type: 'model_output', content: [{ type: 'text', text: 'Let me see.' }] },
      { type: 'thought', signature: 'b' },
      { type: 'function_call', id: 'x' },
      { type: 'function_result', call_id: 'x' },
    ],
  })
})

test('a role nobody knows is not the model’s', () => {
  const developer = { ...message('user', 'Be brief'), role: 'developer' as 'user' }
  expect(bodyOf(geminiInteractions(), [developer])).toMatchObject({
    input: [{ type: 'user_input' }],
  })
})

test('a file goes back if it is an image that Gemini has made', () => {
  const providerMetadata = { geminiInteractions: {} }
  const audio = { type: 'file', mediaType: 'audio/wav', data: 'AA==', providerMetadata } as const
  const said = { type: 'text', text: 'Hi' } as const
  const reply = message('assistant', 'Hi', [image, audio, said])
  expect(bodyOf(geminiInteractions(), [reply])['input']).toEqual([
    { type: 'model_output', content: [{ type: 'text', text: 'Hi' }] },
  ])
})

test('a file that is on the web is sent by its address', () => {
  expect(bodyOf(geminiInteractions(), [message('user', '', [linkedImage])])['input']).toEqual([
    {
      type: 'user_input',
      content: [{ type: 'image', mime_type: 'image/png', uri: 'https://example.com/a.png' }],
    },
  ])
})
