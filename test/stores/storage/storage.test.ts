import { expect, test } from 'vitest'
import {
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
