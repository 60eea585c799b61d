/** Tabs of one browser with stored tasks, and a server of tasks, in one process and in the order that a test decides. */
import { vi } from 'vitest'
import type { PageChange } from '../../../../src/connection/page.js'
import type { StreamError } from '../../../../src/errors.js'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import { createTaskManager } from '../../../../src/stores/tasks/task-manager.js'
import { storeTasks } from '../../../../src/stores/tasks/storage/task-storage.js'
import type {
  Task,
  TaskManager,
  TaskManagerOptions,
} from '../../../../src/stores/tasks/task-types.js'
import { createTestClock, settle, type TestClock } from '../../../support/clock.js'

export interface TaskTab {
  manager: TaskManager
  errors: StreamError[]
  /** The ids of the tasks whose end this tab was told of. */
  ended: string[]
  readonly isAlive: boolean
  /** Runs in this tab. */
  act(action: (manager: TaskManager) => void): void
  task(id: string): Task | undefined
  page(change: PageChange): void
  stop(): void
  /** Stores the same manager again. */
  store(): void
  /** It is gone from one moment to the next: it says and saves nothing any more. */
  kill(): void
  /** As a browser does it: the page is told, and is gone then. */
  close(): void
}

export interface TaskBrowser {
  clock: TestClock
  server: TaskServer
  /** What is saved. */
  values: Map<string, string>
  /** The type of each message that a tab has sent to the others. */
  messages: string[]
  openTab(options?: TaskManagerOptions, storage?: KeyValueStorage): TaskTab
  /** Time passes, and all messages arrive. */
  pass(milliseconds?: number): Promise<void>
  /** The messages that are under way come later. */
  holdMessages(isHeld: boolean): void
}

export interface Job {
  events: string[]
  isRunning: boolean
  /** How often it was started. */
  runs: number
  status?: 'done' | 'error' | 'canceled'
}

export interface TaskServer {
  jobs: Map<string, Job>
  /** Each request, as `GET a` or `GET a after 3` or `DELETE a`. */
  requests: string[]
  /** How many streams of a task are open. */
  open(id: string): number
  progress(id: string, percent: number): void
  finish(id: string, status?: 'done' | 'error'): void
  /** All streams break. */
  cut(): void
  /** A job that was running was started a second time. */
  readonly isDoubled: boolean
}

/** What a tab shows. */
export function shown({ manager }: TaskTab): string[] {
  const { tasks, isPaused } = manager.getSnapshot()
  const rows = [...tasks.values()].map(
    ({ id, status, progress, attempt }) => `${id} ${status} ${progress} ${attempt}`,
  )
  return isPaused ? ['paused', ...rows] : rows
}

interface Stream {
  id: string
  tab: object
  write(text: string): void
  end(): void
  cut(): void
}

const encoder = new TextEncoder()

