/**
 * Tabs of one browser in one process: Web Locks, BroadcastChannel, a server that resumes, and a
 * shared clock. The test decides when a message is delivered, which tab hangs and which one dies.
 */
import { connectTabs } from '../../../src/connection/tabs/connect-tabs.js'
import type { PageChange } from '../../../src/connection/page.js'
import type { Connection, RequestOptions } from '../../../src/connection/types.js'
import { StreamError } from '../../../src/errors.js'
import { createTestClock, settle, type TestClock } from '../../support/clock.js'

export interface FakeTab {
  connection: Connection
  /** What came: statuses, `open`, and the data of events. */
  log: string[]
  errors: StreamError[]
  responses: Response[]
  isAlive: boolean
  isHanging: boolean
  isFrozen: boolean
  page(change: PageChange): void
  /** Opens its connection again. */
  reopen(): void
}

export interface FakeBrowser {
  clock: TestClock
  tabs: FakeTab[]
  /** The `Last-Event-ID` of every request. */
  requests: (string | null)[]
  openTab(options?: RequestOptions): FakeTab
  /** The server sends the next event. */
  send(): void
  /** It sends this. */
  say(text: string): void
  /** Answers with this status from now on. */
  answer(status: number): void
  /** The server tears what is open. */
  cut(): void
  /** Delivers one message to a tab, from the `sender`th of those that have one under way to it. */
  deliver(tab: FakeTab, sender?: number): Promise<void>
  /** Time passes, and all messages arrive. */
  pass(milliseconds: number): Promise<void>
  hang(tab: FakeTab): void
  /** It does all that has waited. If it was frozen, it is told so. */
  wake(tab: FakeTab, order?: WakeOrder): void
  /** Tells it, and then it hangs. */
  freeze(tab: FakeTab): void
  kill(tab: FakeTab): void
  /** Streams open at the server. */
  readonly open: number
  readonly sent: number
  readonly locks: number
  /** Puts the globals of such a browser in place; returns how to take them away. */
  install(): () => void
}

/** Browsers promise no order between what has waited for a tab to wake. */
interface WakeOrder {
  /** Whether one that was frozen is told so before all else, or after it; `true` if not given. */
  isToldFirst?: boolean
  /** Whether it hears of the lock after it has heard all messages; `false` if not given. */
  isLockLast?: boolean
}
/** Something that a tab does; `isLock` if it is news of the lock. */
interface Task {
  run(): void
  isLock: boolean
}
interface Post {
  from: FakeChannel
  to: FakeChannel
  data: unknown
}
interface LockRequest {
  tab: FakeTab
  run(): Promise<unknown>
  reject(name: string): void
}
interface ServerStream {
  tab: FakeTab
  write(text: string): void
  end(): void
  cut(): void
}
interface FakeChannel {
  tab: FakeTab
  listeners: ((event: { data: unknown }) => void)[]
}

