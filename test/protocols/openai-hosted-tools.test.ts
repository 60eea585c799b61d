import { describe, expect, test, vi } from 'vitest'
import type { ToolCallPart } from '../../src/protocols/message.js'
import { openaiResponses } from '../../src/protocols/openai-responses.js'
import { createChat } from '../../src/stores/chat.js'
import { createChatTools } from '../../src/stores/chat-tools.js'
import { receive, receiveData, sse } from './receive.js'

const done = { type: 'response.completed', response: { status: 'completed' } }

function itemEvents(item: object): object[] {
  const begun = { ...item, status: 'in_progress', arguments: '', output: null, error: null }
  return [
    { type: 'response.output_item.added', output_index: 0, item: begun },
    { type: 'response.output_item.done', output_index: 0, item },
  ]
}

test.each<[string, object, Partial<ToolCallPart>]>([
  [
    'web_search',
    { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'q' } },
    { args: { type: 'search', query: 'q' }, state: 'done' },
  ],
  [
    'file_search',
    { type: 'file_search_call', status: 'completed', queries: ['q'], results: [{ text: 'T' }] },
    { args: { queries: ['q'] }, state: 'done', result: [{ text: 'T' }] },
  ],
  [
    'file_search',
    { type: 'file_search_call', status: 'completed', queries: ['q'], results: null },
    { args: { queries: ['q'] }, state: 'done', result: undefined },
  ],
  [
    'code_interpreter',
    {
      type: 'code_interpreter_call',
      status: 'completed',
      code: '1+2',
      container_id: 'c',
      outputs: [{ type: 'logs', logs: '3' }],
    },
    {
      args: { code: '1+2', containerId: 'c' },
      state: 'done',
      result: [{ type: 'logs', logs: '3' }],
    },
  ],
  [
    'x_search',
    { type: 'x_search_call', status: 'completed', arguments: '{"query":"q"}' },
    { args: { query: 'q' }, state: 'done' },
  ],
  [
    'ask',
    { type: 'mcp_call', name: 'ask', arguments: '{"a":1}', output: 'Yes', error: null },
    { args: { a: 1 }, state: 'done', result: 'Yes' },
  ],
  [
    'ask',
    { type: 'mcp_call', name: 'ask', arguments: '{}', output: null, error: 'No such page' },
    { args: {}, state: 'error', error: 'No such page' },
  ],
  [
    'ask',
    {
      type: 'mcp_call',
      name: 'ask',
      arguments: '{}',
      error: { type: 'mcp_tool_execution_error', content: [{ type: 'text', text: 'Broken' }] },
    },
    { state: 'error', error: 'Broken' },
  ],
  [
    'ask',
    { type: 'mcp_call', name: 'ask', arguments: '{}', error: { code: 1, message: 'Unknown' } },
    { state: 'error', error: 'Unknown' },
  ],
  [
    'code_interpreter',
    { type: 'code_interpreter_call', status: 'failed', code: '1/0', outputs: null },
    { state: 'error', error: 'The tool failed' },
  ],
])('%s, in %j, is a call that the provider runs', (name, item, call) => {
  const output = { id: 'x_1', ...item }
  const expected = [{ type: 'tool-call', id: 'x_1', name, providerExecuted: true, ...call }]
  const streamed = receiveData(openaiResponses(), ...itemEvents(output), done)
  const body = { object: 'response', status: 'completed', output: [output] }
  const whole = receive(openaiResponses(), 'json-seq', [JSON.stringify(body)])
  for (const { draft } of [streamed, whole]) {
    expect(draft.snapshot()).toMatchObject({ parts: expected, finishReason: 'stop' })
  }
})

