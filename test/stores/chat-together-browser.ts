/** Tabs of one browser whose pages use all additions to a chat at once. */
import { vi } from 'vitest'
import type { PageChange } from '../../src/connection/page.js'
import type { StreamError } from '../../src/errors.js'
import type { ChatProtocol } from '../../src/protocols/types.js'
import { branchesOf, type ChatBranches } from '../../src/stores/chat-branches.js'
import { queueOf, type ChatQueue } from '../../src/stores/chat-queue.js'
import { storeChat } from '../../src/stores/chat-storage.js'
import type { ChatTools } from '../../src/stores/chat-tools-types.js'
import { createChatTools } from '../../src/stores/chat-tools.js'
import type { Chat } from '../../src/stores/chat-types.js'
import { createChat } from '../../src/stores/chat.js'
import type { ToolSet } from '../../src/stores/tool.js'
import { createTestClock, settle, type TestClock } from '../support/clock.js'
import { createTestServer, type Call } from './chat-support.js'
import { createLocks } from './tabs-support.js'

export interface ChatPage {
  chat: Chat
  branches: ChatBranches
  queue: ChatQueue
  tools: ChatTools
  calls: Call[]
  errors: StreamError[]
  readonly isMounted: boolean
  mount(): void
  unmount(): void
  page(change: PageChange): void
  /** Gone from one moment to the next: it says and saves nothing any more, and its locks are free. */
  kill(): Promise<void>
}

export interface ChatBrowser {
  clock: TestClock
  /** What is saved. */
  readonly stored: string | undefined
  storage: { isFull: boolean; isBlocked: boolean }
  isHidden: boolean
  /** What is saved is deleted from outside. */
  forget(): void
  openPage(): ChatPage
  /** Time passes, and frames with it. */
  pass(milliseconds: number): Promise<void>
}

export interface BrowserOptions {
  protocol: ChatProtocol
  tools(clock: TestClock): ToolSet
  /** The storage answers with promises. */
  isSlow: boolean
  /** The chat outlives its page's components. */
  hasId: boolean
}

/** Milliseconds until another tab has heard of something. */
const latency = 5

export function createChatBrowser({ protocol, tools, isSlow, hasId }: BrowserOptions): ChatBrowser {
  const clock = createTestClock()
  const values = new Map<string, string>()
  const channels = new Set<Channel>()
  const storage = { isFull: false, isBlocked: false }
  let draws = 0
  let isHidden = false
  /** Whose channels are opened. */
  let opening: { isDead: boolean }

  class Channel {
    readonly #tab = opening
    readonly #listeners = new Set<() => void>()
    constructor() {
      channels.add(this)
    }
    addEventListener(_type: string, listener: () => void): void {
      this.#listeners.add(listener)
    }
    removeEventListener(_type: string, listener: () => void): void {
      this.#listeners.delete(listener)
    }
    postMessage(): void {
      if (!this.#tab.isDead) for (const other of channels) if (other !== this) other.hear()
    }
    hear(): void {
      clock.delay(() => {
        if (!this.#tab.isDead) for (const listener of this.#listeners) listener()
      }, latency)
    }
    close(): void {
      channels.delete(this)
    }
  }
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.stubGlobal('navigator', { locks: createLocks() })
  vi.stubGlobal('document', {
    get hidden() {
      return isHidden
    },
  })

  function storageOf(tab: { isDead: boolean }) {
    const getItem = (): string | undefined => {
      if (storage.isBlocked) throw new DOMException('Denied', 'SecurityError')
      return values.get('chat')
    }
    const setItem = (_key: string, value: string): void => {
      if (tab.isDead) return
      if (storage.isFull || storage.isBlocked) throw new DOMException('Full', 'QuotaExceededError')
      values.set('chat', value)
    }
    const later = (): Promise<void> =>
      new Promise((resolve) => {
        if (!tab.isDead) clock.delay(resolve, 20)
      })
    if (!isSlow) return { getItem, setItem }
    return {
      getItem: async () => (await later(), getItem()),
      setItem: async (key: string, value: string) => (await later(), setItem(key, value)),
    }
  }

  function openPage(): ChatPage {
    const tab = { isDead: false }
    const watchers = new Set<(change: PageChange) => void>()
    const server = createTestServer()
    const environment = {
      ...clock,
      isOffline: () => clock.offline,
      // No two draw the same.
      random: () => (draws += 1) / 36 ** 4,
      watchPage(listener: (change: PageChange) => void) {
        watchers.add(listener)
        return () => void watchers.delete(listener)
      },
    }
    const fetch: typeof globalThis.fetch = (...request) =>
      tab.isDead ? new Promise(() => {}) : server.fetch(...request)
    const chat = createChat(
      {
        id: hasId ? 'chat' : undefined,
        url: 'https://a.test/chat',
        fetch,
        protocol,
        retry: { attempts: 1 },
      },
      environment,
    )
    const branches = branchesOf(chat)
    const queue = queueOf(chat, environment)
    const chatTools = createChatTools(chat, tools(clock), {}, environment)
    const errors: StreamError[] = []
    let leave: (() => void) | undefined

    const page: ChatPage = {
      chat,
      branches,
      queue,
      tools: chatTools,
      calls: server.calls,
      errors,
      get isMounted() {
        return leave !== undefined
      },
      mount() {
        opening = tab
        const onError = (error: StreamError): unknown => errors.push(error)
        const leaving = [
          chat.retain(true),
          chatTools.retain(),
          storeChat(chat, { key: 'chat', storage: storageOf(tab), onError }, environment),
        ]
        leave = () => leaving.forEach((each) => each())
      },
      unmount() {
        leave?.()
        leave = undefined
      },
      page: (change) => [...watchers].forEach((tell) => tell(change)),
      async kill() {
        tab.isDead = true
        page.unmount()
        chat.stop()
        await settle()
      },
    }
    page.mount()
    return page
  }

  return {
    clock,
    get isHidden() {
      return isHidden
    },
    set isHidden(value) {
      isHidden = value
    },
    get stored() {
      return values.get('chat')
    },
    storage,
    forget: () => values.clear(),
    openPage,
    async pass(milliseconds: number) {
      await clock.advance(milliseconds)
      clock.nextFrame()
      await settle()
    },
  }
}