export function createBrowser({ hasIds = true } = {}): FakeBrowser {
  const clock = createTestClock()
  const tabs: FakeTab[] = []
  const channels = new Set<FakeChannel>()
  const streams = new Set<ServerStream>()
  const requests: (string | null)[] = []
  /** What a tab has asked its document to tell. */
  const lifeListeners = new Map<FakeTab, Set<{ type: string; listener(): void }>>()
  /** What a hanging tab will do when it wakes. */
  const held = new Map<FakeTab, Task[]>()
  let posts: Post[] = []
  let holder: LockRequest | undefined
  let queue: LockRequest[] = []
  let running: FakeTab | undefined
  let names = 0
  let sent = 0
  let status = 200

  function record(number: number): string {
    return `${hasIds ? `id: ${number}\n` : ''}data: ${number}\n\n`
  }

  /** Whatever a tab does, it does in here: later, if it hangs; never, if it is dead. */
  function run(tab: FakeTab, task: () => void, isLock = false): void {
    if (!tab.isAlive) return
    if (tab.isHanging) {
      return void held.set(tab, [...(held.get(tab) ?? []), { run: task, isLock }])
    }
    const before = running
    running = tab
    task()
    running = before
  }

  class Channel {
    #own: FakeChannel = { tab: running!, listeners: [] }
    constructor() {
      channels.add(this.#own)
    }
    addEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
      this.#own.listeners.push(listener)
    }
    postMessage(data: unknown): void {
      if (!this.#own.tab.isAlive) return
      if (!channels.has(this.#own)) throw new Error('the channel is closed')
      for (const to of channels) {
        if (to !== this.#own) posts.push({ from: this.#own, to, data: structuredClone(data) })
      }
    }
    close(): void {
      channels.delete(this.#own)
      posts = posts.filter(({ to }) => to !== this.#own)
    }
  }

  const document = {
    addEventListener(type: string, listener: () => void): void {
      lifeListeners.get(running!)!.add({ type, listener })
    },
    removeEventListener(_type: string, listener: () => void): void {
      for (const listeners of lifeListeners.values()) {
        for (const each of listeners) if (each.listener === listener) listeners.delete(each)
      }
    },
  }

  function tellLife(tab: FakeTab, type: 'freeze' | 'resume'): void {
    run(tab, () => {
      for (const each of lifeListeners.get(tab)!) if (each.type === type) each.listener()
    })
  }

  const locks = {
    request(
      _name: string,
      { signal, steal }: { signal?: AbortSignal; steal?: boolean },
      callback: () => Promise<unknown> | undefined,
    ): Promise<unknown> {
      const tab = running!
      let reject = (_reason: Error): void => {}
      const promise = new Promise((_resolve, fail) => (reject = fail))
      // What a tab does about it, it does as this tab.
      promise.catch = (react) =>
        promise.then(undefined, (error) => run(tab, () => void react?.(error), true))
      const request: LockRequest = {
        tab,
        run: () => new Promise((resolve) => run(tab, () => resolve(callback()), true)),
        reject: (name) => reject(new DOMException('the lock is not to be had', name)),
      }
      if (steal) {
        const robbed = holder
        holder = undefined
        robbed?.reject('AbortError')
        queue.unshift(request)
      } else queue.push(request)
      signal?.addEventListener('abort', () => {
        if (!queue.includes(request)) return
        queue = queue.filter((other) => other !== request)
        request.reject('AbortError')
      })
      queueMicrotask(grant)
      return promise
    },
  }

  function grant(): void {
    if (holder || queue.length === 0) return
    const request = queue.shift()!
    holder = request
    void request.run().then(() => free(request))
  }

  function free(request: LockRequest): void {
    if (holder !== request) return
    holder = undefined
    grant()
  }

  function serve(tab: FakeTab, init: RequestInit): Promise<Response> {
    if (!tab.isAlive) return new Promise(() => {})
    const id = new Headers(init.headers).get('last-event-id')
    requests.push(id)
    if (status !== 200) return Promise.resolve(new Response(null, { status }))
    const encoder = new TextEncoder()
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      undefined,
      { highWaterMark: 1e6 },
      { highWaterMark: 1e6 },
    )
    const writer = writable.getWriter()
    const stream: ServerStream = {
      tab,
      write: (text) => run(tab, () => void writer.write(encoder.encode(text)).catch(() => {})),
      end: () => run(tab, () => void writer.close().catch(() => {})),
      cut: () => run(tab, () => void writer.abort(new TypeError('cut')).catch(() => {})),
    }
    streams.add(stream)
    init.signal?.addEventListener('abort', () => {
      streams.delete(stream)
      writer.abort(init.signal?.reason).catch(() => {})
    })
    for (let next = Number(id ?? sent) + 1; next <= sent; next += 1) stream.write(record(next))
    const headers = { 'content-type': 'text/event-stream', 'x-server': 'fake' }
    return Promise.resolve(new Response(readable, { headers }))
  }

  function openTab(options: RequestOptions = {}): FakeTab {
    const watching = new Set<(change: PageChange) => void>()
    const tab: FakeTab = {
      connection: undefined!,
      log: [],
      errors: [],
      responses: [],
      isAlive: true,
      isHanging: false,
      isFrozen: false,
      page: (change) => run(tab, () => [...watching].forEach((listener) => listener(change))),
      reopen: () => run(tab, () => tab.connection.open()),
    }
    lifeListeners.set(tab, new Set())
    tabs.push(tab)
    run(tab, () => {
      tab.connection = connectTabs(
        {
          url: () => 'https://example.test/events',
          options: () => options,
          defaults: { attempts: 3, minDelay: 1_000, maxDelay: 1_000, connectTimeout: 0 },
        },
        {
          onStatus(status, { error }) {
            if (error) tab.errors.push(error)
            tab.log.push(status)
          },
          onOpen(response) {
            tab.responses.push(response)
            tab.log.push('open')
          },
          onEvent: ({ data }) => tab.log.push(data),
          onId: () => tab.log.push(`id ${tab.connection.lastEventId}`),
          onEnd: () => new StreamError('incomplete', 'ended'),
        },
        {
          ...clock,
          fetch: (_input, init = {}) => serve(tab, init),
          random: () => (names += 1),
          delay(callback, milliseconds) {
            let isCanceled = false
            const cancel = clock.delay(
              () => run(tab, () => void (isCanceled || callback())),
              milliseconds,
            )
            return () => {
              isCanceled = true
              cancel()
            }
          },
          watchPage(listener) {
            watching.add(listener)
            return () => watching.delete(listener)
          },
        },
        'stream',
      )
      tab.connection.open()
    })
    return tab
  }

  async function deliver(tab: FakeTab, sender = 0): Promise<void> {
    if (tab.isHanging) return
    const to = posts.filter((post) => post.to.tab === tab)
    const senders = [...new Set(to.map(({ from }) => from))]
    const from = senders[sender % senders.length]
    const post = to.find((post) => post.from === from)
    if (post) hand(post)
    await settle()
  }

  function hand(post: Post): void {
    posts.splice(posts.indexOf(post), 1)
    const { tab, listeners } = post.to
    run(tab, () => listeners.forEach((listener) => listener({ data: post.data })))
  }

  async function deliverAll(): Promise<void> {
    await settle()
    for (let count = 0; ; count += 1) {
      const left = posts.find(({ to }) => !to.tab.isHanging)
      if (!left) return
      if (count > 2_000) throw new Error('the tabs talk without end')
      await deliver(left.to.tab)
    }
  }

  return {
    clock,
    tabs,
    requests,
    openTab,
    send() {
      sent += 1
      for (const stream of streams) stream.write(record(sent))
    },
    say(text) {
      for (const stream of streams) stream.write(text)
    },
    answer(next) {
      status = next
      for (const stream of streams) stream.end()
      streams.clear()
    },
    cut() {
      for (const stream of streams) stream.cut()
      streams.clear()
    },
    deliver,
    async pass(milliseconds) {
      await deliverAll()
      for (let left = milliseconds; left > 0; left -= 500) {
        await clock.advance(Math.min(500, left))
        await deliverAll()
      }
    },
    hang(tab) {
      tab.isHanging = true
    },
    wake(tab, { isToldFirst = true, isLockLast = false } = {}) {
      const { isFrozen } = tab
      tab.isHanging = false
      tab.isFrozen = false
      const tasks = held.get(tab) ?? []
      held.delete(tab)
      if (isFrozen && isToldFirst) tellLife(tab, 'resume')
      const [early, late] = isLockLast
        ? [tasks.filter(({ isLock }) => !isLock), tasks.filter(({ isLock }) => isLock)]
        : [tasks, []]
      for (const task of early) run(tab, task.run)
      if (isLockLast) for (const post of posts.filter(({ to }) => to.tab === tab)) hand(post)
      for (const task of late) run(tab, task.run)
      if (isFrozen && !isToldFirst) tellLife(tab, 'resume')
    },
    freeze(tab) {
      if (tab.isHanging) return
      tellLife(tab, 'freeze')
      tab.isHanging = true
      tab.isFrozen = true
    },
    kill(tab) {
      tab.isAlive = false
      for (const stream of streams) if (stream.tab === tab) streams.delete(stream)
      for (const channel of channels) if (channel.tab === tab) channels.delete(channel)
      posts = posts.filter(({ to }) => to.tab !== tab)
      queue = queue.filter((request) => request.tab !== tab)
      if (holder?.tab === tab) free(holder)
    },
    get open() {
      return streams.size
    },
    get sent() {
      return sent
    },
    get locks() {
      return queue.length + (holder ? 1 : 0)
    },
    install() {
      const { BroadcastChannel } = globalThis
      const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
      Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true })
      Object.defineProperty(globalThis, 'document', { value: document, configurable: true })
      globalThis.BroadcastChannel = Channel as unknown as typeof BroadcastChannel
      return () => {
        globalThis.BroadcastChannel = BroadcastChannel
        Reflect.deleteProperty(globalThis, 'document')
        if (navigator) Object.defineProperty(globalThis, 'navigator', navigator)
        else Reflect.deleteProperty(globalThis, 'navigator')
      }
    },
  }
}

/** The events that it has heard. */
export function numbers({ log }: FakeTab): number[] {
  return log.map(Number).filter((number) => !Number.isNaN(number))
}