test('the arguments for a server of MCP come in deltas', () => {
  const item = { id: 'x', type: 'mcp_call', name: 'ask', arguments: '{"a":1}' }
  const [added, finished] = itemEvents(item)
  const delta = (text: string): object => ({
    type: 'response.mcp_call_arguments.delta',
    output_index: 0,
    delta: text,
  })
  const events = [added!, delta('{"a"'), delta(':1')]
  expect(receiveData(openaiResponses(), ...events).draft.snapshot().parts).toMatchObject([
    { name: 'ask', argsText: '{"a":1' },
  ])
  expect(
    receiveData(openaiResponses(), ...events, delta('}'), finished!).draft.snapshot().parts,
  ).toMatchObject([{ argsText: '{"a":1}', state: 'done' }])
})

describe('a custom call', () => {
  const item = {
    id: 'ctc_1',
    type: 'custom_tool_call',
    call_id: 'c',
    name: 'x_keyword_search',
    input: 'q',
  }
  const added = (type: string): object => ({
    type: 'response.output_item.added',
    output_index: 1,
    item: { type },
  })

  test.each([
    ['message', true, 'done', 'stop'],
    ['reasoning', true, 'done', 'stop'],
    ['function_call', undefined, 'ready', 'tool-calls'],
  ])('before a %s; the provider has run it: %s', (type, providerExecuted, state, finishReason) => {
    const { draft } = receiveData(openaiResponses(), ...itemEvents(item), added(type), done)
    const { parts, finishReason: reason } = draft.snapshot()
    expect(reason).toBe(finishReason)
    expect(parts[0]).toMatchObject({ id: 'c', args: 'q', providerExecuted, state })
  })

  test('of an answer that does not stream is told in the same way', () => {
    const output = [item, { type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }]
    const body = { object: 'response', status: 'completed', output }
    expect(receiveData(openaiResponses(), body).draft.snapshot()).toMatchObject({
      parts: [{ providerExecuted: true }, { type: 'text' }],
      finishReason: 'stop',
    })
  })
})

test('a call that MCP wants to be approved waits for the user', () => {
  const item = {
    id: 'mcpr_1',
    type: 'mcp_approval_request',
    server_label: 'docs',
    name: 'ask',
    arguments: '{"a":1}',
  }
  const { draft } = receiveData(openaiResponses(), ...itemEvents(item), done)
  expect(draft.snapshot()).toMatchObject({
    parts: [
      {
        id: 'mcpr_1',
        name: 'ask',
        args: { a: 1 },
        state: 'approval',
        providerExecuted: true,
        approval: { id: 'mcpr_1', serverLabel: 'docs' },
      },
    ],
    finishReason: 'tool-calls',
  })
})

test.each(['mcp_list_tools', 'computer_call', 'shell_call', 'tool_search_call'])(
  '%s is no call that a page shows',
  (type) => {
    const item = { id: 'x', type, tools: [], action: {}, arguments: {} }
    const { draft, errors } = receiveData(openaiResponses(), ...itemEvents(item), done)
    expect([draft.snapshot().parts, errors]).toEqual([[], []])
  },
)

test('what the user decides about a call goes to the model at once', async () => {
  const asked = { type: 'mcp_approval_request', server_label: 'docs', name: 'ask' }
  const item = { ...asked, id: 'mcpr_1', arguments: '{}' }
  const text = { type: 'response.output_text.delta', output_index: 0, delta: 'Then not.' }
  const replies = [sse(...itemEvents(item), done), sse(text, done)]
  const bodies: string[] = []
  const chat = createChat({
    url: 'https://example.com',
    protocol: openaiResponses(),
    fetch: (_url, init) => {
      bodies.push(init?.body as string)
      const headers = { 'content-type': 'text/event-stream' }
      return Promise.resolve(new Response(replies.shift(), { headers }))
    },
  })
  const tools = createChatTools(chat, {})
  await chat.sendMessage('Hi')
  tools.deny('mcpr_1', 'No')
  await vi.waitFor(() => expect(chat.getSnapshot().streamingContent).toBe('Then not.'))
  expect(JSON.parse(bodies[1]!)).toMatchObject({
    input: [
      { role: 'user' },
      { type: 'mcp_approval_request', id: 'mcpr_1' },
      { type: 'mcp_approval_response', approve: false, reason: 'No' },
    ],
  })
})
