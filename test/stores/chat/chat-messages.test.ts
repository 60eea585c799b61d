import { describe, expect, test } from 'vitest'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import type { ChatOptions, MessageInput } from '../../../src/stores/chat/chat-types.js'
import { settle } from '../../support/clock.js'
import { delta, outcome, startChat } from './chat-support.js'

describe('a conversation that is given', () => {
  test('starts with messages of a role and a content, whose ids are made without randomness', () => {
    const initialMessages = [
      { role: 'system', content: 'Be brief' },
      { role: 'assistant', content: 'Hi', id: 'greeting' },
    ] as const
    const { chat } = startChat({ initialMessages })
    const again = startChat({ initialMessages }).chat
    expect(chat.getSnapshot().messages).toEqual([
      {
        id: 'message-1',
        role: 'system',
        content: 'Be brief',
        parts: [{ type: 'text', text: 'Be brief' }],
        status: 'complete',
      },
      {
        id: 'greeting',
        role: 'assistant',
        content: 'Hi',
        parts: [{ type: 'text', text: 'Hi' }],
        status: 'complete',
      },
    ])
    expect(again.getSnapshot()).toEqual(chat.getSnapshot())
    expect(chat.getInitialSnapshot()).toBe(chat.getSnapshot())
  })

  test('may have fields of the page’s own, a status too', async () => {
    const row = { role: 'assistant', content: '', status: 'sent' } as MessageInput
    const { chat, say } = startChat({ initialMessages: [row] })
    expect(chat.getSnapshot().messages).toMatchObject([{ status: 'complete', parts: [] }])
    expect((await say('Hello')).body).toEqual({ messages: [{ role: 'user', content: 'Hello' }] })
  })

  test.each(['', 'Something else'])('says what its parts say: not %j', async (content) => {
    const parts = [{ type: 'text', text: 'Good day' }] as const
    const { chat, say } = startChat({ initialMessages: [{ role: 'user', content, parts }] })
    expect(chat.getSnapshot().messages).toMatchObject([{ content: 'Good day', parts }])
    expect((await say('Hello')).body).toMatchObject({ messages: [{ content: 'Good day' }, {}] })
  })

  test('is part of the history', async () => {
    const { say } = startChat({
      initialMessages: [{ role: 'system', content: 'Be brief' }],
    })
    expect((await say('Hello')).body).toEqual({
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'Hello' },
      ],
    })
  })

  test('keeps what its messages were when the page saved them', async () => {
    const before = startChat({ retry: false })
    await (await before.say('Hello')).send(delta('Half'), { error: 'overloaded' })
    const saved = before.chat.getSnapshot().messages
    const restored = startChat({ initialMessages: saved })
    expect(restored.chat.getSnapshot().messages).toEqual(saved)
  })

  test('never lends an id to a second message', async () => {
    const initialMessages = [
      { role: 'user', content: 'Hello' },
      { id: 'message-1', role: 'assistant', content: 'Hi' },
    ] as const
    const { chat } = startChat({ initialMessages })
    void chat.sendMessage('Again')
    await settle()
    const ids = chat.getSnapshot().messages.map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  test('that is set later lends none either', async () => {
    const { chat } = startChat()
    const saved = startChat({ initialMessages: [{ role: 'user', content: 'Hello' }] }).chat
    chat.setMessages(saved.getSnapshot().messages)
    void chat.sendMessage('Again')
    await settle()
    const ids = chat.getSnapshot().messages.map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
  })
})

describe('setMessages', () => {
  test('replaces the conversation, by a list or by a function of it', () => {
    const { chat } = startChat({ initialMessages: [{ role: 'user', content: 'One' }] })
    const [one] = chat.getSnapshot().messages
    chat.setMessages((messages) => [...messages, { role: 'assistant', content: 'Two' }])
    expect(chat.getSnapshot().messages[0]).toBe(one)
    expect(chat.getSnapshot().messages[1]).toMatchObject({ content: 'Two', status: 'complete' })
    chat.setMessages([])
    expect(chat.getSnapshot().messages).toEqual([])
  })

  test('gives a message another text by its role and content', async () => {
    const { chat, say } = startChat({
      initialMessages: [{ role: 'user', content: 'One' }],
      protocol: openaiChat(),
    })
    chat.setMessages((shown) => shown.map(({ id, role }) => ({ id, role, content: 'Two' })))
    expect((await say('Hello')).body).toMatchObject({ messages: [{ content: 'Two' }, {}] })
  })

  test('that changes the last reply changes `reply`, which stays the same object', async () => {
    const { chat, nextCall } = startChat()
    const text = chat.sendMessage('Hello')
    await (await nextCall()).send(delta('Good day'), '[DONE]')
    await text
    chat.setMessages(([asked, reply]) => [asked!, { ...reply!, metadata: { rating: 5 } }])
    const { messages, reply } = chat.getSnapshot()
    expect(reply).toBe(messages[1])
    expect(reply).toMatchObject({ content: 'Good day', metadata: { rating: 5 } })
    chat.removeMessage(reply!.id)
    expect(chat.getSnapshot()).toMatchObject({ reply, streamingContent: 'Good day' })
  })

  test('leaves a reply that streams at the end of a list that has it', async () => {
    const { chat, nextCall } = startChat()
    const text = chat.sendMessage('Hello')
    const call = await nextCall()
    await call.send(delta('Good '))
    chat.setMessages(([asked, reply]) => [{ ...asked!, content: 'Hullo' }, reply!])
    await call.send(delta('day'), '[DONE]')
    expect(await text).toBe('Good day')
    expect(chat.getSnapshot().messages.map(({ content }) => content)).toEqual(['Hullo', 'Good day'])
  })

  test('keeps a reply that streams out of a list that does not have it', async () => {
    const { chat, nextCall } = startChat()
    const text = chat.sendMessage('Hello')
    const call = await nextCall()
    await call.send(delta('Good '))
    chat.setMessages([])
    expect(chat.getSnapshot()).toMatchObject({ messages: [], status: 'streaming' })
    await call.send(delta('day'), '[DONE]')
    expect(await text).toBe('Good day')
    expect(chat.getSnapshot()).toMatchObject({ messages: [], reply: { content: 'Good day' } })
  })

  test('takes a reply that streams in again', async () => {
    const { chat, nextCall } = startChat()
    const text = chat.sendMessage('Hello')
    const call = await nextCall()
    await call.send(delta('Good '))
    const { messages } = chat.getSnapshot()
    chat.setMessages([])
    chat.setMessages(messages)
    await call.send(delta('day'), '[DONE]')
    expect(await text).toBe('Good day')
    expect(chat.getSnapshot().messages.map(({ content }) => content)).toEqual(['Hello', 'Good day'])
  })
})

