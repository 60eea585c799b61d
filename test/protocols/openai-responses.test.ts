import { describe, expect, test } from 'vitest'
import { openaiResponses } from '../../src/protocols/openai-responses.js'
import { receive, receiveData } from './receive.js'
import { event, completed, receiveEvents } from './openai/openai-responses-support.js'

const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '' }

test('text that came in no delta is read from what repeats it, once', () => {
  const at = { output_index: 0, content_index: 0 }
  const part = { type: 'output_text', text: 'Hello' }
  const item = { type: 'message', content: [part] }
  const { draft } = receiveEvents(
    event('output_text.done', { ...at, text: 'Hello' }),
    event('content_part.done', { ...at, part }),
    event('output_item.done', { output_index: 0, item }),
    completed({ output: [item] }),
  )
  expect(draft.content).toBe('Hello')
})

test('servers that give items and their pieces no index, as llama.cpp, are read once', () => {
  const thought = { type: 'reasoning', id: 'rs', content: [{ type: 'reasoning_text', text: 'Hm' }] }
  const said = { type: 'message', id: 'm', content: [{ type: 'output_text', text: 'Hello' }] }
  const asked = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' }
  const { draft } = receiveEvents(
    event('output_item.added', { item: { ...thought, content: [] } }),
    event('reasoning_text.delta', { item_id: 'rs', delta: 'Hm' }),
    event('output_item.done', { item: thought }),
    event('output_item.added', { item: { ...said, content: [] } }),
    event('output_text.delta', { item_id: 'm', delta: 'Hel' }),
    event('output_text.delta', { item_id: 'm', delta: 'lo' }),
    event('output_text.done', { item_id: 'm', text: 'Hello' }),
    event('output_item.done', { item: said }),
    event('output_item.added', { item: { ...asked, arguments: '' } }),
    event('function_call_arguments.delta', { item_id: 'fc_c1', delta: '{"a":1}' }),
    event('output_item.done', { item: asked }),
    event('output_item.done', { item: { ...asked, call_id: 'c2' } }),
    completed({ output: [thought, said, asked] }),
  )
  expect(draft.snapshot().parts.filter(({ type }) => type !== 'data')).toMatchObject([
    { type: 'reasoning', text: 'Hm' },
    { type: 'text', text: 'Hello' },
    { id: 'c1', args: { a: 1 } },
    { id: 'c2', args: { a: 1 } },
  ])
})

test('calls without an index whose pieces alternate are told apart by the ids of their items', () => {
  const begin = (id: string): object =>
    event('output_item.added', { item: { ...call, id, call_id: `call_${id}` } })
  const piece = (item_id: string, delta: string): object =>
    event('function_call_arguments.delta', { item_id, delta })
  const pieces = [piece('a', '{"n"'), piece('b', '{"n"'), piece('a', ':1}'), piece('b', ':2}')]
  const { draft } = receiveEvents(begin('a'), begin('b'), ...pieces, completed())
  expect(draft.snapshot().parts).toMatchObject([
    { id: 'call_a', args: { n: 1 } },
    { id: 'call_b', args: { n: 2 } },
  ])
})

test('what is said aloud is its transcript', () => {
  const { draft } = receiveEvents(
    event('audio.delta', { delta: 'AAAA' }),
    event('audio.transcript.delta', { delta: 'Hel' }),
    event('audio.transcript.delta', { delta: 'lo' }),
    event('audio.transcript.done', {}),
    completed(),
  )
  expect(draft.content).toBe('Hello')
})

test('a message’s text is text, under whatever name', () => {
  const item = {
    type: 'message',
    content: [{ type: 'text', text: 'Hello' }, { type: 'brand_new' }],
  }
  const { draft } = receiveEvents(event('output_item.done', { output_index: 0, item }), completed())
  expect(draft.snapshot().parts).toEqual([{ type: 'text', text: 'Hello' }])
})

