type Answer = (lock: object | null) => Promise<unknown> | undefined

interface Request<Tab> {
  tab: Tab
  name: string
  isHeld: boolean
  tell(lock: object | null): void
  reject(error: unknown): void
}

/**
 * Web Locks of tabs in one process: who asks first has it, the others wait. `running` is the tab whose
 * code runs; whatever a tab does about a lock, it does in `run`.
 */
export function createLocks<Tab = unknown>(
  running: () => Tab = () => undefined as Tab,
  run: (tab: Tab, task: () => void) => void = (_tab, task) => task(),
) {
  let requests: Request<Tab>[] = []
  let thefts = 0

  function drop(isDropped: (request: Request<Tab>) => boolean): void {
    const dropped = requests.filter(isDropped)
    requests = requests.filter((each) => !dropped.includes(each))
    for (const { name } of dropped) grant(name)
  }

  function grant(name: string): void {
    const first = requests.find((each) => each.name === name)
    if (first && !first.isHeld) give(first)
  }

  /** The lock is its own at once; what it does with that, it does later. */
  function give(request: Request<Tab>): void {
    request.isHeld = true
    queueMicrotask(() => request.tell({ name: request.name }))
  }

  function createRequest(name: string, answer: Answer) {
    const tab = running()
    let request: Request<Tab>
    const promise = new Promise<unknown>((resolve, reject) => {
      const tell = (lock: object | null): void =>
        run(tab, () => {
          void Promise.resolve(answer(lock)).then((value) => {
            resolve(value)
            drop((each) => each === request)
          })
        })
      request = { tab, name, isHeld: false, tell, reject }
    })
    promise.catch = (react) =>
      promise.then(undefined, (error) => run(tab, () => void react?.(error)))
    return { promise, request: request! }
  }

  return {
    request(name: string, { signal, ifAvailable, steal }: LockOptions, answer: Answer) {
      const { promise, request } = createRequest(name, answer)
      if (steal) {
        const holder = requests.find((each) => each.name === name && each.isHeld)
        requests = [request, ...requests.filter((each) => each !== holder)]
        holder?.reject(new DOMException('another has it now', 'AbortError'))
        thefts += 1
        give(request)
      } else if (ifAvailable && requests.some((each) => each.name === name)) {
        queueMicrotask(() => request.tell(null))
      } else {
        requests.push(request)
        queueMicrotask(() => grant(name))
      }
      signal?.addEventListener('abort', () => {
        if (request.isHeld) return
        drop((each) => each === request)
        request.reject(new DOMException('not wanted any more', 'AbortError'))
      })
      return promise
    },
    /** Those who hold a lock or wait for one. */
    count: (): number => requests.length,
    thefts: (): number => thefts,
    /** The tab is gone. */
    kill(tab: Tab) {
      drop((each) => each.tab === tab)
    },
  }
}
