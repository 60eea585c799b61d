// storeChat: a conversation that is left, and one that is come back to, while something is under way.
import { expect, test, vi } from 'vitest'
import { openaiChat } from '../../../../src/protocols/openai-chat.js'
import { queueOf } from '../../../../src/stores/chat/chat-queue.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import { calling } from '../tools/chat-tools-support.js'
import {
  createStorage,
  hadTurn,
  headers,
  openPage,
  saved,
  savedTexts,
  saveTurn,
  storage,
  storeInOneTab,
} from './chat-storage-support.js'

storeInOneTab()

test('a conversation that is left before a slow storage has answered, in the middle of a reply, loses nothing', async () => {
  await saveTurn()
  const page = openPage()
  page.clock.random = () => 0.5
  const promise = page.chat.sendMessage('Early')
  page.stop()
  const call = await page.nextCall()
  await call.open()
  await settle()
  await call.send(delta('Bird'), '[DONE]')
  await promise
  await settle()
  expect(savedTexts()).toEqual(['Hello', 'Hi', 'Early', 'Bird'])
})

test('nor does one whose reply ends with its page, before that', async () => {
  await saveTurn()
  const page = openPage()
  page.clock.random = () => 0.5
  void page.chat.sendMessage('Early')
  page.stop()
  page.chat.stop()
  await settle()
  expect(savedTexts()).toEqual(['Hello', 'Hi', 'Early', ''])
})

test('a chat that was left is saved as it was left', async () => {
  createStorage({ isSlow: true })
  const page = openPage()
  await settle()
  const call = await page.say('Hello')
  await call.open({ headers })
  await call.send(delta('So far'))
  page.clock.nextFrame()
  page.stop()
  page.chat.clear()
  await settle()
  await page.clock.advance(2_000)
  expect(saved().map(({ content, status }) => [content, status])).toEqual([
    ['Hello', 'complete'],
    ['So far', 'stopped'],
  ])
})

test.each([false, true])(
  'the reply of a conversation that was left is saved once it is over, and told (slow: %s)',
  async (isSlow) => {
    let told = 0
    class Channel extends EventTarget {
      isClosed = false
      postMessage(): void {
        if (this.isClosed) throw new DOMException('closed', 'InvalidStateError')
        told += 1
      }
      close(): void {
        this.isClosed = true
      }
    }
    vi.stubGlobal('BroadcastChannel', Channel)
    createStorage({ isSlow })
    const page = openPage({ id: 'a' })
    await settle()
    const promise = page.chat.sendMessage('Hello')
    const call = await page.nextCall()
    await call.send(delta('So far'))
    page.clock.nextFrame()
    page.stop()
    await settle()
    expect(saved().at(-1)).toMatchObject({ status: 'streaming' })
    await call.send(delta(', so good'), '[DONE]')
    await promise
    await settle()
    expect(saved().at(-1)).toMatchObject({ content: 'So far, so good', status: 'complete' })
    expect(told).toBe(storage.writes)
    expect(page.errors).toEqual([])
    const { writes } = storage
    page.chat.setMessages((messages) => messages.slice(0, 1))
    page.chat.clear()
    await settle()
    expect(storage.writes).toBe(writes)
  },
)

test.each([false, true])(
  'where its reply can be fetched is saved though the response comes only then (slow: %s)',
  async (isSlow) => {
    createStorage({ isSlow })
    const page = openPage({ id: 'a' })
    await settle()
    const call = await page.say('Hello')
    page.stop()
    await settle()
    await call.open({ headers })
    await settle()
    expect(saved().at(-1)).toMatchObject({
      status: 'pending',
      resumeUrl: headers['content-location'],
    })
    const { writes } = storage
    await call.send(delta('So far'))
    page.clock.nextFrame()
    await page.clock.advance(2_000)
    expect(storage.writes).toBe(writes)
    await call.send(delta(', so good'), '[DONE]')
    await settle()
    expect(saved().at(-1)).toMatchObject({ content: 'So far, so good', status: 'complete' })
  },
)

test('so is what waited then to be sent, and the reply to that', async () => {
  const page = openPage({ id: 'a' })
  const queue = queueOf(page.chat, page.clock)
  const call = await page.say('Hello')
  void queue.sendMessage('And you?')
  page.stop()
  await call.send(delta('Hi'), '[DONE]')
  expect(savedTexts()).toEqual(['Hello', 'Hi'])
  await page.clock.advance(0)
  await (await page.nextCall()).send(delta('Well'), '[DONE]')
  expect(savedTexts()).toEqual(['Hello', 'Hi', 'And you?', 'Well'])
})

test('what was changed while it was not stored is saved when it is stored again', async () => {
  const page = openPage()
  await hadTurn(page)
  page.stop()
  page.chat.setMessages((messages) => messages.slice(0, 1))
  expect(saved()).toHaveLength(2)
  storeChat(page.chat, { key: 'chat', storage }, page.clock)
  expect(saved()).toHaveLength(1)
})

test('who comes back to a conversation in the middle of its reply saves it once', async () => {
  const page = openPage({ id: 'a' })
  const call = await page.say('Hello')
  await call.open()
  page.stop()
  storeChat(page.chat, { key: 'chat', storage }, page.clock)
  const { writes } = storage
  await call.send(delta('Hi'), '[DONE]')
  expect(saved().at(-1)).toMatchObject({ content: 'Hi', status: 'complete' })
  expect(storage.writes).toBe(writes + 1)
})