test('an answer that does not stream is read whole', () => {
  const annotations = [
    { type: 'url_citation', url: 'https://example.com', title: 'E' },
    { type: 'file_citation', file_id: 'f', filename: 'a.pdf' },
    { type: 'file_citation', file_id: 'f', filename: 'a.pdf' },
  ]
  const output = [
    { type: 'reasoning', summary: [{ text: 'One' }, { text: 'Two' }] },
    { type: 'message', content: [{ type: 'output_text', text: 'Hi', annotations }] },
    { type: 'message', content: [{ type: 'refusal', refusal: 'No' }] },
    { type: 'image_generation_call', result: 'UklG', output_format: 'webp' },
    { ...call, arguments: '{}' },
  ]
  const usage = { input_tokens: 1, output_tokens: 2 }
  const body = { object: 'response', id: 'r', model: 'm', status: 'completed', output, usage }
  const { draft, ended } = receive(openaiResponses(), 'json-seq', [JSON.stringify(body)])
  expect(ended).toBe('marker')
  expect(draft.snapshot()).toMatchObject({
    parts: [
      { type: 'reasoning', text: 'One\n\nTwo' },
      { type: 'text', text: 'Hi' },
      { type: 'source', url: 'https://example.com', title: 'E' },
      { type: 'source', documentId: 'f', title: 'a.pdf' },
      { type: 'file', mediaType: 'image/webp', data: 'UklG' },
      { type: 'tool-call', id: 'call_1' },
    ],
    finishReason: 'tool-calls',
    usage: { inputTokens: 1, outputTokens: 2 },
    metadata: { id: 'r', model: 'm', refusal: 'No' },
  })
})

test.each([
  ['completed', {}, 'stop', 'completed'],
  [
    'incomplete',
    { incomplete_details: { reason: 'max_output_tokens' } },
    'length',
    'max_output_tokens',
  ],
  [
    'incomplete',
    { incomplete_details: { reason: 'content_filter' } },
    'content-filter',
    'content_filter',
  ],
  ['incomplete', {}, 'other', 'incomplete'],
])('a response that is %s, with %j, ended by %s', (status, more, reason, raw) => {
  const { draft, ended } = receiveEvents(event(status, { response: { status, ...more } }))
  expect(ended).toBe('marker')
  expect(draft.snapshot()).toMatchObject({ finishReason: reason, rawFinishReason: raw })
})

test('what a later event leaves out is as it was', () => {
  const created = event('created', { response: { id: 'r', model: 'm', background: true } })
  const reader = openaiResponses().reader({ format: 'sse', headers: new Headers() })
  const later = event('in_progress', { sequence_number: 1, response: { status: 'in_progress' } })
  const { draft } = receiveData({ reader: () => reader }, created, later)
  expect(draft.snapshot().metadata).toEqual({ id: 'r', model: 'm' })
  expect(reader.resumeUrl?.('/r')).toBe('/r/r?stream=true&starting_after=1')
})

test('a response without a status is what its event says', () => {
  const { draft, ended } = receiveEvents(event('completed', { response: { id: 'r' } }))
  expect([draft.snapshot().rawFinishReason, ended]).toEqual(['completed', 'marker'])
})

test('a response that is complete may be a refusal', () => {
  const refusal = event('refusal.delta', { output_index: 0, content_index: 0, delta: 'No' })
  const { draft } = receiveEvents(refusal, completed())
  expect(draft.snapshot()).toMatchObject({
    finishReason: 'content-filter',
    rawFinishReason: 'completed',
  })
})

test('an image is shown as far as it is made', () => {
  const item = { type: 'image_generation_call', result: 'c', output_format: 'webp' }
  const partial = (data: string): object =>
    event('image_generation_call.partial_image', {
      output_index: 0,
      partial_image_b64: data,
      output_format: 'webp',
    })
  const events = [partial('a'), partial('b'), event('output_item.done', { output_index: 0, item })]
  for (const [count, data] of ['a', 'b', 'c'].entries()) {
    expect(receiveEvents(...events.slice(0, count + 1)).draft.snapshot().parts).toEqual([
      { type: 'file', mediaType: 'image/webp', data },
    ])
  }
  const failed = event('output_item.done', { item: { type: item.type, result: null } })
  expect(receiveEvents(failed).draft.snapshot().parts).toEqual([])
})

test('a file that a tool has made is cited with where it is', () => {
  const annotation = {
    type: 'container_file_citation',
    container_id: 'c',
    file_id: 'f',
    filename: 'plot.png',
  }
  const { draft } = receiveEvents(event('output_text.annotation.added', { annotation }))
  expect(draft.snapshot().parts).toEqual([
    { type: 'source', title: 'plot.png', documentId: 'f', containerId: 'c' },
  ])
})

