/** What one life of a chat is made of, and what is remembered of it to hold its pages against. */
import { tool, type ToolSet } from '../../../../src/stores/chat/tools/tool.js'
import type { TestClock } from '../../../support/clock.js'
import type { Life } from './acts.js'
import { createChatBrowser, type ChatBrowser } from './browser.js'
import { treeOf, watchPage, type Watch } from './oracle.js'
import type { ChatPage } from './page.js'
import { createReplyServer, wires, type ReplyServer } from './server.js'

export interface World {
  readonly life: Life
  readonly browser: ChatBrowser
  readonly server: ReplyServer
  readonly watches: Map<ChatPage, Watch>
  /** The tabs that are open. */
  pages: ChatPage[]
  /** What users have said and not taken away, as far as it could be saved. */
  readonly said: Set<string>
  /** What users have done so far. */
  userActs: number
  /** What could not be saved is saved with the next change. */
  hasFailed: boolean
  /** By call, how often a tool ran for it, and how often the user allowed that. */
  readonly runs: Counts
  readonly approvals: Counts
  /** By call, what the model was told. */
  readonly answers: Map<string, string>
  /** Two tabs may answer at once, and what was not saved is forgotten: the model may then be told anew. */
  isSure: boolean
}

type Counts = Map<string, number>

export function countOne(counts: Counts, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

export function createWorld(life: Life): World {
  const { wire, isSlow, hasId } = life
  const runs: Counts = new Map()
  const tools = (clock: TestClock): ToolSet => toolsOf(clock, runs)
  return {
    life,
    browser: createChatBrowser({ protocol: wires[wire].protocol, tools, isSlow, hasId }),
    server: createReplyServer(wires[wire], toolNames),
    watches: new Map(),
    pages: [],
    said: new Set(),
    userActs: 0,
    hasFailed: false,
    runs,
    approvals: new Map(),
    answers: new Map(),
    isSure: true,
  }
}

const toolNames = ['quick', 'slow', 'failing', 'never', 'asking', 'manual'] as const

function toolsOf(clock: TestClock, runs: Counts): ToolSet {
  function does(execute: () => unknown, needsApproval = false) {
    return tool({
      needsApproval,
      execute(_input, { call }) {
        countOne(runs, call.id)
        return execute()
      },
    })
  }
  return {
    quick: does(() => 'sunny'),
    slow: does(() => new Promise((resolve) => void clock.delay(() => resolve('late'), 300))),
    failing: does(() => Promise.reject(new Error('no such city'))),
    never: does(() => new Promise(() => {})),
    asking: does(() => 'allowed', true),
    manual: tool({}),
  } satisfies Record<(typeof toolNames)[number], unknown>
}

export function openPage(world: World): void {
  const page = world.browser.openPage()
  world.pages.push(page)
  world.watches.set(page, watchPage(page, world.server))
  world.isSure &&= world.pages.length === 1 && !world.hasFailed
}

/** From one moment to the next. */
export async function closePage(world: World, page: ChatPage): Promise<void> {
  await page.kill()
  world.pages = world.pages.filter((each) => each !== page)
}

/** What is neither saved nor on any page is lost, as it may be. */
export function forgetUnsaved({ pages, said, browser: { storage } }: World): void {
  const there = pages.flatMap(treeOf).map(({ content }) => content)
  for (const text of said) {
    if (!there.includes(text) && !storage.saved?.includes(text)) said.delete(text)
  }
}
