import { describe, expect, test } from 'vitest'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { openaiResponses } from '../../../src/protocols/openai-responses.js'
import { bodyOf, call, conversation, linkedImage, message, pdf } from '../conversation.js'
import { receiveData } from '../receive.js'

function inputOf(...parts: MessagePart[]): unknown {
  const body = bodyOf(openaiResponses(), [message('assistant', '', parts)])
  return (body as { input: unknown }).input
}

function text(text: string, phase?: string): MessagePart {
  return { type: 'text', text, ...(phase && { providerMetadata: { openai: { phase } } }) }
}

const sealed = (id: string): object => ({
  type: 'reasoning',
  id,
  summary: [],
  encrypted_content: 'x',
})
const kept = (data: object): MessagePart => ({ type: 'data', name: 'openaiResponses', data })
const items = { called: { type: 'function_call' }, answered: { type: 'function_call_output' } }

describe('a conversation', () => {
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

describe('what the model has sealed goes back', () => {
  test.each<[string, MessagePart[], object[]]>([
    [
      'before the calls that it led to',
      [kept(sealed('a')), call('c1')],
      [sealed('a'), items.called, items.answered],
    ],
    [
      'in each round of them',
      [kept(sealed('a')), call('c1'), kept(sealed('b')), call('c2')],
      [sealed('a'), items.called, items.answered, sealed('b'), items.called, items.answered],
    ],
    ['before its answer', [kept(sealed('a')), text('Hi')], [sealed('a'), { content: 'Hi' }]],
    [
      'only where what it led to does: a page does not run the tools of the API',
      [kept(sealed('a')), call('c1', { providerExecuted: true }), kept(sealed('b')), text('Hi')],
      [sealed('b'), { content: 'Hi' }],
    ],
    ['not after its answer', [text('Hi'), kept(sealed('a'))], [{ content: 'Hi' }]],
    [
      'as a summary of what was before',
      [text('Hi'), kept({ type: 'compaction', encrypted_content: 'x' })],
      [{ content: 'Hi' }, { type: 'compaction' }],
    ],
    [
      'not before such a summary, to which no thought leads',
      [kept(sealed('a')), kept({ type: 'compaction', encrypted_content: 'x' }), text('Hi')],
      [{ type: 'compaction' }, { content: 'Hi' }],
    ],
    [
      'with a call that has no answer not at all',
      [kept(sealed('a')), call('c1', { state: 'ready' })],
      [],
    ],
  ])('%s', (_name, parts, expected) => {
    expect(inputOf(...parts)).toMatchObject(expected)
    expect(inputOf(...parts)).toHaveLength(expected.length)
  })

  test('as it came, but for what the API would refuse', () => {
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'Hm' }],
      encrypted_content: 'gAAA',
      content: null,
      status: 'completed',
    }
    const { draft } = receiveData(
      openaiResponses(),
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Hi' },
    )
    const { content: _, status: __, ...sent } = item
    expect(inputOf(...draft.snapshot().parts)).toEqual([sent, { role: 'assistant', content: 'Hi' }])
  })

  test.each([
    [
      {
        type: 'reasoning',
        id: 'a',
        summary: [],
        content: [{ type: 'reasoning_text', text: 'Hm' }],
      },
      1,
    ],
    [{ type: 'reasoning', id: 'a', summary: [{ type: 'summary_text', text: 'Hm' }] }, 0],
    [{ type: 'reasoning', id: 'a', summary: [], content: [], encrypted_content: null }, 0],
    [{ type: 'compaction', id: 'a', encrypted_content: 'x' }, 1],
  ])('%j: %d', (item, count) => {
    const done = { type: 'response.output_item.done', output_index: 0, item }
    const { parts } = receiveData(openaiResponses(), done).draft.snapshot()
    expect(parts.filter(({ type }) => type === 'data')).toHaveLength(count)
  })
})