test('a response that is canceled was stopped', () => {
  const delta = event('output_text.delta', { output_index: 0, content_index: 0, delta: 'Par' })
  const { draft, ended } = receiveEvents(
    delta,
    event('cancelled', { response: { status: 'cancelled' } }),
  )
  expect([draft.content, ended]).toEqual(['Par', 'stopped'])
  expect(draft.snapshot().rawFinishReason).toBe('cancelled')
})

describe('an error', () => {
  const error = { code: 'server_error', message: 'Broken' }

  test.each([
    [{ type: 'error', ...error }],
    [{ type: 'error', error }],
    [{ error }],
    [event('failed', { response: { status: 'failed', error } })],
  ])('%j keeps the text, and has the code in its body', (data) => {
    const delta = event('output_text.delta', { output_index: 0, content_index: 0, delta: 'Par' })
    const { draft, ended } = receiveEvents(delta, data)
    expect([draft.content, ended, draft.error?.message]).toEqual(['Par', 'error', 'Broken'])
    expect(draft.error?.body).toContain('server_error')
  })
})

test('reasoning that came in no delta is read when it is done', () => {
  const at = { output_index: 0, summary_index: 0 }
  const { draft } = receiveEvents(
    event('reasoning_summary_part.added', { ...at, part: { text: '' } }),
    event('reasoning_summary_text.done', { ...at, text: 'Hm' }),
    event('reasoning_summary_part.done', { ...at, part: { text: 'Hm' } }),
    completed(),
  )
  expect(draft.snapshot().parts).toEqual([{ type: 'reasoning', text: 'Hm' }])
})

test.each([-1, 0, undefined])(
  'servers that do not count their events, but say %s, are read',
  (sequence_number) => {
    const delta = (text: string): object =>
      event('output_text.delta', {
        output_index: 0,
        content_index: 0,
        delta: text,
        sequence_number,
      })
    expect(receiveEvents(delta('a'), delta('a'), completed()).draft.content).toBe('aa')
  },
)

test('unknown events, comments of gateways and [DONE] break nothing', () => {
  const noise = [
    event('brand_new.delta', { delta: 'x' }),
    { type: 'keepalive' },
    '[DONE]',
    'null',
    '7',
  ]
  expect(receiveEvents(...noise, completed())).toMatchObject({ ended: 'marker', errors: [] })
  expect(receiveEvents(...noise)).toMatchObject({ ended: 'cut', errors: [] })
})

describe('an event that comes again', () => {
  const delta = (sequence_number: number, delta: string, more?: object): object =>
    event('output_text.delta', {
      output_index: 0,
      content_index: 0,
      delta,
      sequence_number,
      ...more,
    })

  test.each([
    ['in the background', { obfuscation: 'x' }],
    ['in the foreground, if it is the same', undefined],
  ])('is known by its number %s', (where, more) => {
    const response = { id: 'r', status: 'queued', background: where === 'in the background' }
    const created = event('created', { sequence_number: 0, response })
    const item = { type: 'web_search_call', id: 'w', status: 'completed' }
    const done = event('output_item.done', { sequence_number: 3, output_index: 1, item })
    const text = [delta(1, 'a'), delta(2, 'a'), delta(1, 'a', more), delta(2, 'a', more)]
    const { draft } = receiveEvents(created, ...text, done, done, delta(4, 'b'))
    expect([draft.content, draft.length]).toEqual(['aab', 3])
  })

  test('is the same: a gateway may begin its numbers anew', () => {
    const events = [delta(1, 'a', { item_id: 'm1' }), delta(1, 'a', { item_id: 'm2' })]
    expect(receiveEvents(...events).draft.content).toBe('aa')
  })
})

describe('where the rest can be had', () => {
  const created = (background: boolean): string =>
    `data: ${JSON.stringify(event('created', { sequence_number: 4, response: { id: 'r', status: 'queued', background } }))}\n\n`

  test.each([
    [true, false, '/v1/responses/r?stream=true&starting_after=4'],
    [true, true, '/v1/responses/r?stream=true'],
    [false, false, undefined],
  ])('in the background: %s; from the start: %s', (background, fromStart, url) => {
    const reader = openaiResponses().reader({ format: 'sse', headers: new Headers() })
    const { draft } = receive({ reader: () => reader }, 'sse', [created(background)])
    expect(draft.snapshot().metadata).toMatchObject({ id: 'r' })
    expect(reader.resumeUrl?.('/v1/responses', fromStart)).toBe(url)
  })
})
