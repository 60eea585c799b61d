import { describe, expect, test } from 'vitest'
import { langGraph } from '../../src/protocols/lang-graph.js'
import { createDraft } from '../../src/protocols/message/draft.js'
import type { ChatReader } from '../../src/protocols/types.js'
import { startChat } from '../stores/chat/chat-support.js'
import { receive, type Received } from './receive.js'
import { type Sent, sse } from './langchain/lang-graph-sse.js'

function receiveRun(...events: Sent[]): Received {
  return receive(langGraph(), 'sse', [sse(events)])
}

function chunk(more: object): Sent {
  return ['messages', [{ type: 'AIMessageChunk', id: 'run-1', content: '', ...more }, {}]]
}

const human = { type: 'human', id: 'h1', content: 'Hi' }

describe('messages', () => {
  test('in pieces and then whole are there once', () => {
    const usage = { input_tokens: 3, output_tokens: 2 }
    const whole = { type: 'ai', id: 'run-1', content: 'Hello', usage_metadata: usage }
    const { draft } = receiveRun(
      chunk({ content: 'Hel', usage_metadata: { input_tokens: 3, output_tokens: 0 } }),
      chunk({ content: 'lo', usage_metadata: { input_tokens: 0, output_tokens: 2 } }),
      ['updates', { agent: { messages: [whole] } }],
      ['values', { messages: [{ type: 'ai', id: 'old', content: 'Before' }, human, whole] }],
    )
    expect(draft.snapshot()).toMatchObject({
      content: 'Hello',
      usage: { inputTokens: 3, outputTokens: 2 },
    })
  })

  test('of the mode "messages" grow', () => {
    const partial = (content: string): Sent => [
      'messages/partial',
      [{ type: 'ai', id: 'run-1', content }],
    ]
    const { draft } = receiveRun(
      ['messages/metadata', { 'run-1': { metadata: {} } }],
      partial('Hel'),
      partial('Hello'),
      ['messages/complete', [{ type: 'ai', id: 'run-1', content: 'Hello!' }]],
    )
    expect(draft.content).toBe('Hello!')
  })

  test('that grow have counts that grow', () => {
    const partial = (id: string, input_tokens: number, output_tokens: number): Sent => [
      'messages/partial',
      [{ type: 'ai', id, content: 'Hi', usage_metadata: { input_tokens, output_tokens } }],
    ]
    const { draft } = receiveRun(
      partial('run-1', 5, 1),
      partial('run-1', 5, 8),
      partial('run-2', 7, 1),
      partial('run-2', 7, 2),
      ['messages/complete', [{ type: 'ai', id: 'run-2', content: 'Hi', usage_metadata: null }]],
    )
    expect(draft.snapshot().usage).toEqual({ inputTokens: 12, outputTokens: 10 })
  })

  test('of several models are one reply, and their tokens add up', () => {
    const { draft } = receiveRun(
      chunk({ content: 'One', usage_metadata: { input_tokens: 1, output_tokens: 2 } }),
      chunk({
        id: 'run-2',
        content: ', two',
        usage_metadata: { input_tokens: 3, output_tokens: 4 },
      }),
    )
    expect(draft.snapshot()).toMatchObject({
      content: 'One, two',
      usage: { inputTokens: 4, outputTokens: 6 },
    })
  })

  test.each([
    [{ content: [{ type: 'reasoning', reasoning: 'Hm' }] }, 'reasoning'],
    [{ content: [{ type: 'reasoning', summary: [{ text: 'Hm' }] }] }, 'reasoning'],
    [{ additional_kwargs: { reasoning_content: 'Hm' } }, 'reasoning'],
    [{ content: ['Hm'] }, 'text'],
    [{ content: [{ type: 'text', text: 'Hm' }] }, 'text'],
  ])('%j', (more, type) => {
    expect(receiveRun(chunk(more)).draft.snapshot().parts).toEqual([{ type, text: 'Hm' }])
  })

  test('of the mode "messages" begin with the conversation of the thread', () => {
    const before = {
      type: 'ai',
      id: 'run-0',
      content: 'Before',
      usage_metadata: { input_tokens: 9 },
    }
    const { draft } = receiveRun(
      ['messages/complete', [{ ...human, id: 'h0' }, before, human]],
      ['messages/partial', [{ type: 'ai', id: 'run-1', content: 'Hello' }]],
    )
    expect(draft.snapshot()).toMatchObject({ content: 'Hello', parts: [{}], usage: undefined })
  })

  test('without an id are known by their place', () => {
    const plain = (content: string): object => ({ role: 'assistant', content })
    const { draft } = receiveRun(
      [
        'updates',
        { a: { messages: [plain('One'), plain('Two')] }, b: { messages: plain('Three') } },
      ],
      ['updates', { a: { messages: [plain('Four')] } }],
    )
    const said = ['One', 'Two', 'Three', 'Four'].map((text) => ({ type: 'text', text }))
    expect(draft.snapshot().parts).toEqual(said)
    const states = [[plain('On')], [plain('One'), plain('Two')]]
    const values = states.map((messages): Sent => ['values', { messages: [human, ...messages] }])
    expect(receiveRun(...values).draft.snapshot().parts).toEqual(said.slice(0, 2))
  })

  test('of people, of subgraphs, and what nobody knows are not the reply', () => {
    const { draft, errors } = receiveRun(
      ['messages', [human, {}]],
      ['messages|tools:1', [{ type: 'AIMessageChunk', id: 'x', content: 'inner' }, {}]],
      ['values|tools:1', { messages: [{ type: 'ai', id: 'x', content: 'inner' }] }],
      ['updates', { agent: null, tools: { count: 1 } }],
      ['tasks', { id: 't' }],
      ['heartbeat', {}],
    )
    expect([draft.snapshot().parts, errors]).toEqual([[], []])
  })
})