test('what is said on return is saved where a slow storage still saves what was left', async () => {
  createStorage({ isSlow: true })
  const page = openPage({ id: 'a' })
  await settle()
  void page.chat.sendMessage('Hello')
  page.stop()
  page.chat.stop()
  const stop = storeChat(page.chat, { key: 'chat', storage }, page.clock)
  void page.chat.sendMessage('And you?')
  stop()
  await page.clock.advance(1_000)
  expect(savedTexts()).toEqual(['Hello', '', 'And you?', ''])
})

test('so is what becomes of a tool that ran when its chat was left', async () => {
  const page = openPage({ protocol: openaiChat() })
  const stuck = tool({ execute: () => new Promise(() => {}) })
  const tools = createChatTools(page.chat, { stuck }, {}, page.clock)
  const leave = tools.retain()
  const call = await page.say('Hello')
  await call.send(...calling(['stuck'], ['stuck']))
  await settle()
  expect(saved().at(-1)!.parts).toMatchObject([{ state: 'running' }, { state: 'running' }])
  page.stop()
  leave()
  await page.clock.advance(0)
  expect(saved().at(-1)!.parts).toMatchObject([{ state: 'error' }, { state: 'error' }])
})

test('one that ran when its chat became another conversation brings nothing of that into the first', async () => {
  const page = openPage({ protocol: openaiChat() })
  const stuck = tool({ execute: () => new Promise(() => {}) })
  createChatTools(page.chat, { stuck }, {}, page.clock).retain()
  const call = await page.say('Hello')
  await call.send(...calling(['stuck']))
  await settle()
  page.stop()
  const stop = storeChat(page.chat, { key: 'other', storage }, page.clock)
  await page.clock.advance(0)
  const next = page.chat.sendMessage('Anew')
  await (await page.nextCall()).open({ headers })
  page.chat.stop()
  await next
  stop()
  await page.clock.advance(2_000)
  expect(savedTexts()).toEqual(['Hello', ''])
})

test.each([false, true])(
  'a tool that another tab has run meanwhile is not run again on return (slow: %s)',
  async (isSlow) => {
    createStorage({ isSlow })
    const page = openPage({ id: 'a', protocol: openaiChat() })
    await settle()
    const call = await page.say('Hello')
    await call.open()
    page.stop()
    await call.send(...calling(['now']))
    await settle()
    const text = storage.values.get('chat')!
    storage.values.set('chat', text.replace('"state":"ready"', '"state":"done","result":7'))
    const execute = vi.fn<() => number>(() => 8)
    createChatTools(page.chat, { now: tool({ execute }) }, {}, page.clock).retain()
    storeChat(page.chat, { key: 'chat', storage }, page.clock)
    await page.clock.advance(0)
    await settle()
    expect(execute).not.toHaveBeenCalled()
    expect(page.chat.getSnapshot().messages[1]!.parts).toMatchObject([{ result: 7 }])
  },
)

test.each([true, false])(
  'a tool whose call came while nobody used it waits for what is saved, and runs only without an answer there (answered: %s)',
  async (isAnswered) => {
    const page = openPage({ id: 'a', protocol: openaiChat() })
    const execute = vi.fn<() => number>(() => 8)
    const tools = createChatTools(page.chat, { now: tool({ execute }) }, {}, page.clock)
    const leave = tools.retain()
    const call = await page.say('Hello')
    await call.open()
    page.stop()
    leave()
    await page.clock.advance(0)
    await call.send(...calling(['now']))
    const ready = storage.values.get('chat')!
    const answered = ready.replace('"state":"ready"', '"state":"done","result":7')
    let answer!: (text: string) => void
    const slow = {
      getItem: () => new Promise<string>((resolve) => (answer = resolve)),
      setItem() {},
    }
    tools.retain()
    storeChat(page.chat, { key: 'chat', storage: slow }, page.clock)
    await page.clock.advance(100)
    expect(execute).not.toHaveBeenCalled()
    answer(isAnswered ? answered : ready)
    await settle()
    expect(execute).toHaveBeenCalledTimes(isAnswered ? 0 : 1)
    expect(page.chat.getSnapshot().messages[1]!.parts).toMatchObject([
      { result: isAnswered ? 7 : 8 },
    ])
  },
)

test('nor does it wait any more once storing has stopped', async () => {
  const silent = { getItem: () => new Promise<null>(() => {}), setItem() {} }
  const page = openPage({ id: 'a', protocol: openaiChat() }, { storage: silent })
  const execute = vi.fn<() => number>(() => 8)
  const tools = createChatTools(page.chat, { now: tool({ execute }) }, {}, page.clock)
  const call = await page.say('Hello')
  await call.send(...calling(['now']))
  tools.retain()
  await page.clock.advance(0)
  expect(execute).not.toHaveBeenCalled()
  page.stop()
  page.chat.setMessages((messages) => messages)
  await settle()
  expect(execute).toHaveBeenCalledOnce()
})

test('tools run for a reply that is received while a storage does not answer', async () => {
  const silent = { getItem: () => new Promise<null>(() => {}), setItem() {} }
  const page = openPage({ protocol: openaiChat() }, { storage: silent })
  const execute = vi.fn<() => number>(() => 8)
  createChatTools(page.chat, { now: tool({ execute }) }, {}, page.clock).retain()
  const call = await page.say('Hello')
  await call.send(...calling(['now']))
  await settle()
  expect(execute).toHaveBeenCalledOnce()
})
