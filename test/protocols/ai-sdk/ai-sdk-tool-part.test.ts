import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import type {
  ChatMessage,
  MessagePart,
  ToolCallPart,
} from '../../../src/protocols/message/message.js'

function call(fields: Partial<ToolCallPart>): ToolCallPart {
  return {
    type: 'tool-call',
    id: 'c1',
    name: 'deploy',
    args: { env: 'prod' },
    argsText: '',
    state: 'ready',
    ...fields,
  }
}

function message(
  id: string,
  role: ChatMessage['role'],
  parts: readonly MessagePart[],
): ChatMessage {
  return { id, role, content: '', parts, status: 'complete' }
}

/** The parts of each message of the request, as JSON has them. */
function sent(...messages: ChatMessage[]): Record<string, unknown>[][] {
  const { body } = aiSdk().request!({ messages })
  const read = JSON.parse(JSON.stringify(body)) as { messages: { parts: [] }[] }
  return read.messages.map(({ parts }) => parts)
}

const asked = { id: 'a1', signature: 's' }
const granted = { ...asked, approved: true }
const refused = { ...asked, approved: false, reason: 'No' }

describe('a call, and what the schema of AI SDK allows beside its state', () => {
  test.each<[Partial<ToolCallPart>, object]>([
    [{ state: 'ready' }, { state: 'input-available' }],
    [{ state: 'running', result: 'half' }, { state: 'input-available' }],
    // The page's own approval is none of the server's business.
    [{ state: 'approval' }, { state: 'input-available' }],
    [
      { state: 'done', result: { ok: 1 } },
      { state: 'output-available', output: { ok: 1 } },
    ],
    // The schema wants an output.
    [{ state: 'done' }, { state: 'output-available', output: null }],
    [
      { state: 'error', error: 'Boom', result: 'half' },
      { state: 'output-error', errorText: 'Boom' },
    ],
    [
      { state: 'approval', approval: asked },
      { state: 'approval-requested', approval: asked },
    ],
    [
      { state: 'running', approval: granted },
      { state: 'approval-responded', approval: granted },
    ],
    [
      { state: 'running', result: 'half', approval: granted },
      { state: 'approval-responded', approval: granted },
    ],
    [
      { state: 'done', result: 1, approval: granted },
      { state: 'output-available', output: 1, approval: granted },
    ],
    [
      { state: 'done', result: 1, approval: asked },
      { state: 'output-available', output: 1 },
    ],
    [
      { state: 'error', error: 'Boom', approval: granted },
      { state: 'output-error', errorText: 'Boom', approval: granted },
    ],
    [
      { state: 'error', error: 'No', approval: refused },
      { state: 'approval-responded', approval: refused },
    ],
    [
      { state: 'error', error: 'No', approval: { ...refused, isSettled: true } },
      { state: 'output-denied', approval: refused },
    ],
  ])('%j', (fields, part) => {
    const expected = { type: 'tool-deploy', toolCallId: 'c1', input: { env: 'prod' }, ...part }
    expect(sent(message('m1', 'assistant', [call(fields)]))).toEqual([[expected]])
  })
})

test('one of a dynamic tool', () => {
  const [parts] = sent(message('m1', 'assistant', [call({ state: 'done', dynamic: true })]))
  expect(parts).toMatchObject([{ type: 'dynamic-tool', toolName: 'deploy' }])
})

test('what the conversation has passed over has an outcome, or is left out', () => {
  const parts = [
    { type: 'text', text: 'Hm' },
    call({ state: 'ready' }),
    call({ state: 'approval', approval: asked }),
    call({ state: 'running', approval: granted }),
    call({ state: 'error', error: 'No', approval: refused }),
    // Of a reply that was stopped or cut while the model wrote them.
    call({ state: 'error', args: null, argsText: '{"en', error: 'Expected JSON' }),
    call({ state: 'done', result: 1 }),
  ] as const
  const [first] = sent(message('m1', 'assistant', parts), message('m2', 'user', []))
  expect(first).toMatchObject([
    { type: 'text' },
    { state: 'output-denied', approval: refused },
    { state: 'output-available' },
  ])
})

test('a message that has only what was passed over is not sent: a server refuses one without parts', () => {
  const passed = message('m1', 'assistant', [call({ state: 'ready' })])
  expect(sent(passed, message('m2', 'user', []))).toHaveLength(1)
  expect(sent(passed)).toHaveLength(1)
})

test('arguments that never were JSON are sent as none, where the server has to know', () => {
  const [parts] = sent(message('m1', 'assistant', [call({ state: 'error', args: null })]))
  expect(parts).toMatchObject([{ state: 'output-error', input: {} }])
})

describe('a step begins', () => {
  const text = { type: 'text', text: 'Hm' } as const
  const thought = { type: 'reasoning', text: 'Hm' } as const
  const data = { type: 'data', name: 'job', data: 1 } as const
  const done = call({ state: 'done', result: 1 })
  const waits = call({ state: 'approval', approval: asked })
  const denied = call({ state: 'error', approval: refused })

  test.each<[string, readonly MessagePart[], string]>([
    ['after the calls that have been answered', [text, done, done, text], 't c c | t'],
    ['with a thought', [done, thought, text], 'c | r t'],
    ['each time', [done, text, done, text], 'c | t c | t'],
    ['with a file', [done, { type: 'file', mediaType: 'image/png', url: '/a' }], 'c | f'],
    ['not after data', [done, data, done], 'c d c'],
    ['not while the server waits for one', [done, waits, text], 'c c t'],
    ['not before the server knows what was denied', [denied, text], 'c t'],
    [
      'with a call that knew what the last one gave',
      [
        { ...done, step: 0 },
        { ...done, step: 0 },
        { ...done, step: 2 },
        { ...done, step: 3 },
      ],
      'c c | c | c',
    ],
    [
      'after what the provider was allowed to run',
      [{ ...done, providerExecuted: true, approval: granted }, text],
      'c | t',
    ],
    ['not after what the provider runs', [{ ...done, providerExecuted: true }, text], 'c t'],
  ])('%s', (_when, parts, expected) => {
    const [first] = sent(message('m1', 'assistant', parts))
    const letters = { text: 't', reasoning: 'r', 'data-job': 'd', 'step-start': '|', file: 'f' }
    const all = first!.map(({ type }) => letters[type as keyof typeof letters] ?? 'c')
    expect(all.join(' ')).toBe(expected)
  })
})

test('the message that goes on is named', () => {
  const { request } = aiSdk()
  const asks = message('m1', 'user', [])
  const answers = message('m2', 'assistant', [call({ state: 'done', result: 1 })])
  expect(request!({ messages: [asks, answers] }).body).toMatchObject({ messageId: 'm2' })
  expect(request!({ messages: [asks] }).body).toHaveProperty('messageId', undefined)
})
