import { expect, test } from 'vitest'
import { cohere } from '../../src/protocols/cohere.js'
import { bodyOf, conversation, image, message, pdf } from './conversation.js'
import { receive, receiveData } from './receive.js'

function event(type: string, message: object, index = 0): object {
  return { type, index, delta: { message } }
}

const end = { type: 'message-end', delta: { finish_reason: 'COMPLETE' } }

test('thinking and plans are reasoning', () => {
  const { draft } = receiveData(
    cohere(),
    event('content-delta', { content: { thinking: 'Hm. ' } }),
    event('tool-plan-delta', { tool_plan: 'I search.' }),
    event('content-delta', { content: { text: 'Yes' } }, 1),
    end,
  )
  expect(draft.snapshot().parts).toEqual([
    { type: 'reasoning', text: 'Hm. I search.' },
    { type: 'text', text: 'Yes' },
  ])
})

test('calls whose pieces interleave are told apart by their index', () => {
  const start = (index: number, id: string): object =>
    event('tool-call-start', { tool_calls: { id, function: { name: 'f', arguments: '' } } }, index)
  const piece = (index: number, args: string): object =>
    event('tool-call-delta', { tool_calls: { function: { arguments: args } } }, index)
  const pieces = [piece(0, '{"a"'), piece(1, '{"b"'), piece(0, ':0}'), piece(1, ':1}')]
  const { draft } = receiveData(cohere(), start(0, 'x'), start(1, 'y'), ...pieces, end)
  expect(draft.snapshot().parts).toMatchObject([
    { id: 'x', args: { a: 0 } },
    { id: 'y', args: { b: 1 } },
  ])
})

test('a call may lack an id', () => {
  const start = { function: { name: 'f', arguments: '{"a":1}' } }
  const { draft } = receiveData(cohere(), event('tool-call-start', { tool_calls: start }), end)
  expect(draft.snapshot().parts).toMatchObject([{ name: 'f', args: { a: 1 } }])
})

test('each document that is cited is a source, once', () => {
  const cite = (sources: object[]): object => event('citation-start', { citations: { sources } })
  const document = (id: string, more: object = {}): object => ({
    type: 'document',
    id,
    document: { title: id.toUpperCase(), ...more },
  })
  const { draft } = receiveData(
    cohere(),
    cite([document('a'), document('b', { url: 'https://b' })]),
    cite([document('a'), { type: 'tool', id: 'search:0', tool_output: {} }]),
    cite([{ type: 'tool', id: 's:1', tool_output: { url: 'https://c', title: 'C' } }]),
    end,
  )
  expect(draft.snapshot().parts).toMatchObject([
    { documentId: 'a', title: 'A' },
    { documentId: 'b', title: 'B', url: 'https://b' },
    { documentId: 'search:0' },
    { documentId: 's:1', title: 'C', url: 'https://c' },
  ])
})

test.each([
  [{ tokens: { input_tokens: 9, output_tokens: 8 }, billed_units: { input_tokens: 1 } }, 9, 8],
  [{ billed_units: { input_tokens: 1, output_tokens: 2 } }, 1, 2],
])('usage %j', (usage, inputTokens, outputTokens) => {
  const { draft } = receiveData(cohere(), { ...end, delta: { ...end.delta, usage } })
  expect(draft.snapshot().usage).toEqual({ inputTokens, outputTokens })
})

test('the end is message-end: without it the reply was cut', () => {
  const noise = [{ type: 'debug', prompt: 'x' }, event('brand-new', {}), '[DONE]']
  expect(receiveData(cohere(), ...noise)).toMatchObject({ ended: 'cut', errors: [] })
  expect(receiveData(cohere(), ...noise, end).ended).toBe('marker')
  expect(receiveData(cohere(), { type: 'message-end' }).ended).toBe('marker')
})

test('the end may be an error', () => {
  const failed = { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'Overloaded' } }
  const { draft, ended } = receiveData(cohere(), failed)
  expect([draft.finishReason, ended, draft.error?.message]).toEqual([
    'error',
    'error',
    'Overloaded',
  ])
})

test('an answer that is only words is an error', () => {
  const body = '{"id":"1","message":"invalid api token"}'
  const { draft, ended } = receive(cohere(), 'json-seq', [body])
  expect([ended, draft.error?.message]).toEqual(['error', 'invalid api token'])
})

test('an answer that does not stream is read whole', () => {
  const message = {
    content: [{ type: 'text', text: 'Hi' }],
    tool_calls: [
      { id: 'x', function: { name: 'f', arguments: '{}' } },
      { id: 'y', function: { name: 'g', arguments: '{"a":1}' } },
    ],
  }
  const body = { id: '1', finish_reason: 'TOOL_CALL', message }
  const { draft, ended } = receive(cohere(), 'json-seq', [JSON.stringify(body)])
  expect(ended).toBe('marker')
  expect(draft.snapshot()).toMatchObject({
    content: 'Hi',
    finishReason: 'tool-calls',
    parts: [{ type: 'text' }, { id: 'x', args: {} }, { id: 'y', args: { a: 1 } }],
  })
})

test('what a reply says is its plan before calls, and its content without', () => {
  const sent = bodyOf(cohere(), [...conversation, message('assistant', 'Welcome')])
  expect(sent).toMatchObject({ stream: true })
  const replies = (sent['messages'] as { role: string }[]).filter(
    ({ role }) => role === 'assistant',
  )
  expect(replies.map((reply) => ({ ...reply, tool_calls: undefined }))).toEqual([
    { role: 'assistant', tool_plan: 'HmLet me see.' },
    { role: 'assistant', tool_plan: 'It is warm.' },
    { role: 'assistant', content: 'Welcome' },
  ])
})

test('an image is sent, and another file fails the turn', () => {
  expect(bodyOf(cohere(), [message('user', 'Look', [image])])).toMatchObject({
    messages: [{ content: [{ type: 'text', text: 'Look' }, { type: 'image_url' }] }],
  })
  const refused = expect.objectContaining({ code: 'invalid-option' }) as Error
  expect(() => bodyOf(cohere(), [message('user', 'Look', [pdf])])).toThrow(refused)
})
