import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../src/protocols/message/message.js'
import { openaiChat } from '../../src/protocols/openai-chat.js'
import { receive, type Received, receiveData } from './receive.js'

/** A chunk of the first choice. */
function chunk(delta: object, more: object = {}): object {
  return { choices: [{ index: 0, delta, finish_reason: null }], ...more }
}

function receiveDeltas(...deltas: object[]): Received {
  return receiveData(openaiChat(), ...deltas.map((delta) => chunk(delta)))
}

describe('the request', () => {
  const messages: ChatMessage[] = [
    { id: 'a', role: 'user', content: 'Hi', parts: [], status: 'complete', createdAt: 1 },
  ]

  test('has the roles and contents, and asks for usage', () => {
    expect(openaiChat().request?.({ messages })).toEqual({
      body: {
        messages: [{ role: 'user', content: 'Hi' }],
        stream: true,
        stream_options: { include_usage: true },
      },
    })
  })

  test('has a model only where one is given', () => {
    const sent = (options?: { model: string }): string =>
      JSON.stringify(openaiChat(options).request?.({ messages }).body)
    expect(sent()).not.toContain('model')
    expect(sent({ model: 'qwen3' })).toContain('"model":"qwen3"')
  })
})

describe('text', () => {
  test.each([
    ['a number', [{ content: '$' }, { content: 0 }, { content: '.5' }], '$0.5'],
    ['null', [{ content: null }, { content: 'a' }, {}], 'a'],
    ['blocks', [{ content: [{ type: 'text', text: 'a' }, { type: 'reference' }] }], 'a'],
  ])('may be %s', (_name, deltas, content) => {
    expect(receiveDeltas(...deltas).draft.content).toBe(content)
  })

  test('is that of the first choice', () => {
    const choices = [
      { index: 1, delta: { content: 'B' }, finish_reason: 'length' },
      { index: 0, delta: { content: 'A' } },
    ]
    const { draft } = receiveData(openaiChat(), { choices }, { choices: [choices[0]] })
    expect(draft.snapshot()).toMatchObject({ content: 'A', finishReason: undefined })
  })

  test('is also what is said aloud', () => {
    const audio = { id: 'audio_1', data: 'AAAA' }
    const deltas = [{ content: null, audio }, { audio: { transcript: 'Hel' } }]
    const { draft } = receiveDeltas(...deltas, { audio: { transcript: 'lo', data: 'AAAA' } })
    expect(draft.content).toBe('Hello')
  })

  test.each([
    ['stop', 'content-filter'],
    ['length', 'length'],
    ['tool_calls', 'tool-calls'],
  ])('of a refusal is why it ended, but for other reasons than %s', (raw, reason) => {
    const finish = { choices: [{ delta: { refusal: 'No' }, finish_reason: raw }] }
    const { draft } = receiveData(openaiChat(), finish, chunk({}, { choices: [] }))
    expect(draft.snapshot()).toMatchObject({ finishReason: reason, rawFinishReason: raw })
  })

  test('of a refusal is metadata', () => {
    const { draft } = receiveDeltas({ refusal: null }, { refusal: 'I ' }, { refusal: 'cannot.' })
    expect(draft.snapshot()).toMatchObject({ content: '', metadata: { refusal: 'I cannot.' } })
  })
})

describe('reasoning', () => {
  const details = [
    { type: 'reasoning.text', text: 'Hm' },
    { type: 'reasoning.encrypted', data: 'x' },
  ]

  test.each([
    [{ reasoning_content: 'Hm', content: null }],
    [{ reasoning: 'Hm' }],
    [{ reasoning: 'Hm', reasoning_details: details }],
    [{ reasoning: 'Hm', reasoning_content: 'Hm' }],
    [{ reasoning_content: '', reasoning: 'Hm' }],
    [{ reasoning_details: details }],
    [{ reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm' }] }],
    [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }],
  ])('is read once from %j', (delta) => {
    const { draft } = receiveDeltas(delta, { content: 'Yes' })
    expect(draft.snapshot().parts).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes' },
    ])
  })
})

