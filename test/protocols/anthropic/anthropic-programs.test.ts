/** Code that Claude has written calls the page's tools: it waits for them, and ends in a later reply. */
import { describe, expect, test } from 'vitest'
import { anthropic } from '../../../src/protocols/anthropic.js'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import { answered, bodyOf, message } from '../conversation.js'
import { answering, receiveData } from '../receive.js'
import { block, start, stop } from './anthropic-support.js'

const caller = { type: 'code_execution_20260120', tool_id: 'run' }
const run = { type: 'server_tool_use', id: 'run', name: 'code_execution', input: { code: 'x' } }
const search = { ...run, id: 'search', name: 'web_search', caller }
const found = [{ type: 'web_search_result', url: 'https://a', title: 'A' }]
const use = { type: 'tool_use', id: 'a', name: 'query', input: { region: 'West' }, caller }
const paused = [
  run,
  search,
  { type: 'web_search_tool_result', tool_use_id: 'search', content: found },
  use,
]
const ran = {
  type: 'code_execution_tool_result',
  tool_use_id: 'run',
  content: { type: 'code_execution_result', stdout: '7', stderr: '', return_code: 0, content: [] },
}
const text = { type: 'text', text: 'It is 7.' }
const result = { type: 'tool_result', tool_use_id: 'a', content: 'rows' }
const question = message('user', 'How much?')

/** The reply of these blocks, once the page has answered what it calls. */
function reply(blocks: object[], stop_reason: string, asked: ChatMessage[] = []): ChatMessage {
  const delta = { stop_reason, container: { id: 'c1', expires_at: '2026-01-01T00:00:00Z' } }
  const events = blocks.flatMap((each, index) => block(index, each))
  const { draft } = receiveData(
    answering(asked, anthropic()),
    start,
    ...events,
    { type: 'message_delta', delta },
    stop,
  )
  const { content, parts, ...rest } = draft.snapshot()
  return { ...message('assistant', content, answered(parts, 'rows')), ...rest }
}

function bodyFor(...messages: ChatMessage[]): object {
  return bodyOf(anthropic(), [question, ...messages])
}

describe('a program that waits', () => {
  test('goes on in its container, with what the page’s tool has given', () => {
    expect(bodyFor(reply(paused, 'tool_use'))).toMatchObject({
      container: 'c1',
      messages: [
        { role: 'user' },
        { role: 'assistant', content: paused },
        { role: 'user', content: [result] },
      ],
    })
  })

  test('goes on when the API has taken a pause', () => {
    expect(bodyFor(reply([run], 'pause_turn'))).toMatchObject({
      container: 'c1',
      messages: [{ role: 'user' }, { role: 'assistant', content: [run] }],
    })
  })

  test('goes on without a call that the page has not answered', () => {
    const { parts, ...rest } = reply([run, use, { ...use, id: 'b' }], 'tool_use')
    const open = parts.map((part) =>
      part.type === 'tool-call' && part.id === 'b'
        ? { ...part, state: 'ready' as const, result: undefined }
        : part,
    )
    expect(bodyFor({ ...rest, parts: open })).toMatchObject({
      messages: [{}, { content: [run, use] }, { content: [result] }],
    })
  })

  test('does not, if the user has asked something else', () => {
    const { caller: _, ...direct } = use
    const { caller: _by, ...searched } = search
    const body = bodyFor(reply(paused, 'tool_use'), question)
    expect(body).not.toHaveProperty('container')
    expect(body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', content: [searched, paused[2], direct] },
        { role: 'user', content: [result] },
        { role: 'user' },
      ],
    })
    expect(JSON.stringify(body)).not.toContain('caller')
  })
})

test('what it has given in a later reply is shown there, and goes back there', () => {
  const first = reply(paused, 'tool_use')
  const second = reply([ran, text], 'end_turn', [question, first])
  expect(second.parts).toEqual([
    { type: 'data', name: 'anthropic', data: ran },
    { type: 'text', text: 'It is 7.' },
  ])
  const body = bodyFor(first, second, question)
  expect(body).not.toHaveProperty('container')
  expect(body).toMatchObject({
    messages: [
      { role: 'user' },
      { role: 'assistant', content: paused },
      { role: 'user', content: [result] },
      { role: 'assistant', content: [ran, text] },
      { role: 'user' },
    ],
  })
  // What the page leaves out is not named any more.
  expect(bodyFor(second)).toMatchObject({
    messages: [{ role: 'user' }, { role: 'assistant', content: [text] }],
  })
})

/** What a program calls next may come with the start of the message, which has no other events then. */
test('goes on in a message that comes at once, and is read once', () => {
  const first = reply(paused, 'tool_use')
  const next = { ...use, id: 'b' }
  const container = { id: 'c1', expires_at: '2026-01-01T00:00:00Z' }
  const usage = { input_tokens: 3, output_tokens: 5 }
  const body = { id: 'b', content: [ran, text, next], stop_reason: 'tool_use', container, usage }
  const whole = { type: 'message_start', message: body }
  const { draft, ended } = receiveData(
    answering([question, first], anthropic()),
    whole,
    whole,
    stop,
  )
  expect(ended).toBe('marker')
  expect(draft.snapshot(true)).toMatchObject({
    content: 'It is 7.',
    finishReason: 'tool-calls',
    rawFinishReason: 'tool_use',
    usage: { inputTokens: 3, outputTokens: 5 },
    metadata: { container },
  })
  expect(draft.snapshot().parts).toMatchObject([
    { type: 'data', data: ran },
    { type: 'text', text: 'It is 7.' },
    { type: 'tool-call', id: 'b', name: 'query', args: { region: 'West' }, state: 'ready' },
  ])
})

test('what a message begins with is taken back with it', () => {
  const begun = { type: 'message_start', message: { id: 'a', content: [text] } }
  const anew = { type: 'message_start', message: { id: 'b', content: [] } }
  const { draft } = receiveData(anthropic(), begun, anew, ...block(0, text), stop)
  expect(draft.snapshot()).toMatchObject({ content: 'It is 7.', parts: [{ type: 'text' }] })
})
