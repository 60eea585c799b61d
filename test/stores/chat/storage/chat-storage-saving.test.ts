// storeChat: when a conversation is saved, and under which key.
import { expect, test, vi } from 'vitest'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import { settle } from '../../../support/clock.js'
import { delta, type Call } from '../chat-support.js'
import {
  createStorage,
  hadTurn,
  headers,
  openPage,
  saved,
  savedTexts,
  storage,
  storeInOneTab,
  texts,
} from './chat-storage-support.js'

storeInOneTab()

/** A reply comes word by word, with a frame and a pause of so many ms after each. */
async function receive(
  { clock }: ReturnType<typeof openPage>,
  call: Call,
  words: readonly string[],
  pause: number,
): Promise<void> {
  for (const word of words) {
    await call.send(delta(word))
    clock.nextFrame()
    await clock.advance(pause)
  }
}

test('a message is saved when it is sent, a streaming reply once a second, and at its end', async () => {
  const page = openPage()
  const promise = page.chat.sendMessage('Hello')
  expect(savedTexts()).toEqual(['Hello', ''])
  const call = await page.nextCall()
  await call.open({ headers })
  page.clock.nextFrame()
  const { writes } = storage
  await receive(page, call, Array<string>(300).fill('a'), 10)
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
    createStorage({ isSlow })
    const page = openPage()
    const { setItem } = storage
    storage.setItem = (key, value) => {
      page.clock.skip(200)
      return setItem(key, value)
    }
    await settle()
    const call = await page.say('Hello')
    await call.open({ headers })
    const { writes } = storage
    await receive(page, call, Array<string>(60).fill('word '), 100)
    expect(storage.writes - writes).toBeLessThan(5)
    await page.clock.advance(2_000)
    expect(saved().at(-1)?.content).toBe('word '.repeat(60))
  },
)

test('a clock that is set back by an hour does not keep a reply from being saved', async () => {
  const page = openPage()
  const call = await page.say('Hello')
  await call.open({ headers })
  page.clock.skip(-3_600_000)
  await call.send(delta('Once'))
  page.clock.nextFrame()
  await page.clock.advance(1_000)
  expect(saved().at(-1)?.content).toBe('Once')
})

test('what is under way is saved when the page is left', async () => {
  const page = openPage()
  const call = await page.say('Hello')
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

test.each([
  ['was refused', (call: Call) => call.answer(500, 'Out of order')],
  ['was cut', (call: Call) => call.cut()],
])('a page that shows a reply that %s writes it no second time', async (_, end) => {
  const before = openPage({ retry: false })
  await end(await before.say('Hello'))
  before.stop()
  const { writes } = storage
  const page = openPage()
  page.clock.page('pageshow')
  expect(page.chat.getSnapshot().messages.at(-1)!.error).toBeDefined()
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
  await (await page.say('Hello')).send(delta('So far'))
  page.clock.nextFrame()
  expect(page.clock.waiting).toBe(1)
  page.stop()
  expect(saved().at(-1)!.content).toBe('So far')
  expect(page.clock.waiting).toBe(0)
})

test('a reply that is no part of the conversation asks nothing of the storage', async () => {
  const page = openPage()
  await hadTurn(page)
  const getItem = vi.spyOn(storage, 'getItem')
  void page.chat.sendMessage([{ role: 'user', content: 'A title for it' }])
  const call = await page.nextCall()
  await call.send(delta('Greetings'))
  await page.clock.advance(2_000)
  await call.send('[DONE]')
  expect(getItem).not.toHaveBeenCalled()
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
