import { describe, expect, test } from 'vitest'
import { anthropic } from '../../src/protocols/anthropic.js'
import { call, message } from './conversation.js'
import { answering, receive, receiveData } from './receive.js'
import { start, stop, block, receiveBlocks } from './anthropic/anthropic-support.js'

describe('a block', () => {
  test('of thinking is sealed by its signature', () => {
    const thinking = (index: number, text: string, signature: string): object[] =>
      block(
        index,
        { type: 'thinking', thinking: '' },
        { type: 'thinking_delta', thinking: text.slice(0, 1) },
        { type: 'thinking_delta', thinking: text.slice(1) },
        { type: 'signature_delta', signature },
      )
    const { draft } = receiveBlocks(thinking(0, 'One', 'a'), thinking(1, 'Two', 'b'))
    expect(draft.snapshot().parts).toEqual([
      { type: 'reasoning', text: 'One', signature: 'a' },
      { type: 'reasoning', text: 'Two', signature: 'b' },
    ])
  })

  test('of thinking is not sealed by the signature of another', () => {
    const thinking = (index: number, ...deltas: object[]): object[] =>
      block(index, { type: 'thinking', thinking: 'Hm' }, ...deltas)
    const sealed = thinking(1, { type: 'signature_delta', signature: 's' })
    expect(receiveBlocks(thinking(0), sealed).draft.snapshot().parts).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'reasoning', text: 'Hm', signature: 's' },
    ])
  })

  test.each([
    [{ city: 'Paris' }, [], { city: 'Paris' }],
    [{ placeholder: true }, ['{"city":', '"Paris"}'], { city: 'Paris' }],
    [{}, [''], {}],
    [undefined, [], {}],
    [{}, ['{"city":"Par'], null],
  ])('of a call with the input %j and %j has the arguments %j', (input, pieces, args) => {
    const deltas = pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json }))
    const { draft } = receiveBlocks(
      block(0, { type: 'tool_use', id: 'x', name: 'f', input }, ...deltas),
    )
    expect(draft.snapshot().parts).toMatchObject([{ id: 'x', name: 'f', args }])
  })

  test('of a call that the limit of tokens has cut before its input has none', () => {
    const end = { type: 'message_delta', delta: { stop_reason: 'max_tokens' } }
    const cut = block(0, { type: 'tool_use', id: 'a', name: 'write', input: {} })
    const { draft } = receiveBlocks(cut, [end])
    expect(draft.snapshot().parts).toMatchObject([{ args: null, state: 'error' }])
  })

  test('of a tool that Anthropic runs gets its result, and is nobody else’s to run', () => {
    const content = [{ type: 'text', text: 'found' }]
    const { draft } = receiveBlocks(
      block(0, { type: 'mcp_tool_use', id: 'x', name: 'f', input: { a: 1 } }),
      block(1, { type: 'mcp_tool_result', tool_use_id: 'x', content }),
    )
    expect(draft.snapshot().parts).toMatchObject([
      { state: 'done', args: { a: 1 }, result: content, providerExecuted: true },
      { type: 'data', name: 'anthropic', data: { type: 'mcp_tool_result', tool_use_id: 'x' } },
    ])
  })

  test.each([
    ['mcp', { is_error: true, content: [{ type: 'text', text: 'No such city' }] }, 'No such city'],
    ['mcp', { is_error: true, content: 'No such town' }, 'No such town'],
    ['mcp', { is_error: true, content: [] }, 'The tool failed'],
    [
      'tool_search',
      { content: { error_code: 'invalid_tool_input', error_message: 'Bad pattern' } },
      'Bad pattern',
    ],
    [
      'web_search',
      { content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' } },
      'max_uses_exceeded',
    ],
  ])('of a tool that Anthropic runs may say that it failed: %s %j', (kind, result, error) => {
    const type = kind === 'mcp' ? 'mcp_tool_use' : 'server_tool_use'
    const { draft } = receiveBlocks(
      block(0, { type, id: 'x', name: 'f', input: {} }),
      block(1, { type: `${kind}_tool_result`, tool_use_id: 'x', ...result }),
    )
    expect(draft.snapshot().parts[0]).toMatchObject({
      state: 'error',
      error,
      result: result.content,
      providerExecuted: true,
    })
  })

  test('cites pages, documents and what a search of one’s own has found', () => {
    const cites = (citation: object): object => ({
      type: 'citations_delta',
      citation: { cited_text: 'x', ...citation },
    })
    const { draft } = receiveBlocks(
      block(
        0,
        { type: 'text', text: '', citations: [] },
        cites({ type: 'page_location', document_index: 0, document_title: 'Book' }),
        cites({ type: 'content_block_location', document_index: 1, document_title: null }),
        cites({ type: 'page_location', document_index: null, document_title: null }),
        cites({ type: 'search_result_location', source: 'https://a', title: 'A' }),
        cites({ type: 'web_search_result_location', url: 'https://b', title: null }),
      ),
    )
    expect(draft.snapshot().parts).toEqual([
      { type: 'source', title: 'Book', documentIndex: 0, citedText: 'x' },
      { type: 'source', documentIndex: 1, citedText: 'x' },
      { type: 'source', url: 'https://a', title: 'A', citedText: 'x' },
      { type: 'source', url: 'https://b', citedText: 'x' },
    ])
  })

  test('of another kind, and a delta to none, change nothing', () => {
    const delta = {
      type: 'content_block_delta',
      index: 9,
      delta: { type: 'input_json_delta', partial_json: '{' },
    }
    const { draft, errors } = receiveBlocks(block(0, { type: 'brand_new' }), [delta])
    expect([draft.snapshot().parts, errors]).toEqual([[], []])
  })
})