describe('tool calls', () => {
  test('in pieces, by index, and their results', () => {
    const { draft } = receiveRun(
      chunk({ tool_call_chunks: [{ index: 0, id: 'c1', name: 'weather', args: '{"city":' }] }),
      chunk({ tool_call_chunks: [{ index: 1, id: 'c2', name: 'time', args: '{}' }] }),
      chunk({ tool_call_chunks: [{ index: 0, id: null, name: null, args: '"Oslo"}' }] }),
      ['messages', [{ type: 'tool', tool_call_id: 'c1', content: '3' }, {}]],
      ['messages', [{ type: 'tool', tool_call_id: 'c2', content: 'Boom', status: 'error' }, {}]],
      [
        'values',
        {
          messages: [
            human,
            {
              type: 'ai',
              id: 'run-1',
              content: '',
              tool_calls: [{ id: 'c1', name: 'weather', args: { city: 'Oslo' } }],
            },
          ],
        },
      ],
    )
    expect(draft.snapshot().parts).toMatchObject([
      { id: 'c1', name: 'weather', args: { city: 'Oslo' }, state: 'done', result: '3' },
      { id: 'c2', name: 'time', args: {}, state: 'error', error: 'Boom' },
    ])
  })

  test('of two messages may have the same index', () => {
    const { draft } = receiveRun(
      chunk({ tool_call_chunks: [{ index: 0, id: 'c1', name: 'f', args: '{"a":' }] }),
      chunk({ tool_call_chunks: [{ index: 0, args: '1}' }] }),
      chunk({ id: 'run-2', tool_call_chunks: [{ index: 0, id: 'c2', name: 'f', args: '{"a":' }] }),
      chunk({ id: 'run-2', tool_call_chunks: [{ index: 0, args: '2}' }] }),
    )
    expect(draft.snapshot().parts).toMatchObject([{ args: { a: 1 } }, { args: { a: 2 } }])
  })

  test('of a message that comes whole and grows are the newest', () => {
    const partial = (args: object): Sent => [
      'messages/partial',
      [{ type: 'ai', id: 'm', content: '', tool_calls: [{ id: 'c1', name: 'f', args }] }],
    ]
    const { draft } = receiveRun(partial({}), partial({ city: 'Os' }), partial({ city: 'Oslo' }))
    expect(draft.snapshot().parts).toMatchObject([{ args: { city: 'Oslo' }, state: 'ready' }])
  })
})

test('interrupts and custom events are data', () => {
  const { draft } = receiveRun(
    ['custom', { pct: 50 }],
    ['updates', { __interrupt__: [{ value: 'sure?' }] }],
    ['values', { __interrupt__: [{ value: 'sure?', id: 'i' }] }],
  )
  expect(draft.snapshot().parts).toEqual([
    { type: 'data', name: 'custom', data: { pct: 50 } },
    { type: 'data', name: 'interrupts', data: [{ value: 'sure?', id: 'i' }] },
  ])
})