/** A reply that has begun. */
async function begin(options?: ChatOptions) {
  const { chat, nextCall } = startChat(options)
  const promise = chat.sendMessage('Hello')
  const call = await nextCall()
  await call.send(delta('So far'))
  return { chat, call, promise }
}

test('removeMessage takes one message away; one that streams is stopped first', async () => {
  const { chat, call, promise } = await begin()
  const [user, reply] = chat.getSnapshot().messages
  chat.removeMessage(reply!.id)
  expect(await promise).toBe('So far')
  expect(call.signal.aborted).toBe(true)
  expect(chat.getSnapshot().messages).toEqual([user])
  chat.removeMessage('no such message')
  chat.removeMessage(user!.id)
  expect(chat.getSnapshot().messages).toEqual([])
})

describe('clear', () => {
  const empty = {
    messages: [],
    reply: undefined,
    error: undefined,
    status: 'ready',
    streamingContent: '',
  }

  test('empties the conversation, and stops the reply', async () => {
    const { chat, call, promise } = await begin()
    chat.clear()
    expect(await promise).toBe('So far')
    expect(call.signal.aborted).toBe(true)
    expect(chat.getSnapshot()).toMatchObject(empty)
  })

  test('forgets an error, and a list that was sent', async () => {
    const { chat, nextCall } = startChat()
    const promise = outcome(chat.sendMessage([{ role: 'user', content: 'Hello' }]))
    await (await nextCall()).answer(400, '')
    await promise
    chat.clear()
    expect(chat.getSnapshot()).toMatchObject(empty)
    expect(await outcome(chat.regenerate())).toMatchObject({ code: 'invalid-option' })
  })

  test('leaves whole what onFinish begins meanwhile', () => {
    const { chat } = startChat({ onFinish: () => void chat.sendMessage('And next') })
    void chat.sendMessage('Hello')
    chat.clear()
    expect(chat.getSnapshot()).toMatchObject({
      messages: [{ content: 'And next' }, { role: 'assistant', status: 'pending' }],
      reply: { role: 'assistant', status: 'pending' },
      status: 'submitted',
    })
  })
})

test('a message that was saved while it streamed is interrupted', () => {
  const message = { id: 'a', role: 'assistant', content: 'Half', parts: [] } as const
  const { chat } = startChat({ initialMessages: [{ ...message, status: 'streaming' }] })
  expect(chat.getSnapshot().messages).toEqual([{ ...message, status: 'interrupted' }])
})

test('requestReply asks for a reply to the conversation as it stands', async () => {
  const { chat, nextCall } = startChat({
    initialMessages: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'One moment' },
    ],
  })
  const promise = chat.requestReply()
  const call = await nextCall()
  expect(call.body).toEqual({
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'One moment' },
    ],
  })
  await call.send(delta('Here it is'), '[DONE]')
  expect(await promise).toBe('Here it is')
  expect(chat.getSnapshot().messages).toHaveLength(3)
})

test('requestReply after a list was sent asks about the conversation, too', async () => {
  const { chat, nextCall } = startChat({ initialMessages: [{ role: 'user', content: 'Hello' }] })
  const listed = chat.sendMessage([{ role: 'user', content: 'Something else' }])
  await (await nextCall()).send(delta('Yes'), '[DONE]')
  await listed
  void chat.requestReply()
  expect((await nextCall()).body).toEqual({ messages: [{ role: 'user', content: 'Hello' }] })
  expect(chat.getSnapshot().messages).toHaveLength(2)
})

test('a reply that only calls tools is history for a protocol, and not for the default body', async () => {
  const call = {
    type: 'tool-call',
    id: 'c1',
    name: 'clock',
    args: {},
    argsText: '{}',
    state: 'done',
  }
  const initialMessages = [
    { role: 'user', content: 'What time is it?' },
    { role: 'assistant', content: '', parts: [{ ...call, result: 'noon' }] },
  ] as MessageInput[]
  const plain = startChat({ initialMessages })
  void plain.chat.requestReply()
  expect((await plain.nextCall()).body).toEqual({
    messages: [{ role: 'user', content: 'What time is it?' }],
  })
  const { chat, nextCall } = startChat({ initialMessages, protocol: openaiChat() })
  void chat.requestReply()
  expect((await nextCall()).body).toMatchObject({
    messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'tool', content: 'noon' }],
  })
})
