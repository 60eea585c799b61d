import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import { delta, outcome, startChat } from './chat-support.js'

describe('a turn', () => {
  test('is a POST of the roles and contents to /api/chat', async () => {
    const { say } = startChat()
    const { url, method, headers, body } = await say('Hello')
    expect({ url, method, body }).toEqual({
      url: '/api/chat',
      method: 'POST',
      body: { messages: [{ role: 'user', content: 'Hello' }] },
    })
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('accept')).toContain('text/event-stream')
  })

  test('resolves to the text of the reply, and appends both messages', async () => {
    const { chat, nextCall, clock } = startChat()
    const text = chat.sendMessage('Hello')
    await (await nextCall()).send(delta('Good '), delta('day'), '[DONE]')
    expect(await text).toBe('Good day')
    const [asked, reply] = chat.getSnapshot().messages
    expect(asked).toEqual({
      id: 'message-1-',
      role: 'user',
      content: 'Hello',
      parts: [{ type: 'text', text: 'Hello' }],
      status: 'complete',
      createdAt: clock.now(),
    })
    expect(reply).toMatchObject({
      id: 'message-2-',
      role: 'assistant',
      content: 'Good day',
      parts: [{ type: 'text', text: 'Good day' }],
      status: 'complete',
      createdAt: clock.now(),
    })
    expect(chat.getSnapshot().reply).toBe(reply)
  })

  test('is a new request with the whole history', async () => {
    const { say } = startChat()
    const first = await say('One')
    await first.send(delta('1'), '[DONE]')
    const second = await say('Two')
    expect(second).not.toBe(first)
    expect(second.body).toEqual({
      messages: [
        { role: 'user', content: 'One' },
        { role: 'assistant', content: '1' },
        { role: 'user', content: 'Two' },
      ],
    })
  })

  test('sends a message with its own id, parts and metadata', async () => {
    const { chat, nextCall } = startChat()
    const file = { type: 'file', mediaType: 'image/png', url: '/cat.png' } as const
    const parts = [{ type: 'text', text: 'Look' } as const, file]
    void chat.sendMessage({ id: 'mine', content: 'Look', parts, metadata: { mood: 'proud' } })
    const call = await nextCall()
    expect(call.body).toEqual({ messages: [{ role: 'user', content: 'Look' }] })
    expect(chat.getSnapshot().messages[0]).toMatchObject({
      id: 'mine',
      role: 'user',
      content: 'Look',
      parts,
      metadata: { mood: 'proud' },
    })
  })

  test.each([
    [{ type: 'data', name: 'interrupts', data: [] }, true],
    [{ type: 'file', mediaType: 'image/png', url: '/a.png' }, true],
    [{ type: 'reasoning', text: 'Hm' }, false],
  ] as const)('a reply with nothing but %j is in the history: %s', async (part, isSent) => {
    const initialMessages = [
      { role: 'user', content: 'Draw' },
      { role: 'assistant', content: '', parts: [part], metadata: { threadId: 't1' } },
    ] as const
    const roles = isSent ? ['user', 'assistant', 'user'] : ['user', 'user']
    const told = startChat({ initialMessages, protocol: aiSdk() })
    const { body } = await told.say('And?')
    expect((body as { messages: ChatMessage[] }).messages.map(({ role }) => role)).toEqual(roles)
    // What has no place in a body of texts alone is not there.
    const plain = startChat({ initialMessages })
    expect((await plain.say('And?')).body).toEqual({
      messages: ['Draw', 'And?'].map((content) => ({ role: 'user', content })),
    })
  })

  test('leaves empty and failed replies out of the history, keeps stopped and interrupted ones', async () => {
    const { chat, say } = startChat({ retry: false })

    const empty = await say('empty')
    await empty.send('[DONE]')
    const failed = await say('failed')
    await failed.send(delta('Half of'), { error: 'overloaded' })
    const stopped = await say('stopped')
    await stopped.send(delta('Stop here'))
    chat.stop()
    const interrupted = await say('interrupted')
    await interrupted.send(delta('Cut here'))
    await interrupted.cut()
    const replies = chat.getSnapshot().messages.filter(({ role }) => role === 'assistant')
    const statuses = replies.map(({ status }) => status)
    expect(statuses).toEqual(['complete', 'error', 'stopped', 'interrupted'])

    const { body } = await say('next')
    expect(body).toEqual({
      messages: [
        { role: 'user', content: 'empty' },
        { role: 'user', content: 'failed' },
        { role: 'user', content: 'stopped' },
        { role: 'assistant', content: 'Stop here' },
        { role: 'user', content: 'interrupted' },
        { role: 'assistant', content: 'Cut here' },
        { role: 'user', content: 'next' },
      ],
    })
  })
})