describe('the end', () => {
  test.each([
    [[chunk({ content: 'Hi' })], 'unmarked', undefined],
    [[chunk({ response_metadata: { finish_reason: 'stop' } })], 'complete', 'stop'],
    [[chunk({ response_metadata: { stop_reason: 'max_tokens' } })], 'complete', 'length'],
    [[chunk({ response_metadata: { stop_reason: 'tool_use' } })], 'unmarked', 'tool-calls'],
    [[chunk({ response_metadata: { finishReason: 'STOP' } })], 'complete', 'stop'],
    [[chunk({ response_metadata: { stopReason: 'end_turn' } })], 'complete', 'stop'],
    [[['updates', { __interrupt__: [{ value: 'Sure?' }] }]], 'complete', undefined],
    [[['end', null]], 'marker', undefined],
  ] satisfies [Sent[], string, unknown][])('%j', (events, ended, finishReason) => {
    const received = receiveRun(...events)
    expect([received.ended, received.draft.finishReason]).toEqual([ended, finishReason])
  })

  test('by an error is in its words, not in the name of its class', () => {
    const { draft } = receiveRun(['error', { error: 'ValueError', message: 'bad input' }])
    expect(draft.error?.message).toBe('bad input')
    expect(receiveRun(['error', { error: 'GraphRecursionError' }]).draft.error?.message).toBe(
      'GraphRecursionError',
    )
  })
})

test('the run of a thread is joined where it was cut', async () => {
  const { chat, clock, nextCall } = startChat({
    url: 'https://example.com/threads/t1/runs/stream',
    protocol: langGraph({ hasThread: true }),
  })
  const sent = chat.sendMessage('Hi')
  const first = await nextCall()
  await first.open({ headers: { 'content-location': '/threads/t1/runs/r1' } })
  const [metadata, start] = [['metadata', { run_id: 'r1' }] as Sent, chunk({ content: 'Hel' })]
  await first.write(sse([metadata]) + sse([start]).replace('\n\n', '\nid: 7\n\n'))
  await first.cut()
  await clock.advance(10_000)
  const second = await nextCall()
  expect(second).toMatchObject({
    method: 'GET',
    url: 'https://example.com/threads/t1/runs/r1/stream',
  })
  expect(second.headers.get('last-event-id')).toBe('7')
  await second.write(sse([chunk({ content: 'lo', response_metadata: { finish_reason: 'stop' } })]))
  await second.end()
  await expect(sent).resolves.toBe('Hello')
})

/** A reader to which the server has named the run, in an event with this id. */
function joining(run_id: string, lastEventId: string): ChatReader {
  const reader = langGraph().reader({ format: 'sse', headers: new Headers() })
  reader.read({ type: 'metadata', data: JSON.stringify({ run_id }), lastEventId }, createDraft())
  return reader
}

test.each([
  ['r1', '7', '/threads/t1/runs/stream', false, '/threads/t1/runs/r1/stream'],
  ['r1', '7', '/threads/t1/runs/stream?a=b', false, '/threads/t1/runs/r1/stream?a=b'],
  ['r1', '7', '/threads/t1/runs/stream', true, null],
  ['r1', '', '/threads/t1/runs/stream', false, null],
  ['', '7', '/threads/t1/runs/stream', false, null],
  ['r1', '7', '/runs/stream', false, null],
])(
  'the run %j, after the event %j of %s, from its start: %j',
  (run, id, url, fromStart, joined) => {
    expect(joining(run, id).resumeUrl!(url, fromStart)).toBe(joined)
  },
)

test('a heartbeat is no news of a run', () => {
  const draft = createDraft()
  const reader = joining('r1', '7')
  const event = (type: string) => ({ type, data: '{}', lastEventId: '7' })
  expect(reader.end(draft)).toBe('unmarked')
  reader.read(event('custom'), draft)
  expect(reader.end(draft)).toBe('unmarked')
  reader.read(event('heartbeat'), draft)
  expect(reader.end(draft)).toBe('complete')
})

test('a run that has nothing more to say when it is joined is over', async () => {
  const { chat, clock, nextCall } = startChat({
    url: 'https://example.com/threads/t1/runs/stream',
    protocol: langGraph({ hasThread: true }),
  })
  const sent = chat.sendMessage('Hi')
  const first = await nextCall()
  await first.open()
  const said: Sent = ['updates', { node: { messages: [{ role: 'ai', content: 'Hello' }] } }]
  await first.write(sse([['metadata', { run_id: 'r1' }], said]).replaceAll('\n\n', '\nid: 7\n\n'))
  await first.end()
  await clock.advance(10_000)
  const second = await nextCall()
  await second.open()
  await second.end()
  await expect(sent).resolves.toBe('Hello')
  expect(chat.getSnapshot()).toMatchObject({ status: 'ready', error: undefined })
})
