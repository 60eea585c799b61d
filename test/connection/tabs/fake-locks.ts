import type { FakeTab, Turns } from './fake-turns.js'

interface LockRequest {
  tab: FakeTab
  run(): Promise<unknown>
  reject(name: string): void
}

/** Web Locks, of which there is only one here. */
export function createLocks(turns: Turns) {
  let holder: LockRequest | undefined
  let queue: LockRequest[] = []
  let thefts = 0

  function request(
    _name: string,
    { signal, steal }: { signal?: AbortSignal; steal?: boolean },
    callback: () => Promise<unknown> | undefined,
  ): Promise<unknown> {
    const tab = turns.running!
    let reject = (_reason: Error): void => {}
    const promise = new Promise((_resolve, fail) => (reject = fail))
    // What a tab does about it, it does as this tab.
    promise.catch = (react) =>
      promise.then(undefined, (error) => turns.run(tab, () => void react?.(error), true))
    const asked: LockRequest = {
      tab,
      run: () => new Promise((resolve) => turns.run(tab, () => resolve(callback()), true)),
      reject: (name) => reject(new DOMException('the lock is not to be had', name)),
    }
    if (steal) {
      thefts += 1
      holder?.reject('AbortError')
      give(asked)
      return promise
    }
    queue.push(asked)
    signal?.addEventListener('abort', () => {
      if (!queue.includes(asked)) return
      queue = queue.filter((other) => other !== asked)
      asked.reject('AbortError')
    })
    queueMicrotask(grant)
    return promise
  }

  function grant(): void {
    if (!holder && queue.length > 0) give(queue.shift()!)
  }

  /** The lock is its own at once; what it does with that, it does later. */
  function give(next: LockRequest): void {
    holder = next
    queueMicrotask(() => void next.run().then(() => free(next)))
  }

  function free(held: LockRequest): void {
    if (holder !== held) return
    holder = undefined
    grant()
  }

  return {
    request,
    /** Those who hold the lock or wait for it. */
    count: (): number => queue.length + (holder ? 1 : 0),
    thefts: (): number => thefts,
    kill(tab: FakeTab): void {
      queue = queue.filter((each) => each.tab !== tab)
      if (holder?.tab === tab) free(holder)
    },
  }
}
