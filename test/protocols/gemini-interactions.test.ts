import { describe, expect, test } from 'vitest'
import { geminiInteractions } from '../../src/protocols/gemini-interactions.js'
import { receive, receiveData } from './receive.js'
import { completed, step, receiveEvents } from './gemini/gemini-interactions-support.js'

test('steps are reasoning, text, files and sources', () => {
  const annotations = [{ type: 'url_citation', url: 'https://a', title: 'A' }]
  const { draft } = receiveEvents(
    ...step(0, { type: 'thought' }, { type: 'thought_summary', content: { text: 'Hm' } }),
    ...step(
      1,
      { type: 'model_output' },
      { type: 'text', text: 'Yes' },
      { type: 'image', mime_type: 'image/png', data: 'AA==' },
      { type: 'text_annotation', annotations },
    ),
    ...step(2, { type: 'google_search_result', result: [{ url: 'https://b', title: 'B' }] }),
    completed({
      usage: { total_input_tokens: 1, total_output_tokens: 2, total_thought_tokens: 3 },
    }),
  )
  expect(draft.snapshot()).toMatchObject({
    parts: [
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes' },
      { type: 'file', mediaType: 'image/png', data: 'AA==' },
      { type: 'source', url: 'https://a', title: 'A' },
      { type: 'source', url: 'https://b', title: 'B' },
    ],
    finishReason: 'stop',
    usage: { inputTokens: 1, outputTokens: 5 },
  })
})

test.each([
  ['in deltas', {}, ['{"a"', ':1}']],
  ['at once', { a: 1 }, []],
])('a call has its arguments %s', (_name, args, pieces) => {
  const call = { type: 'function_call', id: 'x', name: 'f', arguments: args, signature: 's' }
  const deltas = pieces.map((each) => ({ type: 'arguments_delta', arguments: each }))
  const { draft } = receiveEvents(
    ...step(0, call, ...deltas),
    completed({ status: 'requires_action' }),
  )
  expect(draft.snapshot()).toMatchObject({
    parts: [{ id: 'x', name: 'f', args: { a: 1 }, signature: 's' }],
    finishReason: 'tool-calls',
    rawFinishReason: 'requires_action',
  })
})

test('sources are places too, but not what could not be had', () => {
  const places = [{ url: 'https://a', name: 'A' }]
  const result = [
    { places },
    { url: 'https://b', status: 'error' },
    { url: 'https://c', status: 'success' },
  ]
  expect(
    receiveEvents(...step(0, { type: 'url_context_result', result })).draft.snapshot().parts,
  ).toMatchObject([{ url: 'https://a', title: 'A' }, { url: 'https://c' }])
})

test('sources are documents too, by the names of their files', () => {
  const annotations = [{ document_uri: 'gs://a', file_name: 'a.pdf' }, { file_name: 'b.pdf' }]
  const cited = { type: 'text_annotation', annotations }
  expect(receiveEvents(...step(0, { type: 'model_output' }, cited)).draft.snapshot().parts).toEqual(
    [
      { type: 'source', url: 'gs://a', title: 'a.pdf' },
      { type: 'source', title: 'b.pdf' },
    ],
  )
})

test('the interaction has the id and the model that it began with', () => {
  const created = { event_type: 'interaction.created', interaction: { id: 'i', model: 'm' } }
  const end = completed({ id: undefined })
  expect(receiveEvents(created, end).draft.snapshot().metadata).toEqual({ id: 'i', model: 'm' })
})

const named = { type: 'function_call', id: 'x', name: 'f' }

test.each([
  ['names a call', named],
  ['says only that there is a call', { type: 'function_call' }],
  ['has the whole call, which the delta repeats', { ...named, arguments: { a: 1 } }],
])('events as they were named at first are read too, if the start %s', (_name, call) => {
  const { draft, ended } = receiveEvents(
    { event_type: 'content.start', index: 0, content: { type: 'text' } },
    { event_type: 'content.delta', index: 0, delta: { type: 'text', text: 'Yes' } },
    { event_type: 'content.start', index: 1, content: call },
    { event_type: 'content.delta', index: 1, delta: { ...named, arguments: { a: 1 } } },
    { event_type: 'content.stop', index: 1 },
    { event_type: 'interaction.complete', interaction: { id: 'i', status: 'completed' } },
  )
  expect(ended).toBe('marker')
  expect(draft.snapshot().parts).toMatchObject([
    { text: 'Yes' },
    { id: 'x', name: 'f', args: { a: 1 } },
  ])
})

test('an answer that does not stream is read whole', () => {
  const steps = [
    { type: 'thought', summary: [{ type: 'text', text: 'Hm' }] },
    { type: 'model_output', content: [{ type: 'text', text: 'Yes' }] },
    { type: 'function_call', id: 'x', name: 'f', arguments: { a: 1 } },
  ]
  const body = { object: 'interaction', id: 'i', status: 'completed', steps }
  const { draft, ended } = receive(geminiInteractions(), 'json-seq', [JSON.stringify(body)])
  expect(ended).toBe('marker')
  expect(draft.snapshot()).toMatchObject({
    parts: [{ text: 'Hm' }, { text: 'Yes' }, { args: { a: 1 } }],
    finishReason: 'tool-calls',
  })
})

