import { expect, test } from 'vitest'
import { langServe } from '../../src/protocols/lang-serve.js'
import { bodyOf, message } from './conversation.js'
import { receive, type Received } from './receive.js'

function receiveOutputs(...outputs: unknown[]): Received {
  const lines = outputs.map((each) => `event: data\r\ndata: ${JSON.stringify(each)}\r\n\r\n`)
  return receive(langServe(), 'text', [...lines, ': ping\r\n\r\nevent: end\r\n\r\n'])
}

test.each([
  [['Hel', 'lo']],
  [
    [
      { type: 'AIMessageChunk', content: 'Hel' },
      { type: 'AIMessageChunk', content: 'lo' },
    ],
  ],
  [[{ input: 'Hi' }, { context: [{ page_content: 'x' }] }, { answer: 'Hel' }, { answer: 'lo' }]],
  [[{ actions: [{}] }, { steps: [{}] }, { output: 'Hello' }]],
  [
    [
      { ops: [{ op: 'replace', path: '', value: {} }] },
      {
        ops: [
          { op: 'add', path: '/streamed_output/-', value: 'Hello' },
          { op: 'add', path: '/logs/x/streamed_output/-', value: 'inner' },
        ],
      },
    ],
  ],
  [
    [
      { event: 'on_chain_start', data: {} },
      {
        event: 'on_chat_model_stream',
        data: { chunk: { type: 'AIMessageChunk', content: 'Hel' } },
      },
      { event: 'on_chat_model_stream', data: { chunk: { content: 'l' } } },
      { event: 'on_llm_stream', data: { chunk: { text: 'o' } } },
      { event: 'on_chain_stream', data: { chunk: 'Hello' } },
    ],
  ],
  [['Hello', null, { other: 1 }]],
  [[{ content: 'Hel', additional_kwargs: {} }, 'lo']],
])('%j', (outputs) => {
  const { draft, ended, errors } = receiveOutputs(...outputs)
  expect([draft.content, ended, errors]).toEqual(['Hello', 'marker', []])
})

test('of a tool that has run, only what it gave for a call is read', () => {
  const call = { index: 0, id: 'c1', name: 'weather', args: '{"city":"Oslo"}' }
  const given = { type: 'tool', tool_call_id: 'c1', content: '3 °C' }
  const { draft } = receiveOutputs(
    {
      event: 'on_chat_model_stream',
      data: { chunk: { type: 'AIMessageChunk', content: '', tool_call_chunks: [call] } },
    },
    { event: 'on_tool_start', data: { input: { city: 'Oslo' } } },
    { event: 'on_tool_end', data: { output: given } },
    { event: 'on_tool_end', data: { output: 'found' } },
    { event: 'on_tool_end', data: { output: { type: 'ai', content: 'said' } } },
  )
  expect(draft.snapshot().parts).toMatchObject([{ id: 'c1', state: 'done', result: '3 °C' }])
})

test('an end without the event `end` is a cut', () => {
  expect(receive(langServe(), 'text', ['event: data\ndata: "Hi"\n\n']).ended).toBe('cut')
})

test('as events it has no end, and nobody can tell', () => {
  const { draft, ended } = receive(langServe(), 'sse', [
    'event: data\ndata: "Hel"\n\nevent: data\ndata: "lo"\n\nevent: end\n\n',
  ])
  expect([draft.snapshot().content, ended]).toEqual(['Hello', 'unmarked'])
})

test('what has no name, comments and ids change nothing', () => {
  const { draft, errors } = receive(langServe(), 'text', [
    'event: data\n: c\nid: 1\ndata: "Hi"\n\ndata: "No"\n\nevent: new\ndata: No\n\n',
  ])
  expect([draft.snapshot().content, errors]).toEqual(['Hi', []])
})

test.each(['\n', '\r\n', '\r'])(
  'lines may end with %j, and fields stand in any order',
  (lineEnd) => {
    const whole = 'data: ["Hel",\ndata: 1]\nevent: data\n\ndata: "Hi"\nevent: data\n\nevent:end'
    for (const pieces of [[whole], whole.split('')]) {
      const text = pieces.map((piece) => piece.replaceAll('\n', lineEnd))
      const { draft, ended } = receive(langServe(), 'text', text)
      expect([draft.snapshot().content, ended]).toEqual(['Hi', 'complete'])
    }
  },
)

test('a broken event is reported, and the stream goes on', () => {
  const { draft, errors } = receive(langServe(), 'text', [
    'event: data\ndata: {"con\n\nevent: data\ndata: "Hi"\n\n',
  ])
  expect([draft.content, errors.map(({ code }) => code)]).toEqual(['Hi', ['parse']])
})

test('a broken event is reported, even if the end comes in the same piece', () => {
  const body = 'event: data\ndata: {"con\n\nevent: data\ndata: "Hi"\n\nevent: end\n\n'
  for (const pieces of [[body], body.split('')]) {
    const { draft, ended, errors } = receive(langServe(), 'text', pieces)
    expect([draft.content, errors.map(({ code }) => code)]).toEqual(['Hi', ['parse']])
    expect(['marker', 'complete']).toContain(ended)
  }
})

test('what comes after the end is not read', () => {
  const body = 'event: data\ndata: "Hi"\n\nevent: end\ndata: {}\n\nevent: data\ndata: "No"\n\n'
  for (const pieces of [[body], body.split('')]) {
    const { draft, ended } = receive(langServe(), 'text', pieces)
    expect([draft.content, ended]).toEqual(['Hi', 'marker'])
  }
})

test('the input is that of the chain', () => {
  const input = (messages: readonly { content: string }[]): object => ({
    question: messages.at(-1)?.content,
  })
  expect(bodyOf(langServe({ input }), [message('user', 'Hi')])).toEqual({
    input: { question: 'Hi' },
  })
  expect(bodyOf(langServe(), [message('user', 'Hi')])).toEqual({
    input: { messages: [{ type: 'human', content: 'Hi' }] },
  })
})
