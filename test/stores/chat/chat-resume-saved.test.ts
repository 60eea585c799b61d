// resume(): by hand after the attempts were over, and in a page that was loaded anew.
import { expect, test } from 'vitest'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { settle } from '../../support/clock.js'
import { delta, outcome, startChat } from './chat-support.js'

const headers = { 'content-location': 'https://a.test/replies/7' }
const url = 'https://a.test/chat'

/** A conversation as a page saved it in the middle of a reply. */
async function saved(): Promise<ChatMessage[]> {
  const { chat, clock, say } = startChat({ url })
  const call = await say('Hello')
  await call.open({ headers })
  await call.send(delta('So '), delta('far'))
  clock.nextFrame()
  return JSON.parse(JSON.stringify(chat.getSnapshot().messages)) as ChatMessage[]
}

test('a reply under way tells where it can be had again, one that is over does not', async () => {
  expect((await saved()).at(-1)?.resumeUrl).toBe('https://a.test/replies/7')
  const { chat, calls } = startChat({ url })
  const promise = chat.sendMessage('Hello')
  await settle()
  await calls[0]!.open({ headers })
  await calls[0]!.send(delta('All'), '[DONE]')
  await promise
  expect(chat.getSnapshot().reply?.resumeUrl).toBeUndefined()
})

test('a new page goes on with the reply that was under way: by GET, in its place, without a doubled word', async () => {
  const { chat, calls, clock } = startChat({ url, initialMessages: await saved() })
  expect(chat.getSnapshot().messages.at(-1)).toMatchObject({ status: 'interrupted' })
  const promise = chat.resume()
  expect(chat.getSnapshot()).toMatchObject({ isLoading: true, streamingContent: 'So far' })
  await settle()
  expect(calls).toHaveLength(1)
  expect(calls[0]).toMatchObject({ method: 'GET', url: 'https://a.test/replies/7' })
  await calls[0]!.open({ headers })
  await calls[0]!.send(delta('So '))
  clock.nextFrame()
  expect(chat.getSnapshot().streamingContent).toBe('So far')
  await calls[0]!.send(delta('far, '), delta('so good'), '[DONE]')
  expect(await promise).toBe('So far, so good')
  const { messages, status } = chat.getSnapshot()
  expect(status).toBe('ready')
  expect(messages.map(({ id, content, status }) => [id, content, status])).toEqual([
    ['message-1-', 'Hello', 'complete'],
    ['message-2-', 'So far, so good', 'complete'],
  ])
})

test('a reply that is over by then is complete with what comes', async () => {
  const { chat, calls } = startChat({ url, initialMessages: await saved() })
  const promise = chat.resume()
  await settle()
  await calls[0]!.send(delta('Whole'), '[DONE]')
  expect(await promise).toBe('Whole')
})

test('where the server keeps it no longer, it stays interrupted, with its text and the reason', async () => {
  const { chat, calls } = startChat({ url, initialMessages: await saved() })
  const promise = chat.resume()
  await settle()
  await calls[0]!.answer(404, '{"error":"gone"}', 'application/json')
  expect(await outcome(promise)).toMatchObject({ code: 'http', status: 404 })
  expect(chat.getSnapshot()).toMatchObject({
    status: 'error',
    reply: { status: 'interrupted', content: 'So far', error: { status: 404 } },
  })
})

test('what cannot be fetched again is left as it was: each part of it, and what it was told to remember', async () => {
  const parts: ChatMessage['parts'] = [
    { type: 'reasoning', text: 'Hm', signature: 'sealed' },
    { type: 'text', text: 'So far' },
    {
      type: 'tool-call',
      id: 'c1',
      name: 'clock',
      args: {},
      argsText: '{}',
      state: 'done',
      result: 9,
    },
    { type: 'source', url: 'https://a.test/', title: 'A' },
  ]
  const [user, reply] = await saved()
  const initialMessages = [user!, { ...reply!, parts, metadata: { mood: 'calm' } }]
  const { chat, calls } = startChat({ url, initialMessages })
  const promise = chat.resume()
  await settle()
  await calls[0]!.answer(404, 'gone')
  await outcome(promise)
  expect(chat.getSnapshot().reply).toMatchObject({ parts, metadata: { mood: 'calm' } })
})

test('after the attempts were over it can be tried again by hand', async () => {
  const { chat, calls, clock } = startChat({ url, retry: { attempts: 0 } })
  const first = chat.sendMessage('Hello')
  await settle()
  await calls[0]!.open({ headers })
  await calls[0]!.send(delta('So far'))
  await calls[0]!.cut()
  await clock.advance(60_000)
  expect(await outcome(first)).toMatchObject({ code: 'network' })
  const promise = chat.resume()
  await settle()
  await calls.at(-1)!.send(delta('So far, so good'), '[DONE]')
  expect(await promise).toBe('So far, so good')
  expect(chat.getSnapshot().messages).toHaveLength(2)
})

test('there must be something to resume, and nothing under way', async () => {
  const { chat } = startChat({ url })
  expect(await outcome(chat.resume())).toMatchObject({ code: 'invalid-option' })
  void chat.sendMessage('Hello')
  expect(await outcome(chat.resume())).toMatchObject({ code: 'busy' })
})

test.each<[string, ChatOptions['resumeUrl']]>([
  ['nobody says', undefined],
  ['a function cannot tell', () => undefined],
])('a reply of which %s where to fetch it from is not resumed', async (_who, resumeUrl) => {
  const [user, reply] = await saved()
  const initialMessages = [user!, { ...reply!, resumeUrl: undefined }]
  const { chat, calls } = startChat({ url, initialMessages, resumeUrl })
  expect(await outcome(chat.resume())).toMatchObject({ code: 'invalid-option' })
  expect(calls).toEqual([])
})

test.each([
  ['beside the conversation', false],
  ['within it, where the page has put it there', true],
])('a reply to a list of the page is resumed %s', async (_where, isListed) => {
  const { chat, calls } = startChat({ url, retry: { attempts: 0 } })
  const first = chat.sendMessage([{ role: 'user', content: 'Hello' }])
  await settle()
  await calls[0]!.open({ headers })
  await calls[0]!.send(delta('So far'))
  await calls[0]!.cut()
  await outcome(first)
  if (isListed) chat.setMessages([chat.getSnapshot().reply!])
  const promise = chat.resume()
  await settle()
  await calls.at(-1)!.send(delta('So far, so good'), '[DONE]')
  expect(await promise).toBe('So far, so good')
  const { messages, reply } = chat.getSnapshot()
  expect(reply?.status).toBe('complete')
  expect(messages).toEqual(isListed ? [reply] : [])
})

test('resumeUrl of the options serves where the message has none', async () => {
  const [user, reply] = await saved()
  const initialMessages = [user!, { ...reply!, resumeUrl: undefined }]
  const { chat, calls } = startChat({ url, initialMessages, resumeUrl: '/replies/of-mine' })
  void chat.resume()
  await settle()
  expect(calls[0]!.url).toBe('/replies/of-mine')
})