function createServer(knowsTasks: boolean) {
  const jobs = new Map<string, Job>()
  const streams = new Set<Stream>()
  const requests: string[] = []
  let isDoubled = false

  function emit(id: string, event: string, data: object): void {
    const job = jobs.get(id)
    if (!job?.isRunning) return
    const text = `id: ${job.events.length + 1}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    job.events.push(text)
    for (const stream of streams) if (stream.id === id) stream.write(text)
  }

  function over(id: string, status: Job['status']): void {
    const job = jobs.get(id)
    if (!job?.isRunning) return
    Object.assign(job, { isRunning: false, status })
    for (const stream of streams) if (stream.id === id) stream.end()
  }

  function stream(tab: object, id: string, signal: AbortSignal | null | undefined, from: number) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      undefined,
      { highWaterMark: 1e6 },
      { highWaterMark: 1e6 },
    )
    const writer = writable.getWriter()
    const stream: Stream = {
      id,
      tab,
      write: (text) => void writer.write(encoder.encode(text)).catch(() => {}),
      end() {
        streams.delete(stream)
        writer.close().catch(() => {})
      },
      cut() {
        streams.delete(stream)
        writer.abort(new TypeError('terminated')).catch(() => {})
      },
    }
    streams.add(stream)
    signal?.addEventListener('abort', stream.cut)
    const job = jobs.get(id)!
    for (const event of job.events.slice(from)) stream.write(event)
    if (!job.isRunning) stream.end()
    return new Response(readable, { headers: { 'content-type': 'text/event-stream' } })
  }

  return {
    jobs,
    requests,
    get isDoubled() {
      return isDoubled
    },
    open: (id: string) => [...streams].filter((stream) => stream.id === id).length,
    progress: (id: string, percent: number) => emit(id, 'progress', { percent }),
    finish(id: string, status: 'done' | 'error' = 'done') {
      if (status === 'done') emit(id, 'complete', { result: `${id} is done` })
      else emit(id, 'error', { message: `${id} went wrong` })
      over(id, status)
    },
    cut() {
      for (const { cut } of streams) cut()
    },
    leave(tab: object) {
      for (const stream of streams) if (stream.tab === tab) streams.delete(stream)
    },
    fetch(tab: object, url: URL, init: RequestInit): Response {
      const body = JSON.parse((init.body as string | undefined) ?? '{}') as { taskId?: string }
      const id = url.searchParams.get('taskId') ?? body.taskId!
      const after = new Headers(init.headers).get('last-event-id')
      const method = init.method ?? 'GET'
      requests.push(`${method} ${id}${after ? ` after ${after}` : ''}`)
      const job = jobs.get(id)
      if (method === 'DELETE') {
        over(id, 'canceled')
        return new Response(null, { status: 204 })
      }
      if (after) {
        if (!job) return new Response(null, { status: 404 })
        return stream(tab, id, init.signal, Number(after))
      }
      if (job?.isRunning && knowsTasks) return stream(tab, id, init.signal, 0)
      if (job?.isRunning) isDoubled = true
      jobs.set(id, { events: [], isRunning: true, runs: (job?.runs ?? 0) + 1 })
      emit(id, 'progress', { percent: 0 })
      return stream(tab, id, init.signal, 0)
    },
  }
}

interface TabState {
  isAlive: boolean
  watchers: Set<(change: PageChange) => void>
}

/** A server that does not know a task by its id starts it each time it is asked without an event's id. */
export function createTaskBrowser({ hasLocks = true, knowsTasks = false } = {}): TaskBrowser {
  const clock = createTestClock()
  const server = createServer(knowsTasks)
  const values = new Map<string, string>()
  let running: TabState
  let draws = 0
  let isHeld = false

  function run(tab: TabState, task: () => void): void {
    if (!tab.isAlive) return
    const before = running
    running = tab
    task()
    running = before
  }

  interface Port {
    tab: TabState
    name: string
    listeners: ((event: { data: unknown }) => void)[]
  }
  const ports = new Set<Port>()
  const posts: { to: Port; data: unknown }[] = []
  const messages: string[] = []

  class Channel {
    readonly #port: Port
    constructor(name: string) {
      this.#port = { tab: running, name, listeners: [] }
      ports.add(this.#port)
    }
    addEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
      this.#port.listeners.push(listener)
    }
    removeEventListener(): void {
      this.#port.listeners = []
    }
    postMessage(data: unknown): void {
      if (!this.#port.tab.isAlive) return
      if (data) messages.push((data as { type: string }).type)
      for (const to of ports) {
        if (to !== this.#port && to.name === this.#port.name) {
          posts.push({ to, data: structuredClone(data) })
        }
      }
    }
    close(): void {
      ports.delete(this.#port)
    }
  }

  const locks = createLocks((tab, task) => run(tab as TabState, task))
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.stubGlobal('navigator', {
    locks: hasLocks
      ? {
          request: (name: string, options: LockOptions, answer: LockAnswer) =>
            locks.request(running, name, options, answer),
        }
      : undefined,
  })

  function openTab(options: TaskManagerOptions = {}, storage?: KeyValueStorage): TaskTab {
    const state: TabState = { isAlive: true, watchers: new Set() }
    const errors: StreamError[] = []
    const ended: string[] = []
    const environment = {
      ...clock,
      fetch: globalThis.fetch,
      // Spread, and never the same.
      random: () => ((draws += 1) * 0.618_033_988_7) % 1,
      delay: (callback: () => void, milliseconds: number) =>
        clock.delay(() => run(state, callback), milliseconds),
      frame: (callback: () => void) => clock.delay(() => run(state, callback), 16),
      watchPage(listener: (change: PageChange) => void) {
        state.watchers.add(listener)
        return () => void state.watchers.delete(listener)
      },
    }
    const fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
      if (!state.isAlive) return new Promise(() => {})
      await Promise.resolve()
      init.signal?.throwIfAborted()
      return server.fetch(state, new URL(String(input), 'http://page.test'), init)
    }
    const shared: KeyValueStorage = {
      getItem: (key) => values.get(key),
      setItem: (key, value) => {
        if (state.isAlive) values.set(key, value)
      },
    }
    const manager = createTaskManager(
      {
        fetch,
        cancelRequest: ({ id }) => fetch(`/cancel?taskId=${id}`, { method: 'DELETE' }),
        onTaskDone: ({ id }) => ended.push(id),
        onTaskError: ({ id }) => ended.push(id),
        ...options,
      },
      environment,
    )
    let stop = (): void => {}
    const tab: TaskTab = {
      manager,
      errors,
      ended,
      get isAlive() {
        return state.isAlive
      },
      act: (action) => run(state, () => action(manager)),
      task: (id) => manager.getSnapshot().tasks.get(id),
      page: (change) => run(state, () => [...state.watchers].forEach((tell) => tell(change))),
      stop: () => run(state, () => stop()),
      store: () =>
        run(state, () => {
          const onError = (error: StreamError): unknown => errors.push(error)
          stop = storeTasks(
            manager,
            { key: 'tasks', storage: storage ?? shared, onError },
            environment,
          )
        }),
      kill() {
        state.isAlive = false
        server.leave(state)
        for (const port of ports) if (port.tab === state) ports.delete(port)
        locks.leave(state)
      },
      close() {
        tab.page('pagehide')
        tab.kill()
      },
    }
    tab.store()
    return tab
  }

  async function deliverAll(): Promise<void> {
    await settle()
    if (isHeld) return
    for (let count = 0; posts.length > 0; count += 1) {
      if (count > 5_000) throw new Error('the tabs talk without end')
      const { to, data } = posts.shift()!
      if (!ports.has(to)) continue
      run(to.tab, () => to.listeners.forEach((listener) => listener({ data })))
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await settle()
    }
  }

  return {
    clock,
    server,
    values,
    messages,
    openTab,
    async pass(milliseconds = 20) {
      await deliverAll()
      for (let left = milliseconds; left > 0; left -= 20) {
        // oxlint-disable-next-line no-await-in-loop -- time goes on
        await clock.advance(Math.min(20, left))
        // oxlint-disable-next-line no-await-in-loop
        await deliverAll()
      }
    },
    holdMessages(value) {
      isHeld = value
    },
  }
}

type LockAnswer = (lock: object | null) => Promise<unknown> | undefined

/** Web Locks: who asks first has it, the others wait, and a tab that is gone has none. */
function createLocks(run: (tab: object, task: () => void) => void) {
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
