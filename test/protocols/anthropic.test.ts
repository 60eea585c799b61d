import { describe, expect, test } from 'vitest'
import { anthropic } from '../../src/protocols/anthropic.js'
import type { ChatTurn } from '../../src/protocols/types.js'
import { bodyOf, call, conversation, linkedImage, message, pdf } from './tool-conversation.js'
import { receive, receiveData, type Received } from './receive.js'

const start = {
  type: 'message_start',
  message: { id: 'a', model: 'm', usage: { input_tokens: 3 } },
}
const stop = { type: 'message_stop' }

interface Ids {
  id?: string
  tool_use_id?: string
}

function block(index: number, content_block: object, ...deltas: object[]): object[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function receiveBlocks(...blocks: object[][]): Received {
  return receiveData(anthropic(), start, ...blocks.flat(), stop)
}

describe('the request', () => {
  test('has what the API requires', () => {
    const { headers, body } = anthropic().request!({ messages: [message('user', 'Hi')] })
    expect(headers).toEqual({ 'anthropic-version': '2023-06-01' })
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      max_tokens: 4096,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: true,
    })
    const options = { model: 'claude', maxTokens: 10 }
    expect(bodyOf(anthropic(options), [])).toMatchObject({ model: 'claude', max_tokens: 10 })
  })

  test('has of a text nothing but the text', () => {
    const said = {
      type: 'text',
      text: 'Hi',
      providerMetadata: { openai: { itemId: 'm' } },
    } as const
    const { messages } = bodyOf(anthropic(), [message('user', 'Hi', [said])]) as ChatTurn
    expect(messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
  })

  test('answers tool calls in the user’s next message, and gives back what was signed', () => {
    expect(bodyOf(anthropic(), conversation)).toMatchObject({
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'image',
              source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' },
            },
            { type: 'text', text: 'Look' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 'sig' },
            { type: 'text', text: 'Let me see.' },
            { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Paris' } },
            { type: 'tool_use', id: 'c2', name: 'weather', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', content: '{"celsius":20}' },
            { type: 'tool_result', tool_use_id: 'c2', content: 'No JSON', is_error: true },
          ],
        },
        {
          role: 'assistant',
          content: [{ text: 'It is warm.' }, { type: 'tool_use', id: 'c3' }],
        },
        { role: 'user', content: [{ tool_use_id: 'c3', content: 'rain' }] },
        { role: 'user', content: [{ type: 'text', text: 'Thanks' }] },
      ],
    })
  })

  test('has files by their address or in themselves', () => {
    expect(bodyOf(anthropic(), [message('user', '', [linkedImage, pdf])])).toMatchObject({
      messages: [
        {
          content: [
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            },
          ],
        },
      ],
    })
  })

  test('has text as text: of files in themselves, the API takes PDFs and images', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'Grüße' }
    const file = { type: 'file', mediaType: 'text/markdown', data: 'R3LDvMOfZQ==' } as const
    expect(bodyOf(anthropic(), [message('user', '', [{ ...file, name: 'a.md' }])])).toMatchObject({
      messages: [{ content: [{ type: 'document', source, title: 'a.md' }] }],
    })
  })

  test('has no message without content', () => {
    const messages = [
      message('user', ' ', []),
      message('user', 'Hi'),
      message('assistant', '\n\n', [
        { type: 'reasoning', text: 'Hm', signature: 's' },
        { type: 'text', text: '\n\n' },
      ]),
      message('user', 'Hi?'),
    ]
    expect(bodyOf(anthropic(), messages)).toMatchObject({
      messages: [{ content: [{ text: 'Hi' }] }, { content: [{ text: 'Hi?' }] }],
    })
  })

  test('has ids as the API wants them: each once, and of letters, digits, - and _', () => {
    const messages = [
      message('assistant', '', [call('functions.weather:0'), call('call-1')]),
      message('assistant', '', [call('call-1')]),
    ]
    const { messages: sent } = bodyOf(anthropic(), messages) as { messages: { content: Ids[] }[] }
    const [first, firstResults, second, secondResults] = sent.map(({ content }) => content)
    expect(first).toMatchObject([{ id: 'functions_weather_0' }, { id: 'call-1' }])
    expect(second![0]!.id).toMatch(/^call-1[\w-]+$/)
    const called = [...first!, ...second!].map(({ id }) => id)
    expect([...firstResults!, ...secondResults!].map((each) => each.tool_use_id)).toEqual(called)
  })

  test('has words of an error that has none: the API wants some', () => {
    const failed = call('c', { state: 'error', error: '', result: undefined })
    expect(bodyOf(anthropic(), [message('assistant', '', [failed])])).toMatchObject({
      messages: [{}, { content: [{ content: 'The tool failed', is_error: true }] }],
    })
  })

  test('calls who is not the model the user', () => {
    const developer = { ...message('user', 'Be brief'), role: 'developer' as 'user' }
    expect(bodyOf(anthropic(), [developer])).toMatchObject({ messages: [{ role: 'user' }] })
  })

  test('gives back thinking that cannot be seen', () => {
    const thinking = block(
      0,
      { type: 'thinking', thinking: '' },
      { type: 'signature_delta', signature: 's' },
    )
    const redacted = block(1, { type: 'redacted_thinking', data: 'x' })
    const { draft } = receiveBlocks(thinking, redacted, block(2, { type: 'text', text: 'Hi' }))
    expect(bodyOf(anthropic(), [message('assistant', 'Hi', draft.snapshot().parts)])).toMatchObject(
      {
        messages: [
          {
            content: [
              { type: 'thinking', thinking: '', signature: 's' },
              { type: 'redacted_thinking', data: 'x' },
              { type: 'text', text: 'Hi' },
            ],
          },
        ],
      },
    )
  })

  /** The reply as the next request has it, once its calls have been answered. */
  function givenBack(...blocks: object[][]): unknown {
    const { content, parts } = receiveBlocks(...blocks).draft.snapshot()
    const answered = parts.map((part) =>
      part.type === 'tool-call' && !part.providerExecuted
        ? { ...part, state: 'done' as const, result: 'rain' }
        : part,
    )
    const { messages } = bodyOf(anthropic(), [message('assistant', content, answered)]) as ChatTurn
    return messages
  }

  const seal = (index: number, signature: string): object[] =>
    block(index, { type: 'thinking', thinking: '' }, { type: 'signature_delta', signature })

  test('has what its own tools gave where it came: the thoughts after it are sealed with it', () => {
    const found = [{ type: 'web_search_result', url: 'https://a', title: 'A' }]
    const blocks = [
      { type: 'server_tool_use', id: 'run', name: 'code_execution', input: { code: 'x' } },
      {
        type: 'server_tool_use',
        id: 'search',
        name: 'web_search',
        input: { query: 'q' },
        caller: { type: 'code_execution_20260120', tool_id: 'run' },
      },
      { type: 'web_search_tool_result', tool_use_id: 'search', content: found },
      { type: 'code_execution_tool_result', tool_use_id: 'run', content: { stdout: '1' } },
      { type: 'mcp_tool_use', id: 'mcp', name: 'f', input: {}, server_name: 's' },
      { type: 'mcp_tool_result', tool_use_id: 'mcp', is_error: true, content: 'No' },
      { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } },
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'text', text: 'Hi' },
    ]
    expect(givenBack(...blocks.map((each, index) => block(index, each)))).toEqual([
      { role: 'assistant', content: blocks },
    ])
  })

  test('has no call of its own tools that was stopped: the API refuses one without its result', () => {
    const search = { type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }
    expect(givenBack(block(0, { type: 'text', text: 'Hi' }), block(1, search))).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
    ])
  })

  test('has no result of a call that is not there: the API refuses that too', () => {
    const data = { type: 'web_search_tool_result', tool_use_id: 'x' }
    const parts = [
      { type: 'data', name: 'anthropic', data },
      { type: 'text', text: 'Hi' },
    ] as const
    expect(bodyOf(anthropic(), [message('assistant', 'Hi', parts)])).toMatchObject({
      messages: [{ role: 'assistant', content: [{ type: 'text', text: 'Hi' }] }],
    })
  })

  test('has no thought after such a call: it is sealed with what is left out', () => {
    const search = { type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }
    const blocks = [
      seal(0, 's'),
      block(1, search),
      seal(2, 't'),
      block(3, { type: 'text', text: 'Hi' }),
    ]
    expect(givenBack(...blocks)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: '', signature: 's' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ])
  })

  test('is one turn with its results, also where the reply says something between its calls', () => {
    const call = (id: string): object => ({ type: 'tool_use', id, name: 'f', input: {} })
    const asked = [call('a'), { type: 'text', text: 'And' }, call('b')]
    const blocks = asked.map((each, index) => block(index + 1, each))
    const thinking = { type: 'thinking', thinking: '', signature: 's' }
    expect(givenBack(seal(0, 's'), ...blocks)).toEqual([
      { role: 'assistant', content: [thinking, ...asked] },
      {
        role: 'user',
        content: ['a', 'b'].map((tool_use_id) => ({
          type: 'tool_result',
          tool_use_id,
          content: 'rain',
        })),
      },
    ])
  })

  test('does not say who has called: its result may be of a later reply', () => {
    const caller = { type: 'code_execution_20260120', tool_id: 'run' }
    const use = { type: 'tool_use', id: 'a', name: 'click', input: {}, toolset_name: 'browser' }
    const run = { type: 'server_tool_use', id: 'run', name: 'code_execution', input: {} }
    expect(givenBack(block(0, run), block(1, { ...use, caller }))).toMatchObject([
      { role: 'assistant', content: [use] },
      { role: 'user' },
    ])
  })

  test('does not end in a thought: the API refuses that', () => {
    const blocks = [block(0, { type: 'text', text: 'Hi' }), seal(1, 's')]
    const end = block(2, { type: 'text', text: '\n' })
    expect(givenBack(...blocks, end)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
    ])
  })

  test('has the white space between two sources', () => {
    const cited = (index: number, text: string): object[] =>
      block(index, { type: 'text', text, citations: [{ source: `https://${index}` }] })
    expect(givenBack(cited(0, 'One.'), cited(1, '\n'), cited(2, 'Two.'))).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'One.\nTwo.' }] },
    ])
  })

  test('has what the API has made of the conversation before', () => {
    const compaction = block(
      0,
      { type: 'compaction', content: null, signature: 's' },
      { type: 'compaction_delta', content: 'All so far', encrypted_content: 'x' },
    )
    expect(givenBack(compaction, block(1, { type: 'text', text: 'Hi' }))).toMatchObject([
      {
        content: [
          { type: 'compaction', content: 'All so far', encrypted_content: 'x', signature: 's' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ])
  })
})

describe('a block', () => {
  test('of thinking is sealed by its signature', () => {
    const thinking = (index: number, text: string, signature: string): object[] =>
      block(
        index,
        { type: 'thinking', thinking: '' },
        { type: 'thinking_delta', thinking: text },
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
    const { draft, errors } = receiveBlocks(block(0, { type: 'container_upload' }), [delta])
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
