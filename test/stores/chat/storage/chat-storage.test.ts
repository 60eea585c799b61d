// storeChat: what is saved and when, what is shown after a reload, and what goes on then.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { StreamError } from '../../../../src/errors.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { openaiChat } from '../../../../src/protocols/openai-chat.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import type { ChatOptions } from '../../../../src/stores/chat/chat-types.js'
import type { StorageOptions } from '../../../../src/stores/storage/storage.js'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { delta, outcome, startChat, type TestChat } from '../chat-support.js'
import { createTestStorage, type TestStorage } from '../../storage/storage-support.js'

const headers = { 'content-location': 'https://a.test/replies/7' }
const url = 'https://a.test/chat'

let storage: TestStorage
beforeEach(() => {
  storage = createTestStorage()
  // One tab, in a browser without locks.
  vi.stubGlobal('BroadcastChannel', undefined)
  vi.stubGlobal('navigator', undefined)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

interface Page extends TestChat {
  stop(): void
  errors: StreamError[]
}

function openPage(options?: ChatOptions, storing?: Partial<StorageOptions>): Page {
  const started = startChat({ url, ...options })
  const errors: StreamError[] = []
  const stop = storeChat(
    started.chat,
    { key: 'chat', storage, onError: (error) => errors.push(error), ...storing },
    started.clock,
  )
  return { ...started, stop, errors }
}

/** A page that has had a turn. */
async function hadTurn(page: Page, text = 'Hello', answer = 'Hi'): Promise<void> {
  const promise = page.chat.sendMessage(text)
  const call = await page.nextCall()
  await call.open({ headers })
  await call.send(delta(answer), '[DONE]')
  await promise
}

function texts({ chat }: Pick<TestChat, 'chat'>): string[] {
  return chat.getSnapshot().messages.map(({ content }) => content)
}

function saved(): ChatMessage[] {
  return (
    JSON.parse(storage.values.get('chat') ?? '{"messages":[]}') as { messages: ChatMessage[] }
  ).messages
}

describe('after a reload', () => {
  test('the conversation is there at once, and nothing was sent', async () => {
    const before = openPage()
    await hadTurn(before)
    before.stop()
    const page = openPage()
    expect(page.chat.getSnapshot()).toMatchObject({ status: 'ready', isLoading: false })
    expect(page.chat.getSnapshot().messages).toEqual(before.chat.getSnapshot().messages)
    await settle()
    expect(page.calls).toHaveLength(0)
    await hadTurn(page, 'And you?', 'Fine')
    expect(page.calls[0]!.body).toEqual({
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: 'And you?' },
      ],
    })
  })

  test('what is saved replaces what the conversation starts with', async () => {
    const initialMessages = [{ role: 'assistant' as const, content: 'Welcome' }]
    const before = openPage({ initialMessages })
    expect(storage.values.size).toBe(0)
    await hadTurn(before)
    before.stop()
    expect(texts(openPage({ initialMessages }))).toEqual(['Welcome', 'Hello', 'Hi'])
    expect(
      texts(openPage({ initialMessages: [{ role: 'assistant', content: 'Hello again' }] })),
    ).toEqual(['Welcome', 'Hello', 'Hi'])
  })

  test('a reply that was under way goes on, by GET, without a doubled word', async () => {
    const before = openPage()
    void before.chat.sendMessage('Hello')
    await settle()
    await before.calls[0]!.open({ headers })
    await before.calls[0]!.send(delta('So '), delta('far'))
    before.clock.nextFrame()
    before.clock.page('pagehide')
    expect(saved().at(-1)).toMatchObject({ content: 'So far', status: 'streaming' })

    const page = openPage()
    expect(page.chat.getSnapshot()).toMatchObject({ isLoading: true, streamingContent: 'So far' })
    await settle()
    expect(page.calls).toHaveLength(1)
    expect(page.calls[0]).toMatchObject({ method: 'GET', url: headers['content-location'] })
    await page.calls[0]!.open({ headers })
    await page.calls[0]!.send(delta('So '), delta('far, '), delta('so good'), '[DONE]')
    expect(texts(page)).toEqual(['Hello', 'So far, so good'])
    expect(saved().map(({ content, status }) => [content, status])).toEqual([
      ['Hello', 'complete'],
      ['So far, so good', 'complete'],
    ])
  })

  test('so does one that had said nothing yet', async () => {
    const before = openPage()
    void before.chat.sendMessage('Hello')
    await settle()
    await before.calls[0]!.open({ headers })
    before.clock.nextFrame()
    before.clock.page('pagehide')

    const page = openPage()
    await settle()
    expect(page.calls[0]).toMatchObject({ method: 'GET', url: headers['content-location'] })
    await page.calls[0]!.open({ headers })
    await page.calls[0]!.send(delta('Hi'), '[DONE]')
    expect(texts(page)).toEqual(['Hello', 'Hi'])
  })

  test('also where the storage is too slow to save anything as the page is left', async () => {
    storage = createTestStorage({ isSlow: true })
    const before = openPage()
    await settle()
    void before.chat.sendMessage('Hello')
    const call = await before.nextCall()
    await call.open({ headers })
    before.clock.nextFrame()
    await settle()
    expect(saved().at(-1)).toMatchObject({ resumeUrl: headers['content-location'] })
    const { writes } = storage
    await call.send(delta('So far'))
    before.clock.nextFrame()
    await settle()
    expect(storage.writes).toBe(writes)
  })

  test('a reply that nobody kept stays interrupted, and is not asked for', async () => {
    const before = openPage()
    void before.chat.sendMessage('Hello')
    await settle()
    await before.calls[0]!.send(delta('So far'))
    before.clock.nextFrame()
    before.clock.page('pagehide')
    const page = openPage()
    await settle()
    expect(page.calls).toHaveLength(0)
    expect(page.chat.getSnapshot().messages.at(-1)).toMatchObject({
      content: 'So far',
      status: 'interrupted',
    })
  })

  test('a reply that the server has lost is asked for once, not at each reload', async () => {
    const before = openPage()
    void before.chat.sendMessage('Hello')
    await settle()
    await before.calls[0]!.open({ headers })
    await before.calls[0]!.send(delta('So far'))
    before.clock.nextFrame()
    before.clock.page('pagehide')
    const page = openPage()
    await settle()
    await page.calls[0]!.answer(404, '{"error":"gone"}')
    const { reply } = page.chat.getSnapshot()
    expect(reply).toMatchObject({ status: 'interrupted', content: 'So far' })
    page.stop()

    const next = openPage()
    await settle()
    expect(next.calls).toHaveLength(0)
    const { error } = next.chat.getSnapshot().messages.at(-1)!
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({ code: 'http', status: 404, retryable: false })
    expect(error!.message).toBe(reply!.error!.message)
  })

  test('what was cleared or removed stays away', async () => {
    const before = openPage()
    await hadTurn(before)
    await hadTurn(before, 'And you?', 'Fine')
    before.chat.removeMessage(before.chat.getSnapshot().messages[0]!.id)
    before.stop()
    const page = openPage()
    expect(texts(page)).toEqual(['Hi', 'And you?', 'Fine'])
    page.chat.clear()
    page.stop()
    expect(texts(openPage())).toEqual([])
  })

  test('what was taken away and put back is there: an undone removal, another branch', async () => {
    const before = openPage()
    await hadTurn(before)
    const { messages } = before.chat.getSnapshot()
    before.chat.setMessages([])
    before.chat.setMessages(messages)
    before.stop()
    expect(texts(openPage())).toEqual(['Hello', 'Hi'])
  })
})

