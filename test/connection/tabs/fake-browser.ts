/**
 * Tabs of one browser in one process: Web Locks, BroadcastChannel, a server that resumes, and a
 * shared clock. The test decides when a message is delivered, which tab hangs and which one dies.
 */
import { connectTabs } from '../../../src/connection/tabs/connect-tabs.js'
import type { PageChange } from '../../../src/connection/page.js'
import type { RequestOptions } from '../../../src/connection/types.js'
import { StreamError } from '../../../src/errors.js'
import { createTestClock, settle, type TestClock } from '../../support/clock.js'
import { createChannels, type Post } from '../../support/tab-channels.js'
import { createLocks } from '../../support/web-locks.js'
import { createServer } from './fake-server.js'
import { createTurns, type FakeTab } from './fake-turns.js'

export type { FakeTab }

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
  /** How often the lock was taken from another tab. */
  readonly thefts: number
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

export function createBrowser({ hasIds = true } = {}): FakeBrowser {
  const clock = createTestClock()
  const turns = createTurns()
  const { run } = turns
  const running = (): FakeTab => turns.running!
  const channels = createChannels(running, run)
  const locks = createLocks(running, (tab, task) => run(tab, task, true))
  const server = createServer(turns, hasIds)
  const tabs: FakeTab[] = []
  /** What a tab has asked its document to tell. */
  const lifeListeners = new Map<FakeTab, Set<{ type: string; listener(): void }>>()
  let names = 0
  let moments = 0

  const document = {
    addEventListener(type: string, listener: () => void): void {
      lifeListeners.get(turns.running!)!.add({ type, listener })
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
          leavesWithPage: true,
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
          fetch: (_input, init = {}) => server.serve(tab, init),
          random: () => (names += 1),
          // No two things happen at the same time.
          now: () => clock.now() + (moments += 1e-6),
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

  function postsTo(tab: FakeTab): Post<FakeTab>[] {
    return channels.posts().filter(({ to }) => to === tab)
  }

  async function deliver(tab: FakeTab, sender = 0): Promise<void> {
    if (tab.isHanging) return
    const posts = postsTo(tab)
    const senders = [...new Set(posts.map(({ from }) => from))]
    posts.find(({ from }) => from === senders[sender % senders.length])?.arrive()
    await settle()
  }

  const deliverAll = (): Promise<void> => channels.deliverAll((tab) => !tab.isHanging)

  return {
    clock,
    tabs,
    requests: server.requests,
    openTab,
    send: server.send,
    say: server.say,
    answer: server.answer,
    cut: server.cut,
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
      const tasks = turns.takeHeld(tab)
      if (isFrozen && isToldFirst) tellLife(tab, 'resume')
      const [early, late] = isLockLast
        ? [tasks.filter(({ isLock }) => !isLock), tasks.filter(({ isLock }) => isLock)]
        : [tasks, []]
      for (const task of early) run(tab, task.run)
      if (isLockLast) for (const post of postsTo(tab)) post.arrive()
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
      for (const part of [server, channels, locks]) part.kill(tab)
    },
    get open() {
      return server.open()
    },
    get sent() {
      return server.sent()
    },
    get locks() {
      return locks.count()
    },
    get thefts() {
      return locks.thefts()
    },
    install() {
      const { BroadcastChannel } = globalThis
      const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
      Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true })
      Object.defineProperty(globalThis, 'document', { value: document, configurable: true })
      globalThis.BroadcastChannel = channels.Channel as unknown as typeof BroadcastChannel
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