test('an event nobody knows says nothing', () => {
  const delta = { type: 'text', text: 'No' }
  const { draft } = receiveEvents({ event_type: 'new', index: 0, delta }, { index: 0, delta })
  expect(draft.snapshot().parts).toEqual([])
})

test('a delta of a type nobody knows says nothing', () => {
  const unknown = [
    { type: 'brand_new', text: 'No' },
    { type: 'brand_new', content: { text: 'No' } },
  ]
  const { draft } = receiveEvents(...step(0, { type: 'brand_new' }, ...unknown), completed())
  expect(draft.snapshot().parts).toEqual([])
})

test('what the user said is not the reply, where the steps begin with it', () => {
  const asked = { type: 'user_input', content: [{ type: 'text', text: 'No' }] }
  const said = { type: 'model_output', content: [{ type: 'text', text: 'Yes' }] }
  const whole = { object: 'interaction', status: 'completed', steps: [asked, said] }
  const streamed = [
    ...step(0, { type: 'user_input' }, { type: 'text', text: 'No' }),
    ...step(1, { type: 'model_output' }, { type: 'text', text: 'Yes' }),
  ]
  for (const { draft } of [receiveEvents(whole), receiveEvents(...streamed, completed())]) {
    expect(draft.snapshot().parts).toEqual([{ type: 'text', text: 'Yes' }])
  }
})

test('steps that the end tells again are there once', () => {
  const said = { type: 'model_output', content: [{ type: 'text', text: 'Yes' }] }
  const streamed = step(0, { type: 'model_output' }, { type: 'text', text: 'Yes' })
  expect(receiveEvents(...streamed, completed({ steps: [said] })).draft.snapshot().content).toBe(
    'Yes',
  )
})

test.each(['steps', 'outputs'])('an answer that does not stream has %s', (name) => {
  const body = {
    object: 'interaction',
    id: 'i',
    status: 'completed',
    [name]: [{ type: 'text', text: 'Yes' }],
  }
  const { draft, ended } = receive(geminiInteractions(), 'json-seq', [JSON.stringify(body)])
  expect([draft.snapshot().content, ended]).toEqual(['Yes', 'marker'])
})

describe('the end', () => {
  test('is that of the interaction: without it the reply was cut', () => {
    const update = { event_type: 'interaction.status_update', status: 'in_progress' }
    const created = { event_type: 'interaction.created', interaction: { id: 'i', status: 'new' } }
    expect(receiveEvents(created, update, '[DONE]')).toMatchObject({ ended: 'cut', errors: [] })
    expect(receiveEvents(update, completed()).ended).toBe('marker')
    expect(receiveEvents(completed({ status: undefined })).ended).toBe('marker')
  })

  test.each([
    ['incomplete', 'length', 'marker'],
    ['budget_exceeded', 'length', 'marker'],
    ['requires_continuation', 'length', 'marker'],
    ['brand_new', 'other', 'marker'],
    ['cancelled', 'other', 'stopped'],
  ])('%s is %s and %s', (status, reason, ended) => {
    const received = receiveEvents(completed({ status }))
    expect([received.draft.finishReason, received.ended]).toEqual([reason, ended])
  })

  test('says what a reply that came to the limit of one request is continued by', () => {
    const end = completed({ status: 'requires_continuation', continuation_token: 't' })
    expect(receiveEvents(end).draft.snapshot()).toMatchObject({
      finishReason: 'length',
      metadata: { continuationToken: 't' },
    })
  })

  test.each([
    [{ event_type: 'error', error: { code: 'x', message: 'Overloaded' } }, 'Overloaded'],
    [completed({ status: 'failed', error: { message: 'Overloaded' } }), 'Overloaded'],
    [completed({ status: 'failed', errors: [{ message: 'Overloaded' }] }), 'Overloaded'],
    [completed({ status: 'failed' }), 'The interaction failed'],
  ])('may be an error: %j', (event, words) => {
    expect(receiveEvents(event)).toMatchObject({
      ended: 'error',
      draft: { error: { message: words } },
    })
  })
})

test('events with ids can be had from any of them', () => {
  const reader = geminiInteractions().reader({ format: 'sse', headers: new Headers() })
  const created = { event_type: 'interaction.created', interaction: { id: 'i' } }
  expect(reader.resumeUrl?.('/v1/interactions')).toBeUndefined()
  receiveData({ reader: () => reader }, created, { event_type: 'x', event_id: 'e/1' })
  expect(reader.resumeUrl?.('/v1/interactions?key=k')).toBe(
    '/v1/interactions/i?key=k&stream=true&last_event_id=e%2F1',
  )
  expect(reader.resumeUrl?.('/v1/interactions', true)).toBe('/v1/interactions/i?stream=true')
})

test('an event that comes again is known by its id', () => {
  const said = (text: string, event_id?: string): object => ({
    event_type: 'step.delta',
    index: 0,
    delta: { type: 'text', text },
    event_id,
  })
  const events = [said('a', '1'), said('b', '2'), said('a', '1'), said('b', '2'), said('c', '3')]
  expect(receiveEvents(...events).draft.content).toBe('abc')
  expect(receiveEvents(said('a'), said('a')).draft.content).toBe('aa')
})
