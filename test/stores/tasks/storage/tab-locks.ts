export type LockAnswer = (lock: object | null) => Promise<unknown> | undefined

/** Web Locks of tabs in one process: who asks first has it, the others wait, and a tab that is gone has none. */
export function createLocks(run: (tab: object, task: () => void) => void) {
  interface Request {
    tab: object
    name: string
    answer: LockAnswer
    reject(error: unknown): void
  }
  const queue: Request[] = []

  function drop(request: Request): void {
    const index = queue.indexOf(request)
    if (index >= 0) queue.splice(index, 1)
  }

  const granted = new Set<Request>()

  function grant(name: string): void {
    const first = queue.find((request) => request.name === name)
    if (!first || granted.has(first)) return
    granted.add(first)
    run(first.tab, () => {
      void Promise.resolve(first.answer({ name })).then(() => {
        drop(first)
        grant(name)
      })
    })
  }

  return {
    request(tab: object, name: string, { signal }: LockOptions, answer: LockAnswer) {
      return new Promise<void>((_resolve, reject) => {
        const request = { tab, name, answer, reject }
        queue.push(request)
        signal?.addEventListener('abort', () => {
          if (granted.has(request)) return
          drop(request)
          reject(new DOMException('not wanted any more', 'AbortError'))
        })
        queueMicrotask(() => grant(name))
      })
    },
    leave(tab: object) {
      for (const request of queue.filter((each) => each.tab === tab)) {
        drop(request)
        queueMicrotask(() => grant(request.name))
      }
    },
  }
}
