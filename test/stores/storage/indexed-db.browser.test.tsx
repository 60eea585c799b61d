// indexedDb where the browser, or another page, takes its database away.
import { expect, onTestFinished, test, vi } from 'vitest'
import { storeChat } from '../../../src/stores/chat/storage/chat-storage.js'
import type { Chat } from '../../../src/stores/chat/chat-types.js'
import { createChat } from '../../../src/stores/chat/chat.js'
import { indexedDb } from '../../../src/stores/storage/indexed-db.js'

function newName(): string {
  const name = `test-${crypto.randomUUID()}`
  onTestFinished(() => void indexedDB.deleteDatabase(name))
  return name
}

test('of what is changed at the same moment nothing is lost', async () => {
  const storage = indexedDb(newName())
  const names = ['a', 'b', 'c', 'd', 'e']
  await Promise.all(names.map((name) => storage.update!('all', (saved) => (saved ?? '') + name)))
  expect(await storage.getItem('all')).toBe('abcde')
})

test('a component in place of another one shows what that one has said last, though each makes its storage', async () => {
  const name = newName()
  const store = (chat: Chat, onRestored?: () => void) =>
    storeChat(chat, { key: 'chat', storage: indexedDb(name), onRestored })
  const before = createChat({ url: 'https://a.test/chat' })
  const leave = store(before)
  before.setMessages([{ role: 'user', content: 'Hello' }])
  leave()
  const after = createChat({ url: 'https://a.test/chat' })
  await new Promise<void>((resolve) => onTestFinished(store(after, resolve)))
  expect(after.getSnapshot().messages).toMatchObject([{ content: 'Hello' }])
})

test('a change that fails changes nothing, and is not tried again', async () => {
  const storage = indexedDb(newName())
  await storage.setItem('a', '1')
  const change = vi.fn<() => never>(() => {
    throw new TypeError('no JSON')
  })
  await expect(storage.update!('a', change)).rejects.toThrow('no JSON')
  expect(change).toHaveBeenCalledOnce()
  expect(await storage.getItem('a')).toBe('1')
})

/** A database of the page's own. */
function openOwn(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve) => {
    const request = indexedDB.open(name, version)
    request.addEventListener('success', () => resolve(request.result))
  })
}

test('a connection that was lost without a word, as Safari’s are in the background, is replaced', async () => {
  const name = newName()
  const storage = indexedDb(name)
  await storage.setItem('a', '1')
  const lost = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    lost.mockRestore()
    throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
  })
  await storage.setItem('a', '2')
  expect(lost).not.toHaveBeenCalled()
  expect(await indexedDb(name).getItem('a')).toBe('2')
})

test('what stays broken is told', async () => {
  const storage = indexedDb(newName())
  await storage.setItem('a', '1')
  const refuse = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
  })
  onTestFinished(() => refuse.mockRestore())
  await expect(storage.setItem('a', '2')).rejects.toThrow('server lost')
  await expect(storage.getItem('a')).rejects.toThrow('server lost')
  refuse.mockRestore()
  expect(await storage.getItem('a')).toBe('1')
})

test('a database of the page’s own by the same name is left alone', async () => {
  const name = newName()
  const own = await openOwn(name, 7)
  const storage = indexedDb(name)
  await expect(storage.getItem('a')).rejects.toMatchObject({ name: 'VersionError' })
  await expect(storage.setItem('a', '1')).rejects.toMatchObject({ name: 'VersionError' })
  expect([own.version, own.objectStoreNames.length]).toEqual([7, 0])
  own.close()
})

test('while another page keeps its database from being deleted, a value waits', async () => {
  const name = newName()
  const own = await openOwn(name, 1)
  indexedDB.deleteDatabase(name)
  const saved = indexedDb(name).setItem('a', '1')
  own.close()
  await saved
  expect(await indexedDb(name).getItem('a')).toBe('1')
})
