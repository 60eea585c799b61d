/** A tab's page: a chat that is stored, with all that can be added to one. */
import {
  branchesOf,
  type ChatBranches,
} from '../../../../src/stores/chat/branches/chat-branches.js'
import { queueOf, type ChatQueue } from '../../../../src/stores/chat/chat-queue.js'
import { createChat } from '../../../../src/stores/chat/chat.js'
import type { Chat } from '../../../../src/stores/chat/chat-types.js'
import { forgetChat } from '../../../../src/stores/chat/storage/forget-chat.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import type { ChatTools } from '../../../../src/stores/chat/tools/chat-tools-types.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import { tool, type ToolSet } from '../../../../src/stores/chat/tools/tool.js'
import { openaiChat } from '../../../../src/protocols/openai-chat.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import type { ScheduleBrowser, TabLife } from './browser.js'
import type { ScheduleServer } from './server.js'

export interface SchedulePage {
  tab: TabLife
  key: string
  chat: Chat
  queue: ChatQueue
  tools: ChatTools
  branches: ChatBranches | undefined
  /** Runs in this tab. */
  act<Result>(action: () => Result): Result
  /** It shows another conversation. */
  show(key: string): void
  forget(key: string): Promise<void>
  kill(): void
  /** All messages, those that are not shown as well. */
  all(): readonly ChatMessage[]
}

export interface PageOptions {
  hasBranches: boolean
  onRun(callId: string): void
}

export function openSchedulePage(
  browser: ScheduleBrowser,
  server: ScheduleServer,
  { hasBranches, onRun }: PageOptions,
  key: string,
): SchedulePage {
  const tab = browser.openTab()
  const environment = browser.environmentOf(tab)
  const storage = browser.storageOf(tab)
  let stop = (): void => {}

  function act<Result>(action: () => Result): Result {
    let result: Result
    browser.run(tab, () => void (result = action()))
    return result!
  }

  function store(shown: string): void {
    stop = storeChat(page.chat, { key: shown, storage, onError: () => {} }, environment)
  }

  const page = act((): SchedulePage => {
    const chat = createChat(
      {
        url: 'https://a.test/chat',
        fetch: server.fetchOf(tab),
        protocol: openaiChat(),
        retry: { attempts: 1 },
      },
      environment,
    )
    const branches = hasBranches ? branchesOf(chat) : undefined
    return {
      tab,
      key,
      chat,
      branches,
      queue: queueOf(chat, environment),
      tools: createChatTools(chat, toolsOf(environment.delay, onRun), {}, environment),
      act,
      show: (next) =>
        act(() => {
          stop()
          // What it shows meanwhile is of neither.
          page.key = ''
          store(next)
          page.key = next
        }),
      forget: (forgotten) => act(() => forgetChat({ key: forgotten, storage }, environment)),
      kill() {
        browser.kill(tab)
        server.leave(tab)
      },
      all: () => (branches?.save().messages as ChatMessage[]) ?? chat.getSnapshot().messages,
    }
  })
  act(() => {
    page.chat.retain(true)
    page.tools.retain()
    store(key)
  })
  return page
}

export const toolNames = ['quick', 'slow', 'asking']

function toolsOf(
  delay: (callback: () => void, milliseconds: number) => unknown,
  onRun: (callId: string) => void,
): ToolSet {
  function does(execute: () => unknown, needsApproval = false) {
    return tool({
      needsApproval,
      execute(_input, { call }) {
        onRun(call.id)
        return execute()
      },
    })
  }
  return {
    quick: does(() => 'sunny'),
    slow: does(() => new Promise((resolve) => void delay(() => resolve('late'), 300))),
    asking: does(() => 'allowed', true),
  }
}
