import type { KeyValueStorage, SavedText } from './storage.js'

const store = 'values'

/** One for each database, as each waits for what it still saves of a component that has left. */
const storages = new Map<string, KeyValueStorage>()

/**
 * A storage in IndexedDB, for conversations with files, for which `localStorage` (5 MB) has no room. The
 * database with this name is opened at its first use; if the browser has no IndexedDB, reading rejects.
 *
 * @example
 * ```ts
 * import { createChat, indexedDb, storeChat } from 'brooklet/core'
 *
 * const chat = createChat({ url: '/api/chat' })
 * storeChat(chat, { key: 'chat', storage: indexedDb() })
 * ```
 */
export function indexedDb(name = 'brooklet'): KeyValueStorage {
  const storage = storages.get(name) ?? createStorage(name)
  storages.set(name, storage)
  return storage
}

function createStorage(name: string): KeyValueStorage {
  let opened: Promise<IDBDatabase> | undefined

  async function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name, 1)
    request.addEventListener('upgradeneeded', () => void request.result.createObjectStore(store))
    const database = await result(request)
    // It is closed for a deletion from outside, or was closed by the browser: the next use opens it again.
    database.addEventListener('versionchange', () => {
      database.close()
      opened = undefined
    })
    database.addEventListener('close', () => (opened = undefined))
    return database
  }

  async function transact<Value>(
    mode: IDBTransactionMode,
    act: (values: IDBObjectStore) => Promise<Value>,
  ): Promise<Value> {
    const isOpen = opened !== undefined
    opened ??= open()
    try {
      const transaction = (await opened).transaction(store, mode)
      const value = await act(transaction.objectStore(store))
      await committed(transaction)
      return value
    } catch (error) {
      // The storage is not to blame for what `change` throws.
      if (!(error instanceof DOMException)) throw error
      opened = undefined
      // Safari loses connections while a page is in the background, and does not always tell.
      if (isOpen) return transact(mode, act)
      throw error
    }
  }

  function update(key: string, change: (saved: SavedText) => SavedText): Promise<void> {
    return transact('readwrite', async (values) => {
      const saved = await result<SavedText>(values.get(key))
      const next = change(saved)
      if (next !== saved) await result(values.put(next, key))
    })
  }

  return {
    getItem: (key) => transact('readonly', (values) => result<SavedText>(values.get(key))),
    setItem: (key, value) => update(key, () => value),
    update,
  }
}

function result<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}

/** That the disk is full shows only when the transaction ends. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(transaction.error))
  })
}
