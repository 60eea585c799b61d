// storeChat over a storage that answers with promises.
import { describe, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import {
  createStorage,
  hadTurn,
  openPage,
  saved,
  savedTexts,
  saveTurn,
  storage,
  storeInOneTab,
  texts,
} from './chat-storage-support.js'

storeInOneTab()

describe('a storage that takes its time', () => {
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
    createStorage({ isSlow: true })
    const before = openPage()
    await settle()
    await hadTurn(before)
    before.stop()
    await settle()
    expect(savedTexts()).toEqual(['Hello', 'Hi'])
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
    expect(savedTexts()).toEqual(['Hello', 'Hi', 'Early', 'Bird'])
    expect(new Set(saved().map(({ id }) => id)).size).toBe(4)
  })

  test('what the page has set under the same id before it has answered is newer', async () => {
    await saveTurn()
    const page = openPage()
    const liked = saved().map((each) => ({ ...each, metadata: { liked: true } }))
    page.chat.setMessages(liked)
    await page.clock.advance(2_000)
    for (const all of [page.chat.getSnapshot().messages, saved()]) {
      expect(all).toMatchObject([{ metadata: { liked: true } }, { metadata: { liked: true } }])
    }
    expect(page.errors).toEqual([])
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

  test.each([
    ['which is the same object', () => storage],
    ['which a function of each returns', () => () => storage],
  ])(
    'what it, %s, still saves of a chat that was left is read by the next one',
    async (_, given) => {
      createStorage({ isSlow: true })
      const before = openPage({}, { storage: given() })
      await settle()
      const { setItem } = storage
      let goOn = (): void => {}
      storage.setItem = async (key, value) => {
        storage.setItem = setItem
        await new Promise<void>((resolve) => (goOn = resolve))
        return setItem(key, value)
      }
      before.chat.setMessages([{ role: 'user', content: 'one' }])
      await settle()
      before.chat.setMessages((messages) => [...messages, { role: 'user', content: 'two' }])
      before.stop()
      const page = openPage({}, { storage: given() })
      page.clock.random = () => 0.5
      page.chat.setMessages([{ role: 'user', content: 'three' }])
      await settle()
      goOn()
      for (let round = 0; round < 4; round += 1) await settle()
      await page.clock.advance(2_000)
      expect(texts(page)).toEqual(['one', 'two', 'three'])
      expect(savedTexts()).toEqual(['one', 'two', 'three'])
      expect(storage.overlaps).toBe(0)
    },
  )

  test('what changes while it takes its time is saved afterwards', async () => {
    createStorage({ isSlow: true })
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
    expect(savedTexts()).toEqual(['two'])
  })

  test('a page that leaves before it answers hears of no restoring', async () => {
    await saveTurn()
    const onRestored = vi.fn<() => void>()
    const page = openPage({}, { onRestored })
    page.stop()
    for (let round = 0; round < 4; round += 1) await settle()
    expect(onRestored).not.toHaveBeenCalled()
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
})