describe('saving', () => {
  test('a message is saved when it is sent, a streaming reply once a second, and at its end', async () => {
    const page = openPage()
    const promise = page.chat.sendMessage('Hello')
    expect(saved().map(({ content }) => content)).toEqual(['Hello', ''])
    const call = await page.nextCall()
    await call.open({ headers })
    page.clock.nextFrame()
    const { writes } = storage
    for (let word = 0; word < 300; word += 1) {
      await call.send(delta('a'))
      page.clock.nextFrame()
      await page.clock.advance(10)
    }
    expect(storage.writes - writes).toBe(3)
    expect(saved().at(-1)!.content.length).toBeGreaterThan(290)
    await call.send(delta('b'), '[DONE]')
    await promise
    expect(saved().at(-1)).toMatchObject({ content: 'a'.repeat(300) + 'b', status: 'complete' })
    void page.chat.sendMessage('And you?')
    expect(saved().at(-2)!.content).toBe('And you?')
  })

  test.each([false, true])(
    'a reply of a conversation that takes long to save (slow: %s) is saved less often',
    async (isSlow) => {
      storage = createTestStorage({ isSlow })
      const page = openPage()
      const { setItem } = storage
      storage.setItem = (key, value) => {
        page.clock.skip(200)
        return setItem(key, value)
      }
      await settle()
      void page.chat.sendMessage('Hello')
      const call = await page.nextCall()
      await call.open({ headers })
      const { writes } = storage
      for (let word = 0; word < 60; word += 1) {
        await call.send(delta('word '))
        page.clock.nextFrame()
        await page.clock.advance(100)
      }
      expect(storage.writes - writes).toBeLessThan(5)
      await page.clock.advance(2_000)
      expect(saved().at(-1)?.content).toBe('word '.repeat(60))
    },
  )

  test('a clock that is set back by an hour does not keep a reply from being saved', async () => {
    const page = openPage()
    void page.chat.sendMessage('Hello')
    const call = await page.nextCall()
    await call.open({ headers })
    page.clock.skip(-3_600_000)
    await call.send(delta('Once'))
    page.clock.nextFrame()
    await page.clock.advance(1_000)
    expect(saved().at(-1)?.content).toBe('Once')
  })

  test('what is under way is saved when the page is left', async () => {
    const page = openPage()
    void page.chat.sendMessage('Hello')
    const call = await page.nextCall()
    await call.open({ headers })
    page.clock.nextFrame()
    await call.send(delta('So far'))
    page.clock.nextFrame()
    expect(saved().at(-1)!.content).toBe('')
    page.clock.page('pagehide')
    expect(saved().at(-1)!.content).toBe('So far')
    const { writes } = storage
    page.clock.page('pagehide')
    expect(storage.writes).toBe(writes)
  })

  test('nothing is written before there is anything to save, and no timer is left', async () => {
    const page = openPage({ initialMessages: [{ role: 'system', content: 'Be brief' }] })
    await page.clock.advance(5_000)
    page.stop()
    expect(storage.writes).toBe(0)
    expect(page.clock.waiting).toBe(0)
    expect(page.clock.watching).toBe(0)
  })

  test('what waits to be saved is when its page leaves, and no timer is left', async () => {
    const page = openPage()
    void page.chat.sendMessage('Hello')
    await (await page.nextCall()).send(delta('So far'))
    page.clock.nextFrame()
    expect(page.clock.waiting).toBe(1)
    page.stop()
    expect(saved().at(-1)!.content).toBe('So far')
    expect(page.clock.waiting).toBe(0)
  })

  test('with another key the same chat is another conversation', async () => {
    const page = openPage()
    await hadTurn(page)
    page.stop()
    const stop = storeChat(page.chat, { key: 'other', storage }, page.clock)
    expect(texts(page)).toEqual([])
    await hadTurn(page, 'Elsewhere', 'Yes')
    stop()
    storeChat(page.chat, { key: 'chat', storage }, page.clock)
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(storage.values.get('other')).toContain('Elsewhere')
    expect(storage.values.get('other')).not.toContain('Hello')
  })
})

