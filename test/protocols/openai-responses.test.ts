import { describe, expect, test } from 'vitest'
import { openaiResponses } from '../../src/protocols/openai-responses.js'
import { bodyOf, conversation, linkedImage, message, pdf } from './tool-conversation.js'
import { receive, receiveData, type Received } from './receive.js'

function event(name: string, more: object): object {
  return { type: `response.${name}`, ...more }
}

function completed(more: object = {}): object {
  return event('completed', { response: { id: 'r', status: 'completed', ...more } })
}

const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '' }

function receiveEvents(...events: (object | string)[]): Received {
  return receiveData(openaiResponses(), ...events)
}

describe('the request', () => {
  test('is a list of items, calls and their outputs among them', () => {
    const item = (call_id: string, args = '{"city":"Paris"}'): object => ({
      type: 'function_call',
      call_id,
      name: 'weather',
      arguments: args,
    })
    const output = (call_id: string, output: string): object => ({
      type: 'function_call_output',
      call_id,
      output,
    })
    expect(bodyOf(openaiResponses({ model: 'gpt-5' }), conversation)).toEqual({
      model: 'gpt-5',
      stream: true,
      input: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'data:image/png;base64,iVBORw==' },
          ],
        },
        { role: 'assistant', content: 'Let me see.' },
        item('c1'),
        item('c2', '{}'),
        output('c1', '{"celsius":20}'),
        output('c2', 'No JSON'),
        { role: 'assistant', content: 'It is warm.' },
        item('c3'),
        output('c3', 'rain'),
        { role: 'user', content: 'Thanks' },
      ],
    })
  })

  test('has files by their address or in themselves', () => {
    const linked = { ...pdf, url: 'https://example.com/a.pdf' } as const
    const unnamed = { type: 'file', mediaType: 'application/pdf', data: 'JVBERi0=' } as const
    const { input } = bodyOf(openaiResponses(), [
      message('user', '', [linkedImage, pdf, unnamed, linked]),
    ]) as { input: object[] }
    expect(input).toMatchObject([
      {
        content: [
          { type: 'input_image', image_url: 'https://example.com/a.png' },
          {
            type: 'input_file',
            filename: 'a.pdf',
            file_data: 'data:application/pdf;base64,JVBERi0=',
          },
          // The API wants a name.
          { type: 'input_file', filename: 'file' },
          { type: 'input_file', file_url: 'https://example.com/a.pdf' },
        ],
      },
    ])
  })
})

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

test('servers that do not count their events are read', () => {
  const delta = (text: string): object =>
    event('output_text.delta', {
      output_index: 0,
      content_index: 0,
      delta: text,
      sequence_number: -1,
    })
  expect(receiveEvents(delta('a'), delta('a'), completed()).draft.content).toBe('aa')
})

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

test.each([
  [true, 'ab'],
  [false, 'aab'],
])(
  'in the background (%s), an event that comes again is known by its number',
  (background, text) => {
    const response = { id: 'r', status: 'queued', background }
    const delta = (sequence_number: number, delta: string): object =>
      event('output_text.delta', { output_index: 0, content_index: 0, delta, sequence_number })
    const created = event('created', { sequence_number: 0, response })
    const { draft } = receiveEvents(created, delta(1, 'a'), delta(1, 'a'), delta(2, 'b'))
    expect(draft.content).toBe(text)
  },
)

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
