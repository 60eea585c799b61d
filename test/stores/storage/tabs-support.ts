/** Tabs of one browser in one process: one storage, channels and locks, in the order that a test decides. */
import { vi } from 'vitest'
import { StreamError } from '../../../src/errors.js'
import { branchesOf } from '../../../src/stores/chat/branches/chat-branches.js'
import { createChat } from '../../../src/stores/chat/chat.js'
import { storeChat } from '../../../src/stores/chat/storage/chat-storage.js'
import type { Chat, ChatOptions } from '../../../src/stores/chat/chat-types.js'
import type { KeyValueStorage } from '../../../src/stores/storage/storage.js'
import { createTestClock, settle, type TestClock } from '../../support/clock.js'
import { createLocks } from '../../support/web-locks.js'
import { createTestServer, type Call } from '../chat/chat-support.js'

export interface Tab {
  chat: Chat
  calls: Call[]
  errors: StreamError[]
  /** The browser's, as this tab sees it. */
  storage: KeyValueStorage
  stop(): void
  /** Stores the same chat again. */
  store(): void
  /** The tab is gone from one moment to the next: it saves nothing any more, and its locks are free. */
  kill(): Promise<void>
}

export interface TabsOptions extends Pick<ChatOptions, 'protocol'> {
  isSlow?: boolean
  isTidy?: boolean
}

export interface Tabs {
  clock: TestClock
  /** What the browser holds. */
  readonly stored: string | undefined
  openTab(options?: { hasBranches?: boolean }): Tab
  /** A tab learns of one saving that it has not seen. */
  deliver(tab: Tab): Promise<void>
  /** A tab learns of every saving until now. */
  deliverEach(tab: Tab): Promise<void>
  /** What the others have saved since is there for it to read, but nobody tells it: it slept. */
  oversleep(tab: Tab): void
  /** All tabs learn of everything, until nobody says anything more. */
  deliverAll(): Promise<void>
}

type Listener = () => void

/** Lets a slow storage answer, and what waits for that go on. */
export async function settleStorage(): Promise<void> {
  for (let round = 0; round < 8; round += 1) await settle()
}

/**
 * As browsers do it, a tab reads its own copy of `localStorage`, which is behind what other tabs have
 * written until it is told. A slow storage is asked anew each time, and answers later. A tidy one
 * gives JSON back in its own layout, as a database does.
 */
export function createTabs({ isSlow = false, isTidy = false, protocol }: TabsOptions = {}): Tabs {
  const clock = createTestClock()
  const log: string[] = []
  const tabs = new Map<Tab, { seen: number; listeners: Set<Listener>; isDead: boolean }>()
  let draws = 0
  /** No two tabs draw the same. */
  const environment = { ...clock, random: () => (draws += 1) / 36 ** 4 }
  let opening: { seen: number; listeners: Set<Listener>; isDead: boolean }
  const locks = createLocks()

  class Channel {
    readonly #tab = opening
    #listener!: Listener
    addEventListener(_type: string, listener: Listener): void {
      this.#listener = listener
      this.#tab.listeners.add(listener)
    }
    postMessage(): void {}
    close(): void {
      this.#tab.listeners.delete(this.#listener)
    }
  }
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.stubGlobal('navigator', { locks })

  function openTab({ hasBranches = false } = {}): Tab {
    const state = { seen: log.length, listeners: new Set<Listener>(), isDead: false }
    opening = state
    const { fetch, calls } = createTestServer()
    const chat = createChat(
      { url: 'https://a.test/chat', fetch, retry: { attempts: 0 }, protocol },
      environment,
    )
    if (hasBranches) branchesOf(chat)
    const errors: StreamError[] = []
    const read = (): string | undefined => (isSlow ? log.at(-1) : log[state.seen - 1])
    const write = (value: string): void => {
      if (state.isDead) throw new Error('the tab is gone')
      log.push(isTidy ? JSON.stringify(JSON.parse(value), null, 2) : value)
      state.seen = log.length
    }
    const storage: KeyValueStorage = isSlow
      ? {
          getItem: async () => (await settle(), read()),
          setItem: async (_key: string, value: string) => (await settle(), write(value)),
        }
      : { getItem: read, setItem: (_key: string, value: string) => write(value) }
    const onError = (error: StreamError): unknown => errors.push(error)
    let stop: () => void
    const tab: Tab = {
      chat,
      calls,
      errors,
      storage,
      stop: () => stop(),
      store() {
        opening = state
        stop = storeChat(chat, { key: 'chat', storage, onError }, clock)
      },
      async kill() {
        state.isDead = true
        stop()
        await settle()
      },
    }
    tab.store()
    tabs.set(tab, state)
    return tab
  }

  async function deliver(tab: Tab): Promise<void> {
    const state = tabs.get(tab)!
    if (state.seen < log.length && !state.isDead) {
      state.seen += 1
      for (const listener of state.listeners) listener()
    }
    for (let round = 0; round < 4; round += 1) await settle()
  }

  return {
    clock,
    get stored() {
      return log.at(-1)
    },
    openTab,
    deliver,
    async deliverEach(tab) {
      while (tabs.get(tab)!.seen < log.length) await deliver(tab)
    },
    oversleep(tab) {
      tabs.get(tab)!.seen = log.length
    },
    async deliverAll() {
      for (let count = 0; count < 500; count += 1) {
        const behind = [...tabs].find(([, { seen, isDead }]) => seen < log.length && !isDead)
        if (behind) await deliver(behind[0])
        else {
          const { length } = log
          await clock.advance(1_000)
          await settleStorage()
          if (log.length === length) return
        }
      }
      throw new Error('the tabs talk without end')
    },
  }
}