describe('the phase of its work in which a model spoke', () => {
  const added = (index: number, phase?: string | null): object => ({
    type: 'response.output_item.added',
    output_index: index,
    item: { type: 'message', role: 'assistant', content: [], phase },
  })
  const delta = (index: number, delta: string): object => ({
    type: 'response.output_text.delta',
    output_index: index,
    content_index: 0,
    delta,
  })

  test('goes back with what it said', () => {
    const { draft } = receiveData(
      openaiResponses(),
      added(0, 'commentary'),
      delta(0, 'Let me '),
      delta(0, 'see.'),
      added(1, 'final_answer'),
      delta(1, 'It rains.'),
    )
    const { content, parts } = draft.snapshot()
    expect(content).toBe('Let me see.\n\nIt rains.')
    expect(inputOf(...parts)).toEqual([
      { role: 'assistant', phase: 'commentary', content: 'Let me see.' },
      { role: 'assistant', phase: 'final_answer', content: 'It rains.' },
    ])
  })

  test.each([null, undefined])('is none where it is %s', (phase) => {
    const events = [added(0, phase), delta(0, 'A'), added(1, phase), delta(1, 'B')]
    const { parts } = receiveData(openaiResponses(), ...events).draft.snapshot()
    expect(parts).toEqual([{ type: 'text', text: 'A\n\nB' }])
  })

  test('is read of an answer that does not stream', () => {
    const content = [{ type: 'output_text', text: 'Hi' }]
    const output = [{ type: 'message', phase: 'final_answer', content }]
    const body = { object: 'response', status: 'completed', output }
    const { parts } = receiveData(openaiResponses(), body).draft.snapshot()
    expect(inputOf(...parts)).toEqual([{ role: 'assistant', phase: 'final_answer', content: 'Hi' }])
  })
})

test('text between sources is one message, its spaces too', () => {
  const source: MessagePart = { type: 'source', url: 'https://example.com' }
  expect(inputOf(text('\n\nA'), source, text(' '), source, text('B'))).toEqual([
    { role: 'assistant', content: 'A B' },
  ])
})

test('a custom tool is given the text that it was called with', () => {
  expect(inputOf(call('c1', { args: 'select 1', result: 'one row' }))).toEqual([
    { type: 'custom_tool_call', call_id: 'c1', name: 'weather', input: 'select 1' },
    { type: 'custom_tool_call_output', call_id: 'c1', output: 'one row' },
  ])
})

test.each([
  [{ type: 'function_call', arguments: '{}' }, { namespace: 'crm' }],
  [{ type: 'function_call', arguments: '{}' }, { async: true }],
  [{ type: 'custom_tool_call', input: 'q' }, { async: true }],
])('%j has with it what it came with: %j', (call, more) => {
  const item = { ...call, call_id: 'c1', name: 'f', ...more }
  // Of a call that it does not wait for, the model goes on without an answer.
  const next = { type: 'message', content: [{ type: 'output_text', text: 'Wait.' }] }
  const body = { object: 'response', status: 'completed', output: [item, next] }
  const { parts, finishReason } = receiveData(openaiResponses(), body).draft.snapshot()
  expect(finishReason).toBe('tool-calls')
  const [part] = parts
  expect(inputOf({ ...part, state: 'done', result: 1 } as MessagePart)).toEqual([
    item,
    { type: `${call.type}_output`, call_id: 'c1', output: '1' },
  ])
})

describe('a call that MCP wants to be approved', () => {
  const asked = { id: 'mcpr_1', serverLabel: 'docs' }
  const waiting = call('mcpr_1', { state: 'approval', providerExecuted: true, approval: asked })
  const request = {
    type: 'mcp_approval_request',
    id: 'mcpr_1',
    server_label: 'docs',
    name: 'weather',
    arguments: '{"city":"Paris"}',
  }

  test.each([
    ['running', true, undefined],
    ['error', false, 'Too far'],
  ] as const)('%s, is answered', (state, approved, reason) => {
    const approval = { ...asked, approved, ...(reason && { reason }) }
    expect(inputOf(kept(sealed('a')), { ...waiting, state, approval })).toEqual([
      sealed('a'),
      request,
      {
        type: 'mcp_approval_response',
        approval_request_id: 'mcpr_1',
        approve: approved,
        ...(reason && { reason }),
      },
    ])
  })

  test('is left out once the model has gone on: it would run again', () => {
    const parts: MessagePart[] = [
      { ...waiting, state: 'running', approval: { ...asked, approved: true } },
    ]
    const messages = [message('assistant', '', parts), message('assistant', 'It rains.')]
    expect(bodyOf(openaiResponses(), messages)).toMatchObject({
      input: [{ role: 'assistant', content: 'It rains.' }],
    })
  })

  test('is left out while nobody has decided', () => {
    expect(inputOf(text('May I?'), waiting)).toEqual([{ role: 'assistant', content: 'May I?' }])
  })
})