describe('the end', () => {
  const delta = { type: 'message_delta', delta: { stop_reason: 'end_turn' } }

  test('is message_stop: without it the reply was cut', () => {
    expect(receiveData(anthropic(), start, delta).ended).toBe('cut')
    expect(receiveData(anthropic(), start, delta, stop).ended).toBe('marker')
  })

  test('may bring usage in parts', () => {
    const usage = (usage: object): object => ({ ...delta, usage })
    const counts = [usage({ input_tokens: 5, output_tokens: 1 }), usage({ output_tokens: 9 })]
    expect(receiveData(anthropic(), start, ...counts, stop).draft.snapshot().usage).toEqual({
      inputTokens: 5,
      outputTokens: 9,
    })
  })

  test('names the container that code ran in', () => {
    const container = { id: 'c', expires_at: '2026-01-01T00:00:00Z' }
    const ran = { ...delta, delta: { stop_reason: 'end_turn', container } }
    expect(receiveData(anthropic(), start, ran, stop).draft.snapshot().metadata).toEqual({
      id: 'a',
      model: 'm',
      container,
    })
  })

  test.each([
    [{ explanation: 'No', category: 'cyber' }, 'No'],
    [{ explanation: null, category: 'cyber' }, 'cyber'],
  ])('may be a refusal, with its reason: %j', (reason, words) => {
    const stop_details = { type: 'refusal', ...reason }
    const refusal = { ...delta, delta: { stop_reason: 'refusal', stop_details } }
    expect(receiveData(anthropic(), start, refusal, stop).draft.snapshot()).toMatchObject({
      finishReason: 'content-filter',
      metadata: { refusal: words, id: 'a', model: 'm' },
    })
  })
})

test('events without a name, of unknown types, pings and [DONE] break nothing', () => {
  const text = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Hi' })
  const noise = [{ type: 'ping' }, { type: 'brand_new', delta: { text: 'x' } }, '[DONE]', 'null']
  expect(receiveData(anthropic(), start, ...noise, ...text, ...noise, stop)).toMatchObject({
    draft: { content: 'Hi' },
    ended: 'marker',
    errors: [],
  })
})

test('blocks and deltas of a type nobody knows say nothing', () => {
  const text = block(
    1,
    { type: 'text', text: '' },
    { type: 'brand_new_delta', text: 'No', thinking: 'No' },
    { type: 'text_delta', text: 'Hi' },
  )
  const { draft } = receiveBlocks(block(0, { type: 'brand_new', text: 'No' }), text)
  expect(draft.snapshot().parts).toEqual([{ type: 'text', text: 'Hi' }])
})

