import { expect, test } from 'vitest'
import { anthropic } from '../../src/protocols/anthropic.js'
import { openaiChat } from '../../src/protocols/openai-chat.js'
import { startChat } from './chat-support.js'

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
    const { chat, nextCall } = startChat({ protocol, headers: () => given })
    void chat.sendMessage('Hi')
    const call = await nextCall()
    expect(call.headers.get('anthropic-version')).toBe(version)
    expect(call.headers.get('x-api-key')).toBe('k')
  }
})
