/** A tab's page, which uses all additions to a chat at once. */
import type { PageChange } from '../../../../src/connection/page.js'
import type { ChatProtocol } from '../../../../src/protocols/types.js'
import {
  branchesOf,
  type ChatBranches,
} from '../../../../src/stores/chat/branches/chat-branches.js'
import { queueOf, type ChatQueue } from '../../../../src/stores/chat/chat-queue.js'
import { forgetChat } from '../../../../src/stores/chat/storage/forget-chat.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import type { ChatTools } from '../../../../src/stores/chat/tools/chat-tools-types.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import type { Chat } from '../../../../src/stores/chat/chat-types.js'
import { createChat } from '../../../../src/stores/chat/chat.js'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import type { ToolSet } from '../../../../src/stores/chat/tools/tool.js'
import { settle, type TestClock } from '../../../support/clock.js'
import { createTestServer, type Call } from '../chat-support.js'

export interface ChatPage {
  chat: Chat
  branches: ChatBranches
  queue: ChatQueue
  tools: ChatTools
  calls: Call[]
  readonly isMounted: boolean
  mount(): void
  unmount(): void
  /** Deletes the conversation where it is saved. */
  forget(): void
  page(change: PageChange): void
  /** Gone from one moment to the next: it says and saves nothing any more, and its locks are free. */
  kill(): Promise<void>
}

export interface PageOptions {
  protocol: ChatProtocol
  tools: ToolSet
  /** The chat outlives its page's components. */
  hasId: boolean
}

/** What a page finds where it is opened. */
export interface Tab {
  isDead: boolean
  clock: TestClock
  storage: KeyValueStorage
  random(): number
  /** Begins what opens channels of this tab. */
  enter(): void
}

export function createChatPage(tab: Tab, { protocol, tools, hasId }: PageOptions): ChatPage {
  const { clock, storage, random } = tab
  const watchers = new Set<(change: PageChange) => void>()
  const server = createTestServer()
  const environment = {
    ...clock,
    isOffline: () => clock.offline,
    random,
    watchPage(listener: (change: PageChange) => void) {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
  }
  const fetch: typeof globalThis.fetch = (...request) =>
    tab.isDead ? new Promise(() => {}) : server.fetch(...request)
  const id = hasId ? 'chat' : undefined
  const url = 'https://a.test/chat'
  const chat = createChat({ id, url, fetch, protocol, retry: { attempts: 1 } }, environment)
  const branches = branchesOf(chat)
  const queue = queueOf(chat, environment)
  const chatTools = createChatTools(chat, tools, {}, environment)
  let leave: (() => void) | undefined

  function mount(): void {
    tab.enter()
    const leaving = [
      chat.retain(true),
      chatTools.retain(),
      storeChat(chat, { key: 'chat', storage, onError: () => {} }, environment),
    ]
    leave = () => leaving.forEach((each) => each())
  }
  function unmount(): void {
    leave?.()
    leave = undefined
  }
  async function kill(): Promise<void> {
    tab.isDead = true
    unmount()
    chat.stop()
    await settle()
  }

  mount()
  return {
    chat,
    branches,
    queue,
    tools: chatTools,
    calls: server.calls,
    get isMounted() {
      return leave !== undefined
    },
    mount,
    unmount,
    forget() {
      tab.enter()
      void forgetChat({ key: 'chat', storage }, environment).catch(() => {})
    },
    page: (change) => [...watchers].forEach((tell) => tell(change)),
    kill,
  }
}