describe('sendMessage(messages)', () => {
  const list = [
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: 'Hello' },
  ] as const

  test('sends exactly those and leaves messages alone', async () => {
    const { chat, nextCall } = startChat({ initialMessages: [{ role: 'user', content: 'Before' }] })
    const { messages } = chat.getSnapshot()
    const text = chat.sendMessage(list)
    const call = await nextCall()
    expect(call.body).toEqual({ messages: list })
    await call.send(delta('Hi'), '[DONE]')
    expect(await text).toBe('Hi')
    expect(chat.getSnapshot().messages).toBe(messages)
  })

  test('receives the reply as reply and streamingContent, kept until the next send', async () => {
    const { chat, clock, say } = startChat()
    const call = await say(list)
    expect(chat.getSnapshot()).toMatchObject({
      reply: { role: 'assistant', status: 'pending', content: '' },
      streamingContent: '',
    })
    await call.send(delta('Hi'))
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({
      reply: { status: 'streaming', content: 'Hi' },
      streamingContent: 'Hi',
    })
    await call.send('[DONE]')
    expect(chat.getSnapshot()).toMatchObject({
      reply: { status: 'complete', content: 'Hi' },
      streamingContent: 'Hi',
    })
    void chat.sendMessage(list)
    expect(chat.getSnapshot()).toMatchObject({ reply: { content: '' }, streamingContent: '' })
  })

  test('sends the array as it is, an empty reply in it too', async () => {
    const { say } = startChat()
    const messages = [{ role: 'assistant', content: '' } as const, ...list]
    expect((await say(messages)).body).toEqual({ messages })
  })
})

describe('status', () => {
  test('is submitted until the first delta, then streaming, then ready', async () => {
    const { chat, clock, nextCall } = startChat()
    const seen = (): unknown => {
      const { status, isLoading, messages } = chat.getSnapshot()
      return [status, isLoading, messages.at(-1)?.status]
    }
    expect(seen()).toEqual(['ready', false, undefined])
    void chat.sendMessage('Hello')
    expect(seen()).toEqual(['submitted', true, 'pending'])
    const call = await nextCall()
    await call.write(': thinking\n\n')
    clock.nextFrame()
    expect(seen()).toEqual(['submitted', true, 'pending'])
    await call.send(delta('Hi'))
    clock.nextFrame()
    expect(seen()).toEqual(['streaming', true, 'streaming'])
    await call.send('[DONE]')
    expect(seen()).toEqual(['ready', false, 'complete'])
  })

  test('is error after a failed turn, and the next send clears it', async () => {
    const { chat, say } = startChat({ retry: false })
    await (await say('Hello')).answer(500, '')
    const { status, isLoading, error } = chat.getSnapshot()
    expect([status, isLoading, error?.code]).toEqual(['error', false, 'http'])
    void chat.sendMessage('Again')
    expect(chat.getSnapshot()).toMatchObject({ status: 'submitted', error: undefined })
  })
})

describe('sending while a reply streams', () => {
  test.each(['sendMessage', 'regenerate'] as const)(
    'is refused as busy and appends nothing: %s',
    async (action) => {
      const { chat, calls, nextCall } = startChat()
      const first = chat.sendMessage('Hello')
      const call = await nextCall()
      const before = chat.getSnapshot()
      const refused = action === 'sendMessage' ? chat.sendMessage('Again') : chat.regenerate()
      expect(await outcome(refused)).toMatchObject({ name: 'StreamError', code: 'busy' })
      expect(chat.getSnapshot()).toBe(before)
      expect(calls).toHaveLength(1)
      await call.send(delta('Hi'), '[DONE]')
      expect(await first).toBe('Hi')
      expect(chat.getSnapshot().messages).toHaveLength(2)
    },
  )
})

describe('regenerate', () => {
  test('asks again for the last reply, which is dropped', async () => {
    const { chat, nextCall, say } = startChat()
    const first = await say('Hello')
    await first.send(delta('Hi'), '[DONE]')
    const [asked, dropped] = chat.getSnapshot().messages

    const text = chat.regenerate()
    const second = await nextCall()
    expect(second.body).toEqual(first.body)
    await second.send(delta('Good day'), '[DONE]')
    expect(await text).toBe('Good day')
    const { messages } = chat.getSnapshot()
    expect(messages).toHaveLength(2)
    expect(messages[0]).toBe(asked)
    expect(messages[1]).toMatchObject({ content: 'Good day' })
    expect(messages[1]!.id).not.toBe(dropped!.id)
  })

  test('asks again for the reply to a list', async () => {
    const { chat, nextCall } = startChat()
    void chat.sendMessage([{ role: 'user', content: 'Hello' }])
    const first = await nextCall()
    await first.send(delta('Hi'), '[DONE]')
    void chat.regenerate()
    const second = await nextCall()
    expect(second).not.toBe(first)
    expect(second.body).toEqual(first.body)
    expect(chat.getSnapshot().messages).toEqual([])
  })

  test('asks again after a failed turn', async () => {
    const { chat, nextCall, say } = startChat({ retry: false })
    await (await say('Hello')).answer(500, '')
    const text = chat.regenerate()
    await (await nextCall()).send(delta('Hi'), '[DONE]')
    expect(await text).toBe('Hi')
    expect(chat.getSnapshot().messages.map(({ content }) => content)).toEqual(['Hello', 'Hi'])
  })

  test('without a message to answer is refused', async () => {
    const { chat, calls } = startChat()
    expect(await outcome(chat.regenerate())).toMatchObject({ code: 'invalid-option' })
    expect(calls).toHaveLength(0)
  })
})

test('onEvent sees each event raw, onFinish the reply, once the state is published', async () => {
  const events: string[] = []
  const finished: unknown[] = []
  const { chat, say } = startChat({
    onEvent: ({ data }) => events.push(data),
    onFinish: (reply) => finished.push(reply, chat.getSnapshot().status),
  })
  await (await say('Hello')).send(delta('Hi'), '[DONE]')
  expect(events).toEqual(['{"content":"Hi"}', '[DONE]'])
  expect(finished).toEqual([chat.getSnapshot().reply, 'ready'])
})
