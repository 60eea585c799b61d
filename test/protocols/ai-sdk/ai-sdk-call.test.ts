import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import { call, message } from '../conversation.js'
import { goingOn, receiveData } from '../receive.js'
import { partsOf, tool } from './ai-sdk-support.js'

describe('a tool call', () => {
  const available = (more: object = {}): object => ({
    type: 'tool-input-available',
    ...tool,
    input: {},
    ...more,
  })
  const output = (more: object): object => ({
    type: 'tool-output-available',
    toolCallId: 'c1',
    ...more,
  })
  const ask = (more: object = {}): object => ({
    type: 'tool-approval-request',
    approvalId: 'a1',
    toolCallId: 'c1',
    ...more,
  })
  const answer = (more: object): object => ({
    type: 'tool-approval-response',
    approvalId: 'a1',
    ...more,
  })
  const denied = { type: 'tool-output-denied', toolCallId: 'c1' }
  const failed = { type: 'tool-output-error', toolCallId: 'c1', errorText: 'No such city' }
  const refusal = { approved: false, reason: 'Too dear' }

  test.each([
    [[available({ input: { a: 1 } })], { args: { a: 1 }, state: 'ready' }],
    [[available({ input: 'raw' })], { args: 'raw', state: 'ready' }],
    [
      [{ type: 'tool-input-error', ...tool, input: '{', errorText: 'Bad input' }],
      { args: '{', state: 'error', error: 'Bad input' },
    ],
    [[available(), output({ output: 1, preliminary: true })], { state: 'running', result: 1 }],
    [
      [available(), output({ output: 1, preliminary: true }), output({ output: null })],
      { state: 'done', result: null },
    ],
    // JSON has no `undefined`: that is what AI SDK 5 says of a tool that gives nothing.
    [[available(), output({})], { state: 'done', result: undefined }],
    [[available(), failed], { args: {}, state: 'error', error: 'No such city' }],
    [[available(), denied], { state: 'error', error: 'Denied' }],
    [[available(), ask({ isAutomatic: true }), answer({ approved: true })], { state: 'running' }],
    [
      [available(), ask(), answer(refusal)],
      { state: 'error', error: 'Too dear', approval: { id: 'a1', ...refusal } },
    ],
    [
      [available(), ask({ isAutomatic: true }), answer(refusal), denied],
      {
        state: 'error',
        error: 'Too dear',
        approval: { id: 'a1', isAutomatic: true, approved: false, isSettled: true },
      },
    ],
    [
      [
        available(),
        ask({
          reason: 'It costs money',
          signature: 's',
          approvalDescriptor: { kind: 'money' },
          inputSchemaInput: { raw: 1 },
        }),
      ],
      {
        state: 'approval',
        approval: {
          id: 'a1',
          requestReason: 'It costs money',
          signature: 's',
          descriptor: { kind: 'money' },
          inputSchemaInput: { raw: 1 },
        },
      },
    ],
    [[available({ providerExecuted: true })], { state: 'ready', providerExecuted: true }],
  ])('%j', (chunks, part) => {
    expect(partsOf(...chunks)).toMatchObject([{ type: 'tool-call', id: 'c1', ...part }])
  })

  test('is another one where its id comes again in another step', () => {
    const parts = partsOf(
      { type: 'start-step' },
      available({ input: { day: 1 } }),
      output({ output: 'rain' }),
      { type: 'start-step' },
      { type: 'tool-input-start', ...tool },
      available({ input: { day: 2 } }),
      output({ output: 'sun' }),
    )
    expect(parts).toMatchObject([
      { args: { day: 1 }, result: 'rain' },
      { args: { day: 2 }, result: 'sun' },
    ])
  })

  test('that nothing opened has no outcome', () => {
    expect(partsOf(output({ output: 1 }), denied)).toEqual([])
  })

  test('is the provider’s, or of a dynamic tool, even where that is said late', () => {
    const late = available({ providerExecuted: true, dynamic: true })
    const parts = partsOf({ type: 'tool-input-start', ...tool }, late)
    expect(parts).toMatchObject([{ providerExecuted: true, dynamic: true }])
  })

  test('has the input that the server made of what the model wrote', () => {
    const parts = partsOf(
      { type: 'tool-input-start', ...tool },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"city":"osl' },
      available({ input: { city: 'Oslo' } }),
    )
    expect(parts).toMatchObject([{ args: { city: 'Oslo' }, state: 'ready' }])
  })
})

test('a reply that goes on keeps the arguments of its calls, and calls more in a later step', () => {
  const kept = call('c1', { argsText: '', step: 3 })
  const next = { type: 'tool-input-available', toolCallId: 'c2', toolName: 'f', input: {} }
  const going = goingOn(message('assistant', '', [kept]), aiSdk())
  const { draft } = receiveData(going, { type: 'start-step' }, next)
  expect(draft.snapshot().parts).toMatchObject([kept, { id: 'c2', step: 5 }])
})
