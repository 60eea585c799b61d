import { expect, test } from 'vitest'
import { settle } from '../../support/clock.js'
import {
  createStorage,
  hadTurn,
  openPage,
  savedTexts,
  storage,
  storeInOneTab,
} from '../chat/storage/chat-storage-support.js'

storeInOneTab()

test('a function that makes a storage, such as indexedDb itself, is called until it has made one', async () => {
  let calls = 0
  const make = () => {
    calls += 1
    if (calls === 1) throw new DOMException('not yet', 'SecurityError')
    return storage
  }
  const page = openPage({}, { storage: make })
  await hadTurn(page)
  await hadTurn(page, 'More')
  expect(savedTexts()).toEqual(['Hello', 'Hi', 'More', 'Hi'])
  expect(calls).toBe(2)
})

test('what is said at the same moment where nobody hears of it is kept by a storage that updates', async () => {
  createStorage({ isSlow: true, hasUpdate: true })
  const pages = [openPage(), openPage()]
  pages[0]!.clock.random = () => 0.5
  await settle()
  for (const { chat } of pages) chat.setMessages([{ role: 'user', content: 'Hello' }])
  for (const { stop } of pages) stop()
  await settle()
  expect(savedTexts()).toEqual(['Hello', 'Hello'])
  expect(storage.writes).toBe(2)
})

test('one that finds out that somebody has saved in between asks again', async () => {
  createStorage({ isSlow: true, hasUpdate: true })
  const other = openPage()
  await settle()
  await hadTurn(other)
  other.stop()
  await settle()
  const page = openPage()
  page.clock.random = () => 0.5
  const { update } = storage
  storage.update = (key, change) => {
    change(null)
    return update!(key, change)
  }
  page.chat.setMessages((all) => [...all, { role: 'user', content: 'More' }])
  await settle()
  expect(savedTexts()).toEqual(['Hello', 'Hi', 'More'])
  expect(page.errors).toEqual([])
})
