import { describe, expect, test } from 'vitest'
import { event, completed, receiveEvents } from './openai-responses-support.js'

const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '' }

describe('a tool call', () => {
  const added = event('output_item.added', { output_index: 1, item: call })
  const whole = { ...call, arguments: '{"a":1}' }
  const delta = (text: string): object =>
    event('function_call_arguments.delta', { output_index: 1, item_id: 'any', delta: text })

  test.each([
    ['in deltas', [added, delta('{"a"'), delta(':1}')]],
    [
      'in deltas, and repeated',
      [
        added,
        delta('{"a":1}'),
        event('function_call_arguments.done', { output_index: 1, arguments: '{"a":1}' }),
        event('output_item.done', { output_index: 1, item: whole }),
      ],
    ],
    [
      'when done',
      [added, event('function_call_arguments.done', { output_index: 1, arguments: '{"a":1}' })],
    ],
    [
      'in the item that is done',
      [added, event('output_item.done', { output_index: 1, item: whole })],
    ],
    [
      'in an item of which nothing came before',
      [event('output_item.done', { output_index: 1, item: whole })],
    ],
    [
      'in the response that is complete',
      [event('output_item.added', { output_index: 0, item: call })],
    ],
  ])('has its arguments %s', (_name, events) => {
    const { draft } = receiveEvents(...events, completed({ output: [whole] }))
    expect(draft.snapshot()).toMatchObject({
      finishReason: 'tool-calls',
      rawFinishReason: 'completed',
      parts: [{ id: 'call_1', name: 'f', args: { a: 1 }, state: 'ready' }],
    })
    expect(draft.snapshot().parts).toHaveLength(1)
  })

  test('has its arguments shown as they come', () => {
    const { draft } = receiveEvents(added, delta('{"a":'), delta('1'))
    expect(draft.snapshot().parts).toMatchObject([{ id: 'call_1', argsText: '{"a":1' }])
  })

  test('is told from others by its id where all have one index', () => {
    const at = (type: string, more: object): object => event(type, { output_index: 0, ...more })
    const other = { ...call, call_id: 'call_2', name: 'g' }
    const { draft } = receiveEvents(
      at('output_item.added', { item: call }),
      at('function_call_arguments.delta', { delta: '{"a":1}' }),
      at('output_item.done', { item: whole }),
      at('output_item.added', { item: other }),
      at('output_item.done', { item: { ...other, arguments: '{"b":2}' } }),
      completed({ output: [whole, { ...other, arguments: '{"b":2}' }] }),
    )
    expect(draft.snapshot().parts).toMatchObject([
      { id: 'call_1', name: 'f', args: { a: 1 } },
      { id: 'call_2', name: 'g', args: { b: 2 } },
    ])
  })

  test('of a custom tool has any text as its input', () => {
    const item = { type: 'custom_tool_call', call_id: 'x', name: 'sql', input: 'select "a"' }
    const { draft } = receiveEvents(
      event('output_item.done', { output_index: 0, item }),
      completed(),
    )
    expect(draft.snapshot().parts).toMatchObject([{ name: 'sql', args: 'select "a"' }])
  })
})
