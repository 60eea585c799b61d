import { describe, expect, test } from 'vitest'
import { geminiInteractions } from '../../src/protocols/gemini-interactions.js'
import { bodyOf, call, conversation, message } from './tool-conversation.js'
import { receive, receiveData, type Received } from './receive.js'

function completed(more: object = {}): object {
  return {
    event_type: 'interaction.completed',
    interaction: { id: 'i', status: 'completed', ...more },
  }
}

function step(index: number, step: object, ...deltas: object[]): object[] {
  return [
    { event_type: 'step.start', index, step },
    ...deltas.map((delta) => ({ event_type: 'step.delta', index, delta })),
    { event_type: 'step.stop', index },
  ]
}

function receiveEvents(...events: (object | string)[]): Received {
  return receiveData(geminiInteractions(), ...events)
}

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
    const answered = parts.map((part) =>
      part.type === 'tool-call' && !part.providerExecuted
        ? { ...part, state: 'done' as const, result: 'rain' }
        : part,
    )
    expect(bodyOf(geminiInteractions(), [message('assistant', '', answered)])).toEqual({
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

test('the interaction has the id that it began with', () => {
  const created = { event_type: 'interaction.created', interaction: { id: 'i' } }
  const end = completed({ id: undefined, model: 'm' })
  expect(receiveEvents(created, end).draft.snapshot().metadata).toEqual({ id: 'i', model: 'm' })
})

test('events as they were named at first are read too', () => {
  const call = { type: 'function_call', id: 'x', name: 'f' }
  const { draft, ended } = receiveEvents(
    { event_type: 'content.start', index: 0, content: { type: 'text' } },
    { event_type: 'content.delta', index: 0, delta: { type: 'text', text: 'Yes' } },
    { event_type: 'content.start', index: 1, content: call },
    { event_type: 'content.delta', index: 1, delta: { ...call, arguments: { a: 1 } } },
    { event_type: 'content.stop', index: 1 },
    { event_type: 'interaction.complete', interaction: { id: 'i', status: 'completed' } },
  )
  expect(ended).toBe('marker')
  expect(draft.snapshot().parts).toMatchObject([{ text: 'Yes' }, { id: 'x', args: { a: 1 } }])
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

test('a role nobody knows is not the model’s', () => {
  const developer = { ...message('user', 'Be brief'), role: 'developer' as 'user' }
  expect(bodyOf(geminiInteractions(), [developer])).toMatchObject({
    input: [{ type: 'user_input' }],
  })
})
