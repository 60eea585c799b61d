import { expect, test } from 'vitest'
import { anthropic } from '../../../src/protocols/anthropic.js'
import { gemini } from '../../../src/protocols/gemini.js'
import { settle } from '../../support/clock.js'
import { outcome, startChat } from './chat-support.js'

const whole = {
  type: 'message',
  id: 'msg_1',
  model: 'claude',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 1 },
}

test('an answer in JSON is read by a protocol that can', async () => {
  const { chat, nextCall } = startChat({ protocol: anthropic() })
  const promise = chat.sendMessage('Hi')
  await (await nextCall()).answer(200, JSON.stringify(whole), 'application/json; charset=utf-8')
  expect(await promise).toBe('Hello')
  expect(chat.getSnapshot().reply).toMatchObject({
    status: 'complete',
    finishReason: 'stop',
    usage: { inputTokens: 3, outputTokens: 1 },
  })
})

test('an error in JSON, with status 200, fails the turn in the backend’s words', async () => {
  const { chat, nextCall } = startChat({ protocol: anthropic() })
  const promise = outcome(chat.sendMessage('Hi'))
  const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  await (await nextCall()).answer(200, JSON.stringify(body))
  expect(await promise).toMatchObject({ code: 'protocol', message: 'Overloaded' })
})

test('a list in JSON is shown while it comes', async () => {
  const { chat, clock, nextCall } = startChat({ protocol: gemini() })
  const promise = chat.sendMessage('Hi')
  const call = await nextCall()
  await call.open({ type: 'application/json' })
  const chunk = (text: string, more: object): object => ({
    candidates: [{ content: { parts: [{ text }] }, ...more }],
  })
  await call.write(`[${JSON.stringify(chunk('Hel', {}), undefined, 2)}\n,\r\n`)
  clock.nextFrame()
  expect(chat.getSnapshot().streamingContent).toBe('Hel')
  await call.write(`${JSON.stringify(chunk('lo', { finishReason: 'STOP' }))}\n]`)
  await call.end()
  expect(await promise).toBe('Hello')
})

test('an answer in JSON that was cut is interrupted', async () => {
  const { chat, nextCall } = startChat({ protocol: anthropic(), retry: false })
  const promise = outcome(chat.sendMessage('Hi'))
  await (await nextCall()).answer(200, JSON.stringify(whole).slice(0, -1))
  expect(await promise).toMatchObject({ code: 'incomplete' })
  expect(chat.getSnapshot().reply?.status).toBe('interrupted')
})

test('a page of HTML is refused all the same', async () => {
  const { chat, nextCall } = startChat({ protocol: anthropic() })
  const promise = outcome(chat.sendMessage('Hi'))
  await (await nextCall()).answer(200, '<h1>Hello</h1>', 'text/html')
  await settle()
  expect(await promise).toMatchObject({ code: 'content-type' })
})

test('a protocol that reads no JSON is not given any', async () => {
  const { chat, nextCall } = startChat()
  const promise = outcome(chat.sendMessage('Hi'))
  await (await nextCall()).answer(200, '{"content":"Hello"}')
  expect(await promise).toMatchObject({ code: 'content-type' })
})
