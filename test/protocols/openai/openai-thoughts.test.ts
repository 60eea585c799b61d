import { describe, expect, test } from 'vitest'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { receiveData } from '../receive.js'
import { bodyOf, call, message } from '../conversation.js'
import { withTools } from '../../../src/protocols/message/tools.js'

const delta = (more: object): object => ({ choices: [{ delta: more }] })
const fragment = { index: 0, id: 'c', function: { name: 'weather', arguments: '{}' } }

/** The message that goes back after these chunks, whose calls have been answered. */
function sentAfter(...chunks: object[]): unknown {
  const { draft } = receiveData(openaiChat(), ...chunks, '[DONE]')
  const { parts, content, metadata } = draft.snapshot()
  const done = parts.map((part) =>
    part.type === 'tool-call' ? { ...part, state: 'done' as const, result: 1 } : part,
  )
  const reply = { ...message('assistant', content, done), metadata }
  return (bodyOf(openaiChat(), [reply]) as { messages: object[] }).messages[0]
}

describe('Claude’s thinking goes back with its calls, as LiteLLM wants', () => {
  const piece = (more: object): object =>
    delta({ thinking_blocks: [{ type: 'thinking', ...more }] })
  const hidden = { type: 'redacted_thinking', data: 'x' }
  const pieces = ['I ', 'I ', 'ask.'].map((thinking) => piece({ thinking, signature: '' }))

  test.each(['', 'I I ask.'])('whose signature comes with %j', (thinking) => {
    const signed = piece({ thinking, signature: 's' })
    const more = [delta({ thinking_blocks: [hidden] }), piece({ thinking: '', signature: 't' })]
    const calls = delta({ tool_calls: [fragment] })
    expect(sentAfter(...pieces, signed, ...more, calls)).toMatchObject({
      thinking_blocks: [
        { type: 'thinking', thinking: 'I I ask.', signature: 's' },
        hidden,
        { type: 'thinking', thinking: '', signature: 't' },
      ],
    })
  })

  test('but not alone, nor without a signature', () => {
    const signed = piece({ thinking: '', signature: 's' })
    expect(sentAfter(...pieces, signed, delta({ content: 'Hi' }))).not.toHaveProperty(
      'thinking_blocks',
    )
    expect(sentAfter(...pieces, delta({ tool_calls: [fragment] }))).not.toMatchObject({
      thinking_blocks: expect.anything() as unknown,
    })
  })
})

describe('thoughts that came as reasoning_content', () => {
  test('go back with the calls after them: DeepSeek and Kimi refuse calls without', () => {
    const thoughts = [delta({ reasoning_content: 'Hm, ' }), delta({ reasoning_content: 'so.' })]
    expect(sentAfter(...thoughts, delta({ tool_calls: [fragment] }))).toMatchObject({
      reasoning_content: 'Hm, so.',
      tool_calls: [{ id: 'c' }],
    })
    expect(sentAfter(delta({ reasoning_content: '', tool_calls: [fragment] }))).toMatchObject({
      reasoning_content: '',
    })
  })

  const thoughtful = {
    ...message('assistant', 'Hi', [
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Hi' },
    ]),
    metadata: { reasoningContent: true },
  }
  const plain = message('assistant', 'Oh')

  test('go back in all replies, and empty where there are none, once something was called', () => {
    const messages = [message('assistant', '', [call('c')]), thoughtful, plain]
    expect(bodyOf(openaiChat(), messages)).toMatchObject({
      messages: [
        { reasoning_content: '', tool_calls: [{ id: 'c' }] },
        { role: 'tool' },
        { content: 'Hi', reasoning_content: 'Hm' },
        { content: 'Oh', reasoning_content: '' },
      ],
    })
  })

  test('go back where something could be called', () => {
    const protocol = withTools(openaiChat(), { weather: { parameters: { type: 'object' } } })
    expect(bodyOf(protocol, [message('user', 'Hi'), thoughtful])).toMatchObject({
      messages: [
        { role: 'user', content: 'Hi' },
        { content: 'Hi', reasoning_content: 'Hm' },
      ],
    })
    const { messages } = bodyOf(protocol, [message('user', 'Hi'), plain]) as { messages: object[] }
    for (const each of messages) expect(each).not.toHaveProperty('reasoning_content')
  })

  test.each([
    ['without calls', [{ reasoning_content: 'Hm' }, { content: 'Hi' }]],
    [
      'in another field, as of those that refuse this one',
      [{ reasoning: 'Hm' }, { tool_calls: [fragment] }],
    ],
    ['which is null', [{ reasoning_content: null }, { tool_calls: [fragment] }]],
  ])('do not %s', (_name, deltas) => {
    expect(sentAfter(...deltas.map(delta))).not.toHaveProperty('reasoning_content')
  })
})

test('what a call had beside it goes back with that call, as it was', () => {
  const extra_content = { google: { thought_signature: 's' }, more: [1] }
  const first = { ...fragment, extra_content }
  const second = { ...fragment, index: 1, id: 'd' }
  const { tool_calls: sent } = sentAfter(delta({ tool_calls: [first, second] })) as {
    tool_calls: object[]
  }
  expect(sent).toMatchObject([{ id: 'c', extra_content }, { id: 'd' }])
  expect(sent[1]).not.toHaveProperty('extra_content')
})

describe('details of reasoning go back with the calls', () => {
  const detail = { type: 'reasoning.text', format: 'x', index: 0 }
  const calls = delta({ tool_calls: [fragment] })
  const details = (...reasoning_details: object[]): object => delta({ reasoning_details })

  test.each<[string, object[], object[]]>([
    [
      'each of its pieces put together',
      [
        details({ ...detail, text: 'Hm, ', signature: null }),
        details({ ...detail, text: 'so.' }),
        details({ ...detail, signature: 's' }),
        details({ ...detail, index: 1, text: 'And' }),
        details({ type: 'reasoning.summary', index: 1, summary: 'Sum' }),
        details({ type: 'reasoning.summary', index: 1, summary: 'med' }),
      ],
      [
        { ...detail, text: 'Hm, so.', signature: 's' },
        { ...detail, index: 1, text: 'And' },
        { type: 'reasoning.summary', index: 1, summary: 'Summed' },
      ],
    ],
    [
      'what is encrypted as it is',
      [
        details({ type: 'reasoning.encrypted', data: 'a', index: 0 }),
        details({ type: 'reasoning.encrypted', data: 'b', index: 0 }),
      ],
      [
        { type: 'reasoning.encrypted', data: 'a', index: 0 },
        { type: 'reasoning.encrypted', data: 'b', index: 0 },
      ],
    ],
  ])('%s', (_name, pieces, reasoning_details) => {
    expect(sentAfter(...pieces, calls)).toMatchObject({ reasoning_details })
  })

  test('and are not kept twice without', () => {
    const { draft } = receiveData(openaiChat(), details({ ...detail, text: 'Hm' }), '[DONE]')
    expect(draft.snapshot().metadata).toBeUndefined()
  })

  test('and with nothing else', () => {
    const said = sentAfter(details({ ...detail, text: 'Hm' }), delta({ content: 'Hi' }))
    expect(said).toEqual({ role: 'assistant', content: 'Hi' })
  })
})

test('what no backend has sent does not go back with calls: many refuse fields they do not know', () => {
  expect(sentAfter(delta({ tool_calls: [fragment] }))).toEqual({
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'weather', arguments: '{}' } }],
  })
})
