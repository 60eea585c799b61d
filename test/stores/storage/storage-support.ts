import type { KeyValueStorage } from '../../../src/stores/storage/storage.js'

export interface TestStorage extends KeyValueStorage {
  values: Map<string, string>
  /** How often something was written. */
  writes: number
  /** Uses that were begun while another one was under way. */
  overlaps: number
  isFull: boolean
}

export interface TestStorageOptions {
  /** It answers with promises. */
  isSlow?: boolean
  hasUpdate?: boolean
}

/** A storage of the test's own. */
export function createTestStorage({
  isSlow = false,
  hasUpdate = false,
}: TestStorageOptions = {}): TestStorage {
  const values = new Map<string, string>()
  let running = 0

  function answer<Value>(act: () => Value): Value | Promise<Value> {
    if (!isSlow) return act()
    if (running > 0) storage.overlaps += 1
    running += 1
    return Promise.resolve()
      .then(() => Promise.resolve())
      .then(act)
      .finally(() => (running -= 1))
  }

  function write(key: string, value: string): void {
    if (storage.isFull) throw new DOMException('Quota exceeded', 'QuotaExceededError')
    storage.writes += 1
    values.set(key, value)
  }

  const storage: TestStorage = {
    values,
    writes: 0,
    overlaps: 0,
    isFull: false,
    getItem: (key) => answer(() => values.get(key) ?? null),
    setItem: (key, value) => answer(() => write(key, value)),
  }
  if (hasUpdate) {
    storage.update = (key, change) =>
      answer(() => {
        const saved = values.get(key)
        const next = change(saved)
        if (next !== saved) write(key, next!)
      })
  }
  return storage
}