describe('a storage that takes its time', () => {
  /** Leaves a turn in the storage, of a page that is gone. */
  async function saveTurn(): Promise<void> {
    storage = createTestStorage({ isSlow: true })
    const before = openPage()
    await hadTurn(before)
    before.stop()
    await settle()
  }

  test('may have promises of its own kind', async () => {
    const values = new Map<string, string>()
    const thenable = <Value>(value: Value) => ({
      // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
      then: (resolve: (value: Value) => void) => queueMicrotask(() => resolve(value)),
    })
    const own = {
      getItem: (key: string) => thenable(values.get(key)) as unknown as Promise<string>,
      setItem: (key: string, value: string) => thenable(values.set(key, value)),
    }
    const before = openPage({}, { storage: own })
    await settle()
    await hadTurn(before)
    before.stop()
    const page = openPage({}, { storage: own })
    await settle()
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect([...before.errors, ...page.errors]).toEqual([])
  })

  test('is told of everything, in order, one at a time', async () => {
    storage = createTestStorage({ isSlow: true })
    const before = openPage()
    await settle()
    await hadTurn(before)
    before.stop()
    await settle()
    expect(saved().map(({ content }) => content)).toEqual(['Hello', 'Hi'])
    const onRestored = vi.fn<() => void>()
    const page = openPage({}, { onRestored })
    expect(texts(page)).toEqual([])
    expect(onRestored).not.toHaveBeenCalled()
    await settle()
    expect(onRestored).toHaveBeenCalledOnce()
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(storage.overlaps).toBe(0)
  })

  test('who sends before it has answered loses nothing', async () => {
    await saveTurn()
    const page = openPage()
    page.clock.random = () => 0.5
    const promise = page.chat.sendMessage('Early')
    await (await page.nextCall()).send(delta('Bird'), '[DONE]')
    await promise
    await page.clock.advance(2_000)
    expect(texts(page)).toEqual(['Hello', 'Hi', 'Early', 'Bird'])
    expect(saved().map(({ content }) => content)).toEqual(['Hello', 'Hi', 'Early', 'Bird'])
    expect(new Set(saved().map(({ id }) => id)).size).toBe(4)
  })

  test('once it has answered, what was saved is shown, and not only after the reply under way', async () => {
    await saveTurn()
    const shown: string[][] = []
    const page = openPage(
      { initialMessages: [{ role: 'assistant', content: 'Welcome' }] },
      { onRestored: () => shown.push(texts(page)) },
    )
    page.clock.random = () => 0.5
    const promise = page.chat.sendMessage('Early')
    const call = await page.nextCall()
    await call.open()
    await settle()
    expect(shown).toEqual([['Hello', 'Hi', 'Early', '']])
    await call.send(delta('Bird'), '[DONE]')
    await promise
    expect(texts(page)).toEqual(['Hello', 'Hi', 'Early', 'Bird'])
    expect(page.chat.getSnapshot().reply).toBe(page.chat.getSnapshot().messages[3])
  })

  test('a conversation that is left before it has answered, in the middle of a reply, loses nothing', async () => {
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
    expect(saved().map(({ content }) => content)).toEqual(['Hello', 'Hi', 'Early', 'Bird'])
  })

  test('nor does one whose reply ends with its page, before that', async () => {
    await saveTurn()
    const page = openPage()
    page.clock.random = () => 0.5
    void page.chat.sendMessage('Early')
    page.stop()
    page.chat.stop()
    await settle()
    expect(saved().map(({ content }) => content)).toEqual(['Hello', 'Hi', 'Early', ''])
  })

  test('what changes while it takes its time is saved afterwards', async () => {
    storage = createTestStorage({ isSlow: true })
    const page = openPage()
    await settle()
    const { setItem } = storage
    storage.setItem = (key, value) => {
      storage.setItem = setItem
      page.chat.setMessages([{ role: 'user', content: 'two' }])
      return setItem(key, value)
    }
    page.chat.setMessages([{ role: 'user', content: 'one' }])
    await settle()
    await page.clock.advance(1_000)
    await settle()
    expect(saved().map(({ content }) => content)).toEqual(['two'])
  })

  test('a chat that was left is saved as it was left', async () => {
    storage = createTestStorage({ isSlow: true })
    const page = openPage()
    await settle()
    void page.chat.sendMessage('Hello')
    const call = await page.nextCall()
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
      storage = createTestStorage({ isSlow })
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
      page.chat.clear()
      await settle()
      expect(storage.writes).toBe(writes)
    },
  )

  test('so is what becomes of a tool that ran when it was left', async () => {
    const page = openPage({ protocol: openaiChat() })
    const stuck = tool({ execute: () => new Promise(() => {}) })
    const tools = createChatTools(page.chat, { stuck }, {}, page.clock)
    const leave = tools.retain()
    void page.chat.sendMessage('Hello')
    const call = await page.nextCall()
    await call.open()
    const named = { index: 0, id: 'c', function: { name: 'stuck', arguments: '{}' } }
    await call.send({
      choices: [{ delta: { tool_calls: [named, { ...named, index: 1, id: 'd' }] } }],
    })
    await call.send({ choices: [{ finish_reason: 'tool_calls' }] }, '[DONE]')
    await settle()
    expect(saved().at(-1)!.parts).toMatchObject([{ state: 'running' }, { state: 'running' }])
    page.stop()
    leave()
    await page.clock.advance(0)
    expect(saved().at(-1)!.parts).toMatchObject([{ state: 'error' }, { state: 'error' }])
  })

  test.each([false, true])(
    'a tool that another tab has run meanwhile is not run again on return (slow: %s)',
    async (isSlow) => {
      storage = createTestStorage({ isSlow })
      const page = openPage({ id: 'a', protocol: openaiChat() })
      await settle()
      void page.chat.sendMessage('Hello')
      const call = await page.nextCall()
      await call.open()
      page.stop()
      const named = { index: 0, id: 'c', function: { name: 'now', arguments: '{}' } }
      await call.send({ choices: [{ delta: { tool_calls: [named] } }] })
      await call.send({ choices: [{ finish_reason: 'tool_calls' }] }, '[DONE]')
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

  test('a page that leaves before it answers hears of no restoring', async () => {
    await saveTurn()
    const onRestored = vi.fn<() => void>()
    const page = openPage({}, { onRestored })
    page.stop()
    for (let round = 0; round < 4; round += 1) await settle()
    expect(onRestored).not.toHaveBeenCalled()
  })

  test('a tool that ran here before waits for what another tab has saved meanwhile', async () => {
    const page = openPage({ id: 'a', protocol: openaiChat() })
    const execute = vi.fn<() => number>(() => 8)
    const tools = createChatTools(page.chat, { now: tool({ execute }) }, {}, page.clock)
    const leave = tools.retain()
    void page.chat.sendMessage('Hello')
    const call = await page.nextCall()
    await call.open()
    page.stop()
    leave()
    await page.clock.advance(0)
    const named = { index: 0, id: 'c', function: { name: 'now', arguments: '{}' } }
    await call.send({ choices: [{ delta: { tool_calls: [named] } }] })
    await call.send({ choices: [{ finish_reason: 'tool_calls' }] }, '[DONE]')
    const text = storage.values.get('chat')!.replace('"state":"ready"', '"state":"done","result":7')
    let answer!: (text: string) => void
    const slow = {
      getItem: () => new Promise<string>((resolve) => (answer = resolve)),
      setItem() {},
    }
    tools.retain()
    storeChat(page.chat, { key: 'chat', storage: slow }, page.clock)
    await page.clock.advance(100)
    expect(execute).not.toHaveBeenCalled()
    answer(text)
    await settle()
    expect(execute).not.toHaveBeenCalled()
    expect(page.chat.getSnapshot().messages[1]!.parts).toMatchObject([{ result: 7 }])
  })

  test('what another tab tells of while it is read is read after that', async () => {
    const told = new Set<() => void>()
    class Channel {
      addEventListener(_type: string, listener: () => void): void {
        told.add(listener)
      }
    }
    vi.stubGlobal('BroadcastChannel', Channel)
    const answers: ((text: string) => void)[] = []
    const slow = { getItem: () => new Promise<string>((tell) => answers.push(tell)), setItem() {} }
    const page = openPage({}, { storage: slow })
    for (const tell of told) tell()
    answers[0]!('[{"role":"user","content":"Old"}]')
    await settle()
    answers[1]?.('[{"role":"user","content":"New"}]')
    await settle()
    expect(texts(page)).toEqual(['New'])
  })

  test('tools run for a reply that is received while a storage does not answer', async () => {
    const silent = { getItem: () => new Promise<null>(() => {}), setItem() {} }
    const page = openPage({ protocol: openaiChat() }, { storage: silent })
    const execute = vi.fn<() => number>(() => 8)
    createChatTools(page.chat, { now: tool({ execute }) }, {}, page.clock).retain()
    void page.chat.sendMessage('Hello')
    const call = await page.nextCall()
    await call.open()
    const named = { index: 0, id: 'c', function: { name: 'now', arguments: '{}' } }
    await call.send({ choices: [{ delta: { tool_calls: [named] } }] })
    await call.send({ choices: [{ finish_reason: 'tool_calls' }] }, '[DONE]')
    await settle()
    expect(execute).toHaveBeenCalledOnce()
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
    void page.chat.sendMessage('Hello')
    const call = await page.nextCall()
    await call.open()
    page.stop()
    storeChat(page.chat, { key: 'chat', storage }, page.clock)
    const { writes } = storage
    await call.send(delta('Hi'), '[DONE]')
    expect(saved().at(-1)).toMatchObject({ content: 'Hi', status: 'complete' })
    expect(storage.writes).toBe(writes + 1)
  })

  test('what is said on return is saved where a slow storage still saves what was left', async () => {
    storage = createTestStorage({ isSlow: true })
    const page = openPage({ id: 'a' })
    await settle()
    void page.chat.sendMessage('Hello')
    page.stop()
    page.chat.stop()
    const stop = storeChat(page.chat, { key: 'chat', storage }, page.clock)
    void page.chat.sendMessage('And you?')
    stop()
    await page.clock.advance(1_000)
    expect(saved().map(({ content }) => content)).toEqual(['Hello', '', 'And you?', ''])
  })
})

describe('bad storage', () => {
  test('blocked: told once, and the chat goes on', async () => {
    const page = openPage(
      {},
      {
        storage: () => {
          throw new DOMException('The operation is insecure.', 'SecurityError')
        },
      },
    )
    await hadTurn(page)
    await hadTurn(page, 'And you?', 'Fine')
    expect(texts(page)).toEqual(['Hello', 'Hi', 'And you?', 'Fine'])
    expect(page.errors).toHaveLength(1)
    expect(page.errors[0]).toMatchObject({ code: 'storage', retryable: false })
    expect(page.errors[0]!.message).toContain('The operation is insecure.')
  })

  test('no localStorage at all: told once; without onError in the console', async () => {
    vi.stubGlobal('localStorage', undefined)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const onRestored = vi.fn<() => void>()
    const page = openPage({}, { storage: undefined, onError: undefined, onRestored })
    await hadTurn(page)
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(onRestored).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.lastCall![0]).toBeInstanceOf(StreamError)
  })

  test('no channel to other tabs, where the browser is set to keep no data: the chat goes on', async () => {
    vi.stubGlobal('BroadcastChannel', function forbidden() {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    })
    const page = openPage()
    await hadTurn(page)
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(saved()).toHaveLength(2)
  })

  test.each([false, true])(
    'full (slow: %s): what was saved last stays, until there is room',
    async (isSlow) => {
      storage = createTestStorage({ isSlow })
      const page = openPage()
      await settle()
      await hadTurn(page)
      await settle()
      storage.isFull = true
      await hadTurn(page, 'Too much', 'Really')
      await settle()
      expect(page.errors).toMatchObject([{ code: 'storage' }])
      expect(texts(page)).toHaveLength(4)
      expect(saved().map(({ content }) => content)).toEqual(['Hello', 'Hi'])
      storage.isFull = false
      await hadTurn(page, 'Again', 'Yes')
      await settle()
      expect(saved()).toHaveLength(6)
      storage.isFull = true
      page.chat.clear()
      await settle()
      expect(page.errors).toHaveLength(2)
    },
  )

  test.each([
    ['no JSON', '{"version":1,"messa'],
    ['another value', '42'],
    ['null', 'null'],
    ['no messages', '{"version":1}'],
    ['messages that are none', '{"version":1,"messages":{"0":1}}'],
  ])('broken (%s): told, and replaced by the next message', async (_, text) => {
    storage.values.set('chat', text)
    const page = openPage()
    expect(texts(page)).toEqual([])
    expect(page.errors).toMatchObject([{ code: 'storage' }])
    expect(storage.values.get('chat')).toBe(text)
    await hadTurn(page)
    expect(saved()).toHaveLength(2)
  })

  test('of a later version: told, and left alone', async () => {
    const text = '{"version":2,"turns":[]}'
    storage.values.set('chat', text)
    const page = openPage()
    await hadTurn(page)
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(storage.values.get('chat')).toBe(text)
    expect(page.errors).toHaveLength(1)
    expect(page.errors[0]!.message).toContain('version 2')
  })

  test('messages as pages have saved them by themselves are read', async () => {
    const messages = [
      { role: 'user', content: 'Hello' },
      { id: 'mine', role: 'assistant', content: 'Hi', parts: null, status: 'done' },
      { role: 'assistant', parts: [{ type: 'text', text: 'A' }, { type: 'text' }, null, 'x'] },
      { id: 7, role: 'user', content: 'So', parts: [], resumeUrl: { toString: 1 } },
    ]
    storage.values.set('chat', JSON.stringify(messages))
    const page = openPage()
    expect(page.errors).toEqual([])
    expect(page.chat.getSnapshot().messages).toMatchObject([
      { id: 'message-1', content: 'Hello', parts: [{ type: 'text', text: 'Hello' }] },
      { id: 'mine', content: 'Hi', status: 'complete' },
      { id: 'message-3', content: 'A', parts: [{ type: 'text', text: 'A' }], status: 'complete' },
      { id: '7', content: 'So', resumeUrl: undefined },
    ])
    await hadTurn(page, 'More', 'Yes')
    expect(page.calls[0]!.body).toMatchObject({ messages: { length: 5 } })
  })

  test('messages with the same id are one message, the last of them', () => {
    const messages = ['One', 'Two'].map((content) => ({ id: 'a', role: 'user', content }))
    storage.values.set('chat', JSON.stringify({ version: 1, messages }))
    expect(texts(openPage())).toEqual(['Two'])
  })

  test('a message of an unknown role is left out, and told', async () => {
    const messages = [
      { id: 'a', role: 'user', content: 'Hello' },
      { id: 'b', role: 'tool', content: '{}' },
      null,
      { id: 'c', role: 'assistant', content: 'Hi' },
      { id: 'd', role: { toString: 1 }, content: '' },
    ]
    storage.values.set('chat', JSON.stringify({ version: 1, messages }))
    const page = openPage()
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(page.errors).toHaveLength(1)
    expect(page.errors[0]!.message).toContain('tool')
  })

  test('a part that lacks what its kind has is left out: the conversation can be sent', async () => {
    const whole = { type: 'file', mediaType: 'image/png', url: 'https://a.test/1.png' }
    const kinds = ['text', 'reasoning', 'tool-call', 'file', 'data', 7]
    const parts = [null, ...kinds.map((type) => ({ type })), { type: 'source' }, whole]
    const messages = [{ id: 'a', role: 'user', parts: [{ type: 'text', text: 'Hello' }, ...parts] }]
    storage.values.set('chat', JSON.stringify({ version: 1, messages }))
    const page = openPage({ protocol: openaiChat() })
    expect(page.chat.getSnapshot().messages[0]!.parts.slice(1)).toEqual([{ type: 'source' }, whole])
    void page.chat.sendMessage('And you?')
    expect((await page.nextCall()).body).toMatchObject({ messages: [{ role: 'user' }, {}] })
  })

  test.each([[[1, null, ['a', 1]]], ['broken'], [null]])(
    'broken counts of what was taken away harm no message: %j',
    (presence) => {
      const messages = [
        { id: 'a', role: 'user', content: 'gone' },
        { id: 'b', role: 'user', content: 'there' },
      ]
      storage.values.set('chat', JSON.stringify({ version: 1, messages, presence }))
      expect(texts(openPage())).toContain('there')
    },
  )

  test('a prototype in a transcript is only data', () => {
    storage.values.set(
      'chat',
      '{"version":1,"__proto__":{"polluted":1},"presence":[["__proto__",1]],' +
        '"messages":[{"id":"__proto__","role":"user","content":"x","__proto__":{"polluted":1}}]}',
    )
    const page = openPage()
    expect(page.errors).toEqual([])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(texts(page)).toEqual([])
  })

  test('deleted in another tab, it stays deleted until there is something new', async () => {
    const page = openPage()
    await hadTurn(page)
    storage.values.delete('chat')
    page.clock.page('pagehide')
    page.clock.page('pageshow')
    await page.clock.advance(5_000)
    expect(storage.values.size).toBe(0)
    await hadTurn(page, 'And you?', 'Fine')
    expect(saved()).toHaveLength(4)
  })
})

test('resume goes on with the last message, whatever was received before', async () => {
  const page = openPage()
  await hadTurn(page)
  const [first] = page.chat.getSnapshot().messages
  const resumeUrl = 'https://a.test/replies/8'
  page.chat.setMessages((messages) => [
    ...messages,
    { ...first!, id: 'x', role: 'assistant', content: 'So', status: 'interrupted', resumeUrl },
  ])
  const promise = page.chat.resume()
  const call = await page.nextCall()
  expect(call.url).toBe(resumeUrl)
  await call.answer(404, 'gone')
  expect(await outcome(promise)).toMatchObject({ status: 404 })
})
