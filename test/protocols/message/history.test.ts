import { describe, expect, test } from 'vitest'
import { anthropic } from '../../../src/protocols/anthropic.js'
import { geminiInteractions } from '../../../src/protocols/gemini-interactions.js'
import { gemini } from '../../../src/protocols/gemini.js'
import { stepsOf } from '../../../src/protocols/message/history.js'
import type { ChatMessage, MessagePart } from '../../../src/protocols/message/message.js'
import { openaiResponses } from '../../../src/protocols/openai-responses.js'
import type { ChatProtocol } from '../../../src/protocols/types.js'
import { receiveData } from '../receive.js'
import { bodyOf, call, image, message } from '../conversation.js'

function text(text: string): MessagePart {
  return { type: 'text', text }
}

function reply(...parts: MessagePart[]): ChatMessage {
  return message('assistant', '', parts)
}

describe('a step', () => {
  const mine = call('mine', { callProviderMetadata: { api: {} } })

  /** The text and the ids of the calls of each. */
  function summary(messages: ChatMessage[], isOwn?: Parameters<typeof stepsOf>[1]): unknown[] {
    return stepsOf(messages, isOwn).map(({ text, calls }) => [text, ...calls.map(({ id }) => id)])
  }

  test('ends where its calls are answered', () => {
    const parts = [text('A'), call('a'), call('b'), text('B'), call('c'), text('C')]
    expect(summary([reply(...parts)])).toEqual([['A', 'a', 'b'], ['B', 'c'], ['C']])
  })

  test('of an AI SDK server ends where the next one begins', () => {
    expect(summary([reply(call('a', { step: 1 }), call('b', { step: 2 }))])).toEqual([
      ['', 'a'],
      ['', 'b'],
    ])
  })

  test('goes on after calls of the API that it is sent to', () => {
    const parts = [mine, text('A'), call('b'), text('B')]
    const isOwn = ({ callProviderMetadata }: { callProviderMetadata?: object }): boolean =>
      'api' in (callProviderMetadata ?? {})
    expect(summary([reply(...parts)], isOwn)).toEqual([['A', 'mine', 'b'], ['B']])
  })

  test('has its parts in their order, with each answered call as it is sent', () => {
    const unanswered = call('b', { state: 'ready' })
    const broken = call('c', { args: null, state: 'error', error: '' })
    const [step] = stepsOf([reply(call('a'), unanswered, broken)])
    expect(step!.parts).toMatchObject([
      { type: 'text' },
      { id: 'a', answer: '{"celsius":20}' },
      unanswered,
      { id: 'c', args: {}, answer: 'The tool failed' },
    ])
    expect(step!.calls.map(({ id }) => id)).toEqual(['a', 'c'])
  })

  test('of a reply has no files, and one that says nothing is none', () => {
    const messages = [message('user', '', [image]), reply(text('Hi'), image), reply(image)]
    expect(stepsOf(messages).map(({ files }) => files)).toEqual([[image], []])
  })
})

const apis: [string, ChatProtocol][] = [
  ['Anthropic', anthropic()],
  ['Gemini', gemini()],
  ['Google’s Interactions', geminiInteractions()],
  ['OpenAI’s Responses', openaiResponses()],
]

describe.each(apis)('%s', (_name, api) => {
  test('is not sent what the tools of another API have done', () => {
    const search = call('s', { providerExecuted: true, name: 'web_search' })
    const kept: MessagePart[] = [
      'anthropic',
      'gemini',
      'geminiInteractions',
      'openaiResponses',
    ].map((name) => ({ type: 'data', name: `another ${name}`, data: { type: 'thought' } }))
    const searched = { ...reply(search, ...kept, text('Hi')), content: 'Hi' }
    expect(bodyOf(api, [searched])).toEqual(bodyOf(api, [message('assistant', 'Hi')]))
  })

  test('is sent the words and files of a question', () => {
    const asked = message('user', 'Look', [text('Look'), image])
    expect(JSON.stringify(bodyOf(api, [asked]))).toMatch(/Look.*iVBORw==|iVBORw==.*Look/)
  })
})

test('Gemini is sent a question in the order in which it was put', () => {
  const parts = [text('Compare'), image, text('with'), image]
  const { contents } = bodyOf(gemini(), [message('user', 'Comparewith', parts)]) as {
    contents: { parts: object[] }[]
  }
  expect(contents[0]!.parts.map((part) => Object.keys(part)[0])).toEqual([
    'text',
    'inlineData',
    'text',
    'inlineData',
  ])
})

test('what a tool gave is not sent to Google’s Interactions where it was cut', () => {
  const start = (index: number, step: object): object => ({ event_type: 'step.start', index, step })
  const { draft } = receiveData(
    geminiInteractions(),
    start(0, { type: 'model_output', content: [text('Hi')] }),
    start(1, { type: 'google_search_call', id: 's', arguments: { queries: ['x'] } }),
    start(2, { type: 'google_search_result', call_id: 's' }),
  )
  const { parts } = draft.snapshot()
  expect(parts).toMatchObject([{ text: 'Hi' }, { id: 's', args: { queries: ['x'] } }, {}])
  expect(bodyOf(geminiInteractions(), [message('assistant', 'Hi', parts)])).toMatchObject({
    input: [{ type: 'model_output', content: [{ text: 'Hi' }] }],
  })
})
