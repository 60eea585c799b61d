// What an AI SDK server has saved of a conversation is shown, and goes back as it was.
import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import { fromUiMessages } from '../../../src/protocols/ai-sdk/ai-sdk-saved.js'

const user = { id: 'u1', role: 'user' as const, parts: [{ type: 'text', text: 'And Rome?' }] }
const weather = { type: 'tool-weather', toolCallId: 'c1', input: { city: 'Rome' } }
const seal = { openai: { itemId: 'i1' } }
const asked = { id: 'a1', signature: 's' }

function reply(...parts: { type: string }[]) {
  return { id: 'm1', role: 'assistant' as const, parts }
}

/** The parts as the page has them, of which there is one. */
function partOf(part: { type: string }): unknown {
  return fromUiMessages([reply(part)])[0]!.parts[0]
}

/** The messages of the next request. */
function sentBack(...messages: Parameters<typeof fromUiMessages>[0]): unknown {
  const { body } = aiSdk().request!({ messages: fromUiMessages(messages) })
  return JSON.parse(JSON.stringify(body)).messages
}

test('a message keeps its id and metadata, is complete, and has its text as content', () => {
  const text = { type: 'text', text: 'It ' }
  const metadata = { model: 'm' }
  const [message] = fromUiMessages([{ ...reply({ type: 'step-start' }, text), metadata }])
  expect(message).toMatchObject({
    id: 'm1',
    role: 'assistant',
    content: 'It ',
    parts: [text],
    status: 'complete',
    metadata,
  })
})

test.each([
  [
    { ...weather, state: 'input-available' },
    { name: 'weather', id: 'c1', state: 'ready', args: { city: 'Rome' } },
  ],
  [
    { ...weather, state: 'input-streaming', input: { city: 'Ro' } },
    { state: 'error', args: null, argsText: '{"city":"Ro"' },
  ],
  [
    { ...weather, state: 'input-streaming', input: undefined },
    { state: 'error', args: null },
  ],
  [
    { ...weather, type: 'dynamic-tool', toolName: 'find', state: 'input-available' },
    { name: 'find', dynamic: true },
  ],
  [
    { ...weather, state: 'output-available', output: 30 },
    { state: 'done', result: 30 },
  ],
  [
    { ...weather, state: 'output-error', input: undefined, rawInput: '{', errorText: 'Bad' },
    { state: 'error', error: 'Bad' },
  ],
  [
    { ...weather, state: 'approval-requested', approval: asked },
    { state: 'approval', approval: asked },
  ],
  [
    { ...weather, state: 'approval-responded', approval: { ...asked, approved: true } },
    { state: 'running', approval: { approved: true } },
  ],
  [
    { ...weather, state: 'output-denied', approval: { ...asked, approved: false, reason: 'No' } },
    { state: 'error', error: 'No', approval: { approved: false } },
  ],
])('%j', (part, shown) => {
  expect(partOf(part)).toMatchObject(shown)
})

describe('goes back as it was saved:', () => {
  test.each([
    [{ type: 'text', text: 'Hm', providerMetadata: seal }],
    [{ type: 'reasoning', text: 'Hm', providerMetadata: seal }],
    [{ type: 'reasoning', text: '', providerMetadata: seal }],
    [{ type: 'file', mediaType: 'image/png', url: '/a.png', filename: 'a.png' }],
    [{ type: 'source-url', sourceId: 's1', url: 'https://example.com', title: 'E' }],
    [{ type: 'source-document', sourceId: 's1', mediaType: 'text/plain', title: 'E' }],
    [{ type: 'data-weather', id: 'w1', data: { celsius: 30 } }],
    [{ type: 'custom', kind: 'k', providerMetadata: seal }],
    [
      {
        ...weather,
        state: 'output-available',
        output: { celsius: 30 },
        callProviderMetadata: seal,
        resultProviderMetadata: seal,
      },
    ],
    [{ ...weather, state: 'output-available', output: 1, approval: { ...asked, approved: true } }],
    [{ ...weather, state: 'output-error', errorText: 'It failed' }],
    [{ ...weather, state: 'output-denied', approval: { ...asked, approved: false } }],
    [{ ...weather, state: 'output-available', output: 1, providerExecuted: true }],
  ])('%j', (part) => {
    expect(sentBack(reply(part), user)).toEqual([reply(part), user])
  })

  test('the steps, so that the model had the results before it spoke', () => {
    const parts = [
      { ...weather, state: 'output-available', output: 30 },
      { type: 'step-start' },
      { ...weather, toolCallId: 'c2', state: 'output-available', output: 31 },
      { type: 'step-start' },
      { type: 'text', text: 'Hot.' },
    ]
    expect(sentBack(reply(...parts), user)).toEqual([reply(...parts), user])
  })

  test('a question with a file', () => {
    const file = { type: 'file', mediaType: 'text/plain', url: 'data:text/plain,x', filename: 'x' }
    const question = { ...user, parts: [...user.parts, file] }
    expect(sentBack(question)).toEqual([question])
  })
})
