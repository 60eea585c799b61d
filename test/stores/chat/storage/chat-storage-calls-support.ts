/** Tabs that show the same tool calls. */
import type { ToolCallPart } from '../../../../src/protocols/message/message.js'
import type { ChatTools } from '../../../../src/stores/chat/tools/chat-tools-types.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import type { createLocks } from '../../../support/web-locks.js'
import {
  createTabs,
  settleStorage,
  type Tab,
  type TabsOptions,
} from '../../storage/tabs-support.js'
import { heldTool } from '../tools/chat-tools-support.js'

export interface ToolsTab extends Tab {
  tools: ChatTools
  /** The tool's calls that run here. */
  runs: ReturnType<typeof heldTool>['calls']
  /** The tab is gone, and with it what runs there. */
  close(): Promise<void>
}

/** Two tabs that show these calls, which wait for approval. */
export async function openTabs(ids: string[], options?: TabsOptions, more?: Partial<ToolCallPart>) {
  const tabs = createTabs(options)
  const { clock, openTab, deliver, deliverAll, oversleep } = tabs
  function open(): ToolsTab {
    const tab = openTab()
    const { tool, calls } = heldTool()
    const tools = createChatTools(tab.chat, { held: { ...tool, needsApproval: true } }, {}, clock)
    const leave = tools.retain()
    async function close(): Promise<void> {
      await tab.kill()
      leave()
      await clock.advance(0)
    }
    return Object.assign(tab, { tools, runs: calls, close })
  }
  const [a, b] = [open(), open()]
  await settleStorage()
  const parts = ids.map<ToolCallPart>((id) => ({
    type: 'tool-call',
    id,
    name: 'held',
    args: {},
    argsText: '{}',
    state: 'approval',
    ...more,
  }))
  a.chat.setMessages([
    { role: 'user', content: 'Do it' },
    { role: 'assistant', content: '', parts },
  ])
  await deliverAll()
  const locks = navigator.locks as unknown as ReturnType<typeof createLocks>
  return { a, b, clock, locks, deliver, deliverAll, oversleep, stored: () => tabs.stored }
}

export function calledIn({ chat }: Tab): ToolCallPart[] {
  return chat.getSnapshot().messages[1]!.parts.filter((part) => part.type === 'tool-call')
}
