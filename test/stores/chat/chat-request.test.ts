import { expect, test, vi } from 'vitest'
import { anthropic } from '../../../src/protocols/anthropic.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { tutorial } from '../../../src/protocols/tutorial.js'
import type { ChatProtocol } from '../../../src/protocols/types.js'
import { outcome, startChat } from './chat-support.js'

test('a turn goes where url says, with the headers, credentials and fields of the page', async () => {
  const { say } = startChat({
    url: new URL('https://example.com/talk'),
    headers: () => Promise.resolve({ authorization: 'Bearer 1' }),
    credentials: 'include',
    body: { temperature: 0 },
  })
  const { url, headers, credentials, body } = await say('Hello')
  expect([url, credentials]).toEqual(['https://example.com/talk', 'include'])
  expect(headers.get('authorization')).toBe('Bearer 1')
  expect(body).toEqual({ messages: [{ role: 'user', content: 'Hello' }], temperature: 0 })
})

test('a body that is no plain object is sent in place of the fields', async () => {
  const { say } = startChat({ body: () => 'just this' })
  expect((await say('Hello')).body).toBe('just this')
})

test('the fields of the page may be waited for', async () => {
  const { say } = startChat({ body: async () => ({ temperature: 0 }) })
  expect((await say('Hello')).body).toEqual({
    messages: [{ role: 'user', content: 'Hello' }],
    temperature: 0,
  })
})

test('a field of the protocol’s request is taken out by undefined', async () => {
  const { say } = startChat({
    protocol: openaiChat({ model: 'mistral-small' }),
    body: { stream_options: undefined, temperature: 0 },
  })
  expect((await say('Hi')).body).toEqual({
    model: 'mistral-small',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    temperature: 0,
  })
})

test('headers of the protocol go along with those of the page, which win', async () => {
  const protocol: ChatProtocol = {
    ...tutorial(),
    request: () => ({ url: '/v1', headers: { a: 'protocol', b: 'protocol' }, body: { x: 1 } }),
  }
  for (const headers of [{ B: 'page' }, () => ({ B: 'page' })]) {
    const { say } = startChat({ protocol, headers, body: { y: 2 } })
    const call = await say('Hello')
    const sent = [call.url, call.headers.get('a'), call.headers.get('b'), call.body]
    expect(sent).toEqual(['/v1', 'protocol', 'page', { x: 1, y: 2 }])
  }
})

test('of the user’s headers those without a value are left out, also beside a protocol’s', async () => {
  const headers = { 'x-trace': undefined } as unknown as HeadersInit
  const { say } = startChat({ protocol: anthropic(), headers })
  const call = await say('Hi')
  expect(call.headers.has('x-trace')).toBe(false)
})

test('a header that cannot be sent fails the turn, also beside a protocol’s', async () => {
  const bad = { authorization: 'Bearer 1\n2' }
  for (const headers of [bad, () => bad]) {
    for (const protocol of [tutorial(), anthropic()]) {
      const { chat } = startChat({ protocol, headers })
      expect(await outcome(chat.sendMessage('Hi'))).toMatchObject({ code: 'invalid-option' })
      expect(chat.getSnapshot().messages).toMatchObject([{ content: 'Hi' }, { status: 'error' }])
    }
  }
})

test('a protocol that cannot write its request fails the turn, and the user’s text is kept', async () => {
  const request = (): never => {
    throw new Error('no model')
  }
  const { chat, calls } = startChat({ protocol: { ...openaiChat(), request } })
  const failure = await outcome(chat.sendMessage('Hi'))
  expect(failure).toMatchObject({
    code: 'invalid-option',
    message: expect.stringContaining('no model'),
  })
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
