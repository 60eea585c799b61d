import { describe, expect, test } from 'vitest'
import { llamaCpp } from '../../src/protocols/llama-cpp.js'
import { startChat } from '../stores/chat/chat-support.js'
import { bodyOf, message } from './conversation.js'
import { receive, type Received } from './receive.js'

function receiveLines(...lines: (string | object)[]): Received {
  const written = lines.map((line) =>
    typeof line === 'string' ? line : `data: ${JSON.stringify(line)}`,
  )
  return receive(llamaCpp(), 'ndjson', [written.map((line) => `${line}\n\n`).join('')])
}

test.each([
  [{ stop_type: 'eos' }, 'stop', 'eos'],
  [{ stop_type: 'word', stopping_word: '\n' }, 'stop', 'word'],
  [{ stop_type: 'limit', truncated: true }, 'length', 'limit'],
  [{ stop_type: 'none' }, 'other', 'none'],
  [{ stopped_eos: false, stopped_word: false, stopped_limit: true }, 'length', 'limit'],
  [{ stopped_eos: true, stopped_word: false, stopped_limit: false }, 'stop', 'eos'],
  [{}, 'other', undefined],
])('%j', (last, finishReason, rawFinishReason) => {
  const { draft, ended } = receiveLines(
    { content: 'Hi', stop: false },
    { content: '', stop: true, tokens_evaluated: 3, tokens_predicted: 1, ...last },
  )
  expect(draft.snapshot()).toMatchObject({
    content: 'Hi',
    finishReason,
    rawFinishReason,
    usage: { inputTokens: 3, outputTokens: 1 },
  })
  expect(ended).toBe('marker')
})

describe('an error', () => {
  const words = 'context shift is disabled'

  test.each([
    [`error: {"code":500,"message":"${words}"}`],
    [`error:{"code":500,"message":"${words}"}\r`],
    [{ error: { code: 500, message: words } }],
  ])('%j', (line) => {
    const { draft } = receiveLines({ content: 'Par', stop: false }, line, { content: 'never' })
    expect(draft).toMatchObject({ content: 'Par', error: { code: 'protocol', message: words } })
  })

  test('in a field of its own reaches the page, where the body says it is SSE', async () => {
    const { chat, nextCall } = startChat({ protocol: llamaCpp() })
    const sent = chat.sendMessage('Hi')
    const call = await nextCall()
    await call.open({ type: 'text/event-stream' })
    await call.write(
      'data: {"content":"Par","stop":false}\n\nerror: {"message":"out of slots"}\n\n',
    )
    await expect(sent).rejects.toMatchObject({ code: 'protocol', message: 'out of slots' })
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'error', content: 'Par' })
  })
})

test('an error in a last line without an end fails the turn with its words', async () => {
  const { chat, nextCall } = startChat({ protocol: llamaCpp() })
  const sent = chat.sendMessage('Hi')
  const call = await nextCall()
  await call.write('data: {"content":"Par"}\n\nerror: {"message":"out of slots"}')
  await call.end()
  await expect(sent).rejects.toMatchObject({ code: 'protocol', message: 'out of slots' })
  expect(chat.getSnapshot().reply).toMatchObject({ status: 'error', content: 'Par' })
})

test('comments, other fields and progress change nothing', () => {
  const { draft, errors } = receiveLines(
    ': keep-alive',
    'event: x',
    { prompt_progress: { total: 9, processed: 1 } },
    { content: 'Hi' },
  )
  expect([draft.content, errors]).toEqual(['Hi', []])
})

test('a broken line is reported, and the stream goes on', () => {
  const { draft, errors } = receiveLines('data: {"content":', { content: 'Hi' })
  expect([draft.content, errors.map(({ code }) => code)]).toEqual(['Hi', ['parse']])
})

test('a stream of OpenAI’s shape is read too', () => {
  const chunk = { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }
  const { draft, ended } = receiveLines(chunk, 'data:  [DONE] ')
  expect([draft.content, ended]).toEqual(['Hi', 'marker'])
})

test.each([
  '{"content":"Hi","stop":true}',
  '{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}',
])('an answer that does not stream is read: %s', (answer) => {
  const { draft, ended } = receive(llamaCpp(), 'ndjson', [answer])
  expect([draft.content, ended === 'cut']).toEqual(['Hi', false])
})

test.each([
  [{ content: 'Hi', stop: true, stop_type: 'eos' }, 'complete', 'Hi'],
  [{ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }, 'complete', 'Hi'],
  [{ error: { code: 400, message: 'the prompt is too long' } }, 'error', ''],
])('an answer in JSON may have several lines: %j', async (answer, status, content) => {
  const { chat, nextCall } = startChat({ protocol: llamaCpp() })
  const sent = chat.sendMessage('Hi').catch((error: Error) => error.message)
  await (await nextCall()).answer(200, JSON.stringify(answer, undefined, 2))
  expect(await sent).toBe(content || 'the prompt is too long')
  expect(chat.getSnapshot().reply).toMatchObject({ status, content })
})

test('lines may end in CRLF', () => {
  const stream = 'data: {"content":"Hi"}\r\n\r\ndata: {"content":"","stop":true}\r\n\r\n'
  const { draft, ended } = receive(llamaCpp(), 'ndjson', [stream])
  expect([draft.content, ended]).toEqual(['Hi', 'marker'])
})

test('the request is a prompt', () => {
  expect(bodyOf(llamaCpp(), [message('user', 'Hi')])).toEqual({
    prompt: 'User: Hi\nAssistant:',
    stream: true,
  })
})

test('what has no text has no line in the prompt', () => {
  const history = [message('user', 'Draw'), message('assistant', ''), message('user', 'Again')]
  expect(bodyOf(llamaCpp(), history)).toMatchObject({
    prompt: 'User: Draw\nUser: Again\nAssistant:',
  })
})
