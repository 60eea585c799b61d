import { describe, expect, test, vi } from 'vitest'
import { openaiResponses } from '../../src/protocols/openai-responses.js'
import { createChat } from '../../src/stores/chat/chat.js'
import { createChatTools } from '../../src/stores/chat/tools/chat-tools.js'
import { receive, receiveData, sse } from './receive.js'

const done = { type: 'response.completed', response: { status: 'completed' } }

function itemEvents(item: object): object[] {
  const begun = { ...item, status: 'in_progress', arguments: '', output: null, error: null }
  return [
    { type: 'response.output_item.added', output_index: 0, item: begun },
    { type: 'response.output_item.done', output_index: 0, item },
  ]
}

test.each([
  { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'q' } },
  { type: 'file_search_call', status: 'completed', queries: ['q'], results: [{ text: 'T' }] },
  { type: 'code_interpreter_call', status: 'completed', code: '1+2', outputs: [{ logs: '3' }] },
  { type: 'x_search_call', status: 'completed', arguments: '{"query":"q"}' },
  { type: 'view_x_video_call', status: 'completed', arguments: '{"url":"u"}' },
  { type: 'mcp_call', name: 'ask', arguments: '{"a":1}', output: 'Yes', error: null },
  { type: 'shell_call', call_id: 'c', action: { commands: ['ls'] } },
  { type: 'shell_call_output', call_id: 'c', output: [{ stdout: 'a.txt' }] },
])('what a tool of the provider has done is data: %j', (item) => {
  const output = { id: 'x_1', ...item }
  const streamed = receiveData(openaiResponses(), ...itemEvents(output), done)
  const body = { object: 'response', status: 'completed', output: [output] }
  const whole = receive(openaiResponses(), 'json-seq', [JSON.stringify(body)])
  for (const { draft } of [streamed, whole]) {
    const { parts, finishReason } = draft.snapshot()
    expect(parts).toEqual([{ type: 'data', name: item.type, data: output }])
    expect(finishReason).toBe('stop')
  }
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
    ['function_call', false, 'ready', 'tool-calls'],
  ])('before a %s; the provider has run it: %s', (type, providerExecuted, state, finishReason) => {
    const { draft } = receiveData(openaiResponses(), ...itemEvents(item), added(type), done)
    const { parts, finishReason: reason } = draft.snapshot()
    expect(reason).toBe(finishReason)
    const by = providerExecuted ? { providerExecuted } : {}
    expect(parts[0]).toMatchObject({ id: 'c', args: 'q', state, ...by })
  })

  test('is the page’s where a gateway ends the message before it after it, or begins one meanwhile', () => {
    const message = { type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }
    const told = { type: 'response.output_item.done', output_index: 1, item: message }
    const [begun, whole] = itemEvents(item)
    for (const events of [
      [added('message'), begun!, whole!, told],
      [begun!, added('message'), whole!, told],
    ]) {
      const { parts, finishReason } = receiveData(
        openaiResponses(),
        ...events,
        done,
      ).draft.snapshot()
      expect(finishReason).toBe('tool-calls')
      expect(parts.find(({ type }) => type === 'tool-call')).toMatchObject({ state: 'ready' })
    }
  })

  test('that the limit has cut is not given to the tool', () => {
    const incomplete = {
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    }
    const events = itemEvents({ ...item, status: 'incomplete' })
    const { draft } = receiveData(openaiResponses(), ...events, incomplete)
    expect(draft.snapshot().parts).toMatchObject([{ args: null, state: 'error' }])
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

test('the page’s call before those that the provider has run waits for the page', () => {
  const asked = { type: 'function_call', call_id: 'f', name: 'weather', arguments: '' }
  const searched = { type: 'custom_tool_call', call_id: 's', name: 'x_search', input: 'q' }
  const said = { type: 'message', content: [{ type: 'output_text', text: 'Wait.' }] }
  const items = [asked, searched, said].map((item, output_index) =>
    itemEvents(item).map((event) => ({ ...event, output_index })),
  )
  const { draft } = receiveData(openaiResponses(), ...items.flat(), done)
  expect(draft.snapshot()).toMatchObject({
    parts: [{ args: {}, state: 'ready' }, { state: 'done' }, { text: 'Wait.' }],
    finishReason: 'tool-calls',
  })
})

test('calls that MCP wants to be approved are told apart, though they have no call id', () => {
  const items = ['a', 'b'].map((id, output_index) => ({
    type: 'response.output_item.done',
    output_index,
    item: { type: 'mcp_approval_request', id, server_label: 'docs', name: id, arguments: '{}' },
  }))
  const { draft } = receiveData(openaiResponses(), ...items, done)
  expect(draft.snapshot().parts).toMatchObject([{ id: 'a' }, { id: 'b' }])
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

test.each(['mcp_list_tools', 'computer_call', 'tool_search_call'])(
  '%s is nothing that a page shows',
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
