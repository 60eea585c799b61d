import { expect, test } from 'vitest'
import { langGraph } from '../../../src/protocols/lang-graph.js'
import { langServe } from '../../../src/protocols/lang-serve.js'
import { receive } from '../receive.js'
import { sse } from './lang-graph-sse.js'

/** A message as LangChain.js writes it as JSON, and as `dumpd` does. */
function made(name: string, kwargs: object): object {
  return { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', name], kwargs }
}

const call = { index: 0, id: 'c1', name: 'weather', args: '{"city":"Oslo"}' }
const pieces = [
  made('AIMessageChunk', {
    id: 'run-1',
    content: '',
    additional_kwargs: { reasoning_content: 'Hm' },
  }),
  made('AIMessageChunk', { id: 'run-1', content: 'Hel' }),
  made('AIMessageChunk', { id: 'run-1', content_blocks: [{ type: 'text', text: 'lo' }] }),
  made('AIMessageChunk', {
    id: 'run-1',
    content: '',
    tool_call_chunks: [call],
    tool_calls: [{ ...call, args: {} }],
    usage_metadata: { input_tokens: 3, output_tokens: 2 },
    response_metadata: { finish_reason: 'tool_calls' },
  }),
]
const whole = made('AIMessage', { id: 'run-1', content: 'Hello' })
const result = made('ToolMessage', { id: 't1', tool_call_id: 'c1', content: '3 °C' })
const expected = {
  parts: [
    { type: 'reasoning', text: 'Hm' },
    { type: 'text', text: 'Hello' },
    { id: 'c1', name: 'weather', args: { city: 'Oslo' }, state: 'done', result: '3 °C' },
  ],
  finishReason: 'tool-calls',
  usage: { inputTokens: 3, outputTokens: 2 },
}

test('as what makes them again, LangGraph', () => {
  const human = made('HumanMessage', { content: 'Hi' })
  const before = made('AIMessage', { id: 'run-0', content: 'Before' })
  const { draft } = receive(langGraph(), 'sse', [
    sse([
      ...pieces.map((piece): [string, unknown] => ['messages', [piece, {}]]),
      ['updates', { agent: { messages: [whole] } }],
      ['updates', { tools: { messages: [result] } }],
      ['values', { messages: [before, human, whole, result] }],
    ]),
  ])
  expect(draft.snapshot()).toMatchObject(expected)
})

test.each([
  ['/stream', (piece: object) => piece, result],
  [
    '/stream_events',
    (chunk: object) => ({ event: 'on_chat_model_stream', data: { chunk } }),
    { event: 'on_tool_end', data: { output: result } },
  ],
  [
    '/stream_log',
    (value: object) => ({ ops: [{ op: 'add', path: '/streamed_output/-', value }] }),
    { ops: [{ op: 'add', path: '/streamed_output/-', value: result }] },
  ],
])('as what makes them again, %s of LangServe', (_, toOutput, last) => {
  const outputs = [...pieces.map(toOutput), last]
  const lines = outputs.map((each) => `event: data\ndata: ${JSON.stringify(each)}\n\n`)
  const { draft, ended } = receive(langServe(), 'text', [...lines, 'event: end\n\n'])
  expect([draft.snapshot(), ended]).toMatchObject([expected, 'marker'])
})

test('the pages that a text cites are sources', () => {
  const annotations = [{ url: 'https://a', title: 'A' }, { url: 'https://b' }, { type: 'other' }]
  const message = { type: 'ai', id: 'a1', content: [{ type: 'text', text: 'Hi', annotations }] }
  const { draft } = receive(langGraph(), 'sse', [sse([['messages', [message]]])])
  expect(draft.snapshot().parts).toMatchObject([
    { type: 'text', text: 'Hi' },
    { type: 'source', url: 'https://a', title: 'A' },
    { type: 'source', url: 'https://b', title: undefined },
  ])
})
