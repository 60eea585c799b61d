import { describe, expect, test } from 'vitest'
import { geminiInteractions } from '../../../src/protocols/gemini-interactions.js'
import { answered, bodyOf, message } from '../conversation.js'
import { completed, step, receiveEvents } from './gemini-interactions-support.js'

describe('a tool that Google runs', () => {
  const searched = [
    ...step(
      0,
      { type: 'google_search_call', id: 's', arguments: {} },
      { type: 'google_search_call', arguments: { queries: ['x'] }, signature: 'a' },
    ),
    ...step(
      1,
      { type: 'google_search_result', call_id: 's' },
      { type: 'google_search_result', result: [{ url: 'https://a', title: 'A' }] },
      { type: 'google_search_result', signature: 'b' },
    ),
  ]
  const failed = [
    ...step(2, {
      type: 'mcp_server_tool_call',
      id: 't',
      name: 'f',
      server_name: 'n',
      arguments: {},
    }),
    ...step(3, { type: 'mcp_server_tool_result', call_id: 't', result: 'No', is_error: true }),
  ]

  test('is a call, and what it gave its result', () => {
    expect(receiveEvents(...searched, ...failed, completed()).draft.snapshot()).toMatchObject({
      finishReason: 'stop',
      parts: [
        {
          type: 'tool-call',
          id: 's',
          name: 'google_search',
          args: { queries: ['x'] },
          state: 'done',
          result: [{ url: 'https://a' }],
          providerExecuted: true,
        },
        { type: 'data', name: 'geminiInteractions' },
        { type: 'source', url: 'https://a', title: 'A' },
        { id: 't', name: 'f', state: 'error', error: 'No', result: 'No' },
        { type: 'data', name: 'geminiInteractions' },
      ],
    })
  })

  test('goes back in its place, with what it gave', () => {
    const asked = step(4, { type: 'function_call', id: 'x', name: 'weather', arguments: {} })
    const images = [
      ...step(5, { type: 'google_maps_call', id: 'm', arguments: {} }),
      ...step(6, { type: 'google_maps_result', call_id: 'm', result: [] }),
      ...step(7, { type: 'model_output' }, { type: 'image', data: 'AA==' }),
    ]
    const { parts } = receiveEvents(
      ...searched,
      ...failed,
      ...asked,
      ...images,
      completed(),
    ).draft.snapshot()
    const reply = message('assistant', '', answered(parts, 'rain'))
    expect(bodyOf(geminiInteractions(), [reply])).toEqual({
      stream: true,
      input: [
        { type: 'google_search_call', id: 's', arguments: { queries: ['x'] }, signature: 'a' },
        {
          type: 'google_search_result',
          call_id: 's',
          result: [{ url: 'https://a', title: 'A' }],
          signature: 'b',
        },
        { type: 'mcp_server_tool_call', id: 't', name: 'f', server_name: 'n', arguments: {} },
        { type: 'mcp_server_tool_result', call_id: 't', result: 'No', is_error: true },
        { type: 'function_call', id: 'x', name: 'weather', arguments: {} },
        { type: 'google_maps_call', id: 'm', arguments: {} },
        { type: 'google_maps_result', call_id: 'm', result: [] },
        {
          type: 'model_output',
          content: [{ type: 'image', mime_type: 'image/png', data: 'AA==' }],
        },
        { type: 'function_result', call_id: 'x', name: 'weather', result: 'rain' },
      ],
    })
  })

  test('is left out where it was stopped, and so is a reply that says nothing else', () => {
    const call = step(0, { type: 'url_context_call', id: 'u', arguments: {} })
    const thought = step(1, { type: 'thought', signature: 's' })
    const space = step(2, { type: 'model_output' }, { type: 'text', text: '\n' })
    const { parts } = receiveEvents(...call, ...thought, ...space).draft.snapshot()
    expect(parts).toHaveLength(3)
    expect(bodyOf(geminiInteractions(), [message('assistant', '\n', parts)])).toEqual({
      stream: true,
      input: [],
    })
  })

  test('may have no id: each such step is a call of its own', () => {
    const searches = [0, 1].flatMap((index) => step(index, { type: 'google_search_call' }))
    const { parts } = receiveEvents(...searches, completed()).draft.snapshot()
    expect(parts).toMatchObject([{ name: 'google_search' }, { name: 'google_search' }])
  })

  test('may be told its id late, and give nothing, as code without output does', () => {
    const type = 'code_execution_call'
    const call = step(0, { type }, { type, id: 'c', arguments: { code: 'x = 1' } })
    const result = step(1, { type: 'code_execution_result', call_id: 'c', result: '' })
    const { parts } = receiveEvents(...call, ...result, completed()).draft.snapshot()
    expect(parts).toMatchObject([{ id: 'c', state: 'done', result: '' }, { type: 'data' }])
    const sent = bodyOf(geminiInteractions(), [message('assistant', '', [...parts])])
    expect(sent).toMatchObject({
      input: [
        { type, id: 'c', arguments: { code: 'x = 1' } },
        { type: 'code_execution_result', call_id: 'c', result: '' },
      ],
    })
  })

  test('says nothing where its call is not of this reply', () => {
    const result = { type: 'code_execution_result', call_id: 'x', result: '1' }
    expect(receiveEvents(...step(0, result), completed()).draft.snapshot().parts).toEqual([])
  })
})