describe('sources and images', () => {
  const source = { type: 'source', url: 'https://example.com/a' }

  test.each([
    [chunk({}, { citations: [source.url, source.url] }), source],
    [
      chunk({}, { citations: [source.url], search_results: [{ url: source.url, title: 'A' }] }),
      { ...source, title: 'A' },
    ],
    [chunk({}, { citations: [source.url], search_results: [] }), source],
    [
      chunk({
        annotations: [{ type: 'url_citation', url_citation: { url: source.url, title: 'A' } }],
      }),
      { ...source, title: 'A' },
    ],
    [chunk({ annotations: [{ type: 'url_citation', url_citation: { url: source.url } }] }), source],
    [
      chunk({
        executed_tools: [
          { type: 'search', search_results: { results: [{ ...source, title: 'A' }] } },
        ],
      }),
      { ...source, title: 'A' },
    ],
    [
      chunk({ images: [{ image_url: { url: 'data:image/png;base64,AA==' } }] }),
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
    ],
    [
      chunk({ images: [{ image_url: { url: 'https://example.com/a' } }] }),
      { type: 'file', mediaType: 'image/*', url: 'https://example.com/a' },
    ],
  ])('%j', (data, part) => {
    expect(receiveData(openaiChat(), data).draft.snapshot().parts).toEqual([part])
  })
})

test.each([
  [{ usage: { prompt_tokens: 1, completion_tokens: 2 }, choices: [] }],
  [chunk({}, { usage: null, x_groq: { usage: { prompt_tokens: 1, completion_tokens: 2 } } })],
  [{ choices: [{ delta: {}, usage: { prompt_tokens: 1, completion_tokens: 2 } }] }],
])('usage is in %j, and the last one counts', (data) => {
  const early = chunk({}, { usage: { prompt_tokens: 1, completion_tokens: 1 } })
  const { draft } = receiveData(openaiChat(), early, data, chunk({}, { usage: null }))
  expect(draft.snapshot().usage).toEqual({ inputTokens: 1, outputTokens: 2 })
})

test('a finish reason is in our words, and as it came', () => {
  const choices = [{ index: 0, delta: {}, finish_reason: 'model_length' }]
  const { draft } = receiveData(openaiChat(), { choices }, chunk({}))
  expect(draft.snapshot()).toMatchObject({
    finishReason: 'length',
    rawFinishReason: 'model_length',
  })
})

test.each([{}, { prompt_tokens: null, completion_tokens: null }])(
  'usage is none in %j',
  (usage) => {
    const { draft } = receiveData(openaiChat(), chunk({}, { usage }))
    expect(draft.snapshot().usage).toBeUndefined()
  },
)

describe('the end', () => {
  const finish = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }

  test.each([
    ['[DONE]', ['[DONE]'], 'marker'],
    ['[DONE] after more space', ['  [DONE] '], 'marker'],
    ['a finish reason', [finish], 'complete'],
    ['nothing', [chunk({ content: 'Hel' })], 'cut'],
    ['an empty finish reason', [{ choices: [{ delta: {}, finish_reason: '' }] }], 'cut'],
  ])('with %s', (_name, data, ended) => {
    expect(receiveData(openaiChat(), ...data).ended).toBe(ended)
  })
})

