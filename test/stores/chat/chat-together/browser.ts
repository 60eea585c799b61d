/** A browser whose storage, channels and locks its tabs share, in the order that a test decides. */
import { vi } from 'vitest'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import type { ToolSet } from '../../../../src/stores/chat/tools/tool.js'
import { createTestClock, settle, type TestClock } from '../../../support/clock.js'
import { createChannels } from '../../../support/tab-channels.js'
import { createLocks } from '../../../support/web-locks.js'
import { createChatPage, type ChatPage, type PageOptions, type Tab } from './page.js'

export interface ChatBrowser {
  clock: TestClock
  storage: TestStorage
  isHidden: boolean
  openPage(): ChatPage
  /** Time passes, and frames with it. */
  pass(milliseconds: number): Promise<void>
}

export interface BrowserOptions extends Omit<PageOptions, 'tools'> {
  tools(clock: TestClock): ToolSet
  /** The storage answers with promises. */
  isSlow: boolean
}

export function createChatBrowser({ tools, isSlow, ...options }: BrowserOptions): ChatBrowser {
  const clock = createTestClock()
  const storage = createStorage(clock, isSlow)
  let draws = 0
  /** Whose channels are opened. */
  let entered: Tab

  function openPage(): ChatPage {
    const tab: Tab = {
      isDead: false,
      clock,
      storage: storage.of(() => tab.isDead),
      // No two draw the same.
      random: () => (draws += 1) / 36 ** 4,
      enter: () => void (entered = tab),
    }
    return createChatPage(tab, { ...options, tools: tools(clock) })
  }

  const browser: ChatBrowser = {
    clock,
    storage,
    isHidden: false,
    openPage,
    async pass(milliseconds) {
      await clock.advance(milliseconds)
      clock.nextFrame()
      await settle()
    },
  }
  const { Channel } = createChannels(
    () => entered,
    (tab, task) => void (tab.isDead || task()),
    ({ arrive }) => clock.delay(arrive, latency),
  )
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.stubGlobal('navigator', { locks: createLocks() })
  vi.stubGlobal('document', {
    get hidden() {
      return browser.isHidden
    },
  })
  return browser
}

/** Milliseconds until another tab has heard of something. */
const latency = 5

export interface TestStorage {
  isFull: boolean
  isBlocked: boolean
  /** What is saved. */
  readonly saved: string | undefined
  /** What is saved is deleted from outside. */
  forget(): void
  /** As a tab sees it, until that is dead. */
  of(isDead: () => boolean): KeyValueStorage
}

function createStorage(clock: TestClock, isSlow: boolean): TestStorage {
  let saved: string | undefined

  function read(): string | undefined {
    if (storage.isBlocked) throw new DOMException('Denied', 'SecurityError')
    return saved
  }
  function write(value: string): void {
    if (storage.isFull || storage.isBlocked) throw new DOMException('Full', 'QuotaExceededError')
    saved = value
  }

  const storage: TestStorage = {
    isFull: false,
    isBlocked: false,
    get saved() {
      return saved
    },
    forget: () => void (saved = undefined),
    of(isDead) {
      const getItem = read
      const setItem = (_key: string, value: string): void => {
        if (!isDead()) write(value)
      }
      const later = (): Promise<void> =>
        new Promise((resolve) => {
          if (!isDead()) clock.delay(resolve, 20)
        })
      if (!isSlow) return { getItem, setItem }
      return {
        getItem: async () => (await later(), getItem()),
        setItem: async (key, value) => (await later(), setItem(key, value)),
      }
    },
  }
  return storage
}