test('a message may have no id', () => {
  const content = [{ type: 'text', text: 'Hi' }]
  const { draft } = receiveData(anthropic(), { type: 'message', model: 'm', content })
  expect(draft.snapshot()).toMatchObject({ content: 'Hi', metadata: { model: 'm' } })
})

test('a result of what nobody has called is not kept', () => {
  const asked = message('assistant', '', [call('x', { providerExecuted: true })])
  const found = { type: 'web_search_tool_result', tool_use_id: 'y', content: [] }
  const { draft } = receiveData(answering([asked], anthropic()), start, ...block(0, found), stop)
  expect(draft.snapshot().parts).toEqual([])
})

test('a start without an id, as Kimi may repeat it, begins no other message', () => {
  const again = { type: 'message_start', message: { model: 'm' } }
  const { draft } = receiveBlocks(block(0, { type: 'text', text: 'Hello' }), [again])
  expect(draft.snapshot()).toMatchObject({ content: 'Hello', metadata: { id: 'a' } })
})

test('what a message that was begun anew had called has no result', () => {
  const anew = { type: 'message_start', message: { id: 'b' } }
  const search = block(0, { type: 'server_tool_use', id: 'x', name: 'f', input: {} })
  const found = { type: 'web_search_tool_result', tool_use_id: 'x', content: [] }
  const text = block(0, { type: 'text', text: 'Hi' })
  const { draft } = receiveBlocks(search, [anew], text, block(1, found))
  expect(draft.snapshot().parts).toEqual([{ type: 'text', text: 'Hi' }])
})

test('a delta of a block that a message begun anew has not begun writes to nothing', () => {
  const anew = { type: 'message_start', message: { id: 'b' } }
  const delta = { type: 'signature_delta', signature: 's' }
  const thought = block(0, { type: 'thinking', thinking: 'Hm' })
  const search = block(1, { type: 'server_tool_use', id: 'x', name: 'f', input: {} })
  const late = [0, 1].map((index) => ({ type: 'content_block_delta', index, delta }))
  const text = block(2, { type: 'text', text: 'Hi' })
  const { draft } = receiveBlocks(thought, search, [anew], late, text)
  expect(draft.snapshot()).toMatchObject({
    content: 'Hi',
    parts: [{ type: 'data' }, { type: 'data' }, { type: 'text', text: 'Hi' }],
  })
})

test('a broken event is reported, and the reply goes on', () => {
  const text = block(0, { type: 'text', text: 'Hi' })
  const { draft, ended, errors } = receiveData(anthropic(), start, '{"type":', ...text, stop)
  expect([draft.content, ended, errors[0]?.code]).toEqual(['Hi', 'marker', 'parse'])
})

test('an answer that does not stream is read whole', () => {
  const content = [
    { type: 'thinking', thinking: 'Hm', signature: 's' },
    { type: 'text', text: 'Hi', citations: [{ url: 'https://example.com', title: 'E' }] },
    { type: 'tool_use', id: 'x', name: 'f', input: { a: 1 } },
  ]
  const usage = { input_tokens: 1, output_tokens: 2 }
  const body = { type: 'message', id: 'm', content, stop_reason: 'tool_use', usage }
  const { draft, ended } = receive(anthropic(), 'json-seq', [JSON.stringify(body)])
  expect(ended).toBe('marker')
  expect(draft.snapshot()).toMatchObject({
    content: 'Hi',
    finishReason: 'tool-calls',
    usage: { inputTokens: 1, outputTokens: 2 },
    parts: [
      { type: 'reasoning', text: 'Hm', signature: 's' },
      { type: 'text', text: 'Hi' },
      { type: 'source', url: 'https://example.com', title: 'E' },
      { type: 'tool-call', args: { a: 1 } },
    ],
  })
})

test('a start that a proxy repeats takes nothing back', () => {
  const said = block(0, { type: 'text', text: 'Hi' })
  const { draft } = receiveData(anthropic(), start, ...said, start, stop)
  expect(draft.snapshot().content).toBe('Hi')
})