describe('an error', () => {
  test.each([
    ['data: {"error":{"message":"Overloaded","code":null}}\n\n', 'Overloaded'],
    ['data: {"error":"Overloaded"}\n\n', 'Overloaded'],
    ['data: {"object":"error","message":"Overloaded","code":500}\n\n', 'Overloaded'],
    ['event: error\ndata: Overloaded\n\n', 'Overloaded'],
    ['data: {"base_resp":{"status_code":1004,"status_msg":"Overloaded"}}\n\n', 'Overloaded'],
    ['data: {"code":10013,"message":"Overloaded","sid":"x"}\n\n', 'Overloaded'],
    ['data: {"code":10013,"sid":"x"}\n\n', '{"code":10013,"sid":"x"}'],
    [
      'data: {"choices":[{"delta":{"content":""},"error":{"message":"Overloaded","code":502}}]}\n\n',
      'Overloaded',
    ],
    ['data: {"choices":[{"delta":{}}],"x_groq":{"error":"Overloaded"}}\n\n', 'Overloaded'],
  ])('%j keeps its words', (data, words) => {
    const { draft, ended } = receive(openaiChat(), 'sse', [data])
    expect(ended).toBe('error')
    expect(draft.error).toMatchObject({ code: 'protocol', message: words, retryable: false })
  })

  test('is no status that says that all is well', () => {
    const well = [
      { base_resp: { status_code: 0 } },
      chunk({}, { code: 200, message: 'ok' }),
      { code: 200, message: 'ok' },
    ]
    expect(receiveData(openaiChat(), ...well).draft.error).toBeUndefined()
  })

  test('of one chunk that is no JSON is reported, and the stream goes on', () => {
    const { draft, errors } = receiveData(openaiChat(), '{"cho', chunk({ content: 'Hi' }))
    expect(errors).toMatchObject([{ code: 'parse', body: '{"cho' }])
    expect(draft.content).toBe('Hi')
  })
})

test.each([
  [{ message: 'Bad model' }, 'Bad model'],
  [{ message: 'Provider returned error' }, 'Provider returned error'],
  [{ message: 'Provider returned error', metadata: { raw: 'Too busy' } }, 'Too busy'],
  [
    { message: 'Provider returned error', metadata: { raw: '{"error":{"message":"Too long"}}' } },
    'Too long',
  ],
])('the words of an answer with the error %j are %s', (error, words) => {
  expect(openaiChat().errorMessage?.(JSON.stringify({ error }), 400)).toBe(words)
})

test.each([
  'null',
  '7',
  '"x"',
  '[]',
  '{}',
  '{"choices":null}',
  '{"choices":[null]}',
  '{"choices":[{}]}',
  '{"choices":[{"delta":{"tool_calls":[null],"content":{}}}]}',
  '{"__proto__":{"error":"x"}}',
])('JSON of another shape, %s, changes nothing', (data) => {
  const { draft, errors } = receiveData(openaiChat(), data)
  expect(errors).toEqual([])
  expect(draft.error).toBeUndefined()
  expect(draft.content).toBe('')
})

test('a heartbeat is no chunk', () => {
  const { errors } = receive(openaiChat(), 'sse', ['event: ping\ndata: 2020-12-22 15:33:27\n\n'])
  expect(errors).toEqual([])
})

describe('an answer that does not stream', () => {
  const message = {
    role: 'assistant',
    content: 'Hi',
    reasoning_content: 'Hm',
    tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
  }
  const body = {
    id: 'c',
    model: 'm',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  }

  test('is read whole', () => {
    const { draft, ended } = receive(openaiChat(), 'json-seq', [JSON.stringify(body)])
    expect(ended).toBe('complete')
    expect(draft.snapshot()).toMatchObject({
      parts: [
        { type: 'reasoning', text: 'Hm' },
        { type: 'text', text: 'Hi' },
        { type: 'tool-call', id: 'x', args: { a: 1 } },
      ],
      finishReason: 'tool-calls',
      usage: { inputTokens: 1, outputTokens: 2 },
      metadata: { id: 'c', model: 'm' },
    })
  })

  test('that repeats what was streamed is not read again', () => {
    expect(receiveData(openaiChat(), chunk({ content: 'Hi' }), body).draft.content).toBe('Hi')
  })
})

test.each([{ references: 1 }, { web_search: 1 }, { search_results: 1 }])(
  'pages that %j names are sources',
  (field) => {
    const pages = [{ url: 'https://a', title: 'A' }, { link: 'https://b' }]
    const more = Object.fromEntries(Object.keys(field).map((name) => [name, pages]))
    expect(receiveData(openaiChat(), chunk({}, more)).draft.snapshot().parts).toEqual([
      { type: 'source', url: 'https://a', title: 'A' },
      { type: 'source', url: 'https://b' },
    ])
  },
)
