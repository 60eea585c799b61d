import { expect, test, vi } from 'vitest'
import { anthropic } from '../../../src/protocols/anthropic.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { outcome, startChat } from './chat-support.js'

test('a field of the protocol’s request is taken out by undefined', async () => {
  const { chat, nextCall } = startChat({
    protocol: openaiChat({ model: 'mistral-small' }),
    body: { stream_options: undefined, temperature: 0 },
  })
  void chat.sendMessage('Hi')
  expect((await nextCall()).body).toEqual({
    model: 'mistral-small',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    temperature: 0,
  })
})

test('the protocol’s headers are sent with the user’s, which win', async () => {
  const protocol = anthropic()
  const headers = { 'x-api-key': 'k', 'Anthropic-Version': '2024-01-01' }
  for (const [given, version] of [
    [{ 'x-api-key': 'k' }, '2023-06-01'],
    [headers, '2024-01-01'],
  ] as const) {
    const { say } = startChat({ protocol, headers: () => given })
    const call = await say('Hi')
    expect(call.headers.get('anthropic-version')).toBe(version)
    expect(call.headers.get('x-api-key')).toBe('k')
  }
})

test('of the user’s headers those without a value are left out, also beside a protocol’s', async () => {
  const headers = { 'x-trace': undefined } as unknown as HeadersInit
  const { say } = startChat({ protocol: anthropic(), headers })
  const call = await say('Hi')
  expect(call.headers.has('x-trace')).toBe(false)
})

test('a protocol that cannot write its request fails the turn, and the user’s text is kept', async () => {
  const request = (): never => {
    throw new Error('no model')
  }
  const { chat, calls } = startChat({ protocol: { ...openaiChat(), request } })
  const failure = await outcome(chat.sendMessage('Hi'))
  expect(failure).toMatchObject({ code: 'invalid-option', message: /no model/ })
  expect(chat.getSnapshot()).toMatchObject({
    status: 'error',
    messages: [{ content: 'Hi' }, { status: 'error' }],
  })
  expect(calls).toHaveLength(0)
})

test('a resumeUrl that throws is reported and none, and the reply goes on', async () => {
  const report = vi.fn<(error: unknown) => void>()
  vi.stubGlobal('reportError', report)
  const { chat, nextCall } = startChat({ resumeUrl: (reply) => `/runs/${reply.metadata!.run}` })
  const promise = chat.sendMessage('Hi')
  await (await nextCall()).send({ content: 'Whole' }, '[DONE]')
  expect(await promise).toBe('Whole')
  expect(report).toHaveBeenCalled()
  vi.unstubAllGlobals()
})
