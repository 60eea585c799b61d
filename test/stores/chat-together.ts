/** All additions to a chat at once, in several tabs, whatever happens: what holds for a chat holds. */
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { tool, type ToolSet } from '../../src/stores/tool.js'
import { settle, type TestClock } from '../support/clock.js'
import { createChatBrowser, type ChatPage } from './chat-together-browser.js'
import {
  answersIn,
  callsIn,
  expectRequest,
  treeOf,
  watchPage,
  type Watch,
} from './chat-together-oracle.js'
import { createReplyServer, wires } from './chat-together-server.js'

/** As often as each is to happen. */
const byUser = weighted({
  send: 10,
  'send at once': 2,
  interrupt: 2,
  stop: 2,
  'stop the reply': 1,
  regenerate: 2,
  'regenerate the last': 1,
  edit: 2,
  previous: 2,
  next: 2,
  approve: 3,
  deny: 2,
  answer: 2,
  remove: 1,
  'remove a queued one': 1,
  'drop the last': 1,
  like: 1,
  clear: 1,
  resume: 1,
  'request a reply': 1,
})
const byServer = weighted({
  answer: 3,
  'answer with a call': 4,
  open: 1,
  'open with ids': 4,
  'open without ids': 2,
  refuse: 1,
  word: 6,
  call: 3,
  finish: 3,
  end: 1,
  cut: 2,
  fail: 1,
  'know of no more': 1,
})
const byBrowser = weighted({
  mount: 2,
  unmount: 1,
  reload: 2,
  'open a tab': 2,
  'close a tab': 1,
  crash: 1,
  'go and come back': 1,
  sleep: 1,
  hide: 1,
  show: 2,
  'lose the network': 1,
  'find the network': 3,
  'fill the storage': 1,
  'block the storage': 1,
  'delete the storage': 1,
  'free the storage': 2,
  'a moment': 3,
  'a second': 2,
  'a minute': 1,
})

function weighted<Name extends string>(weights: Record<Name, number>): fc.Arbitrary<Name> {
  const names = Object.keys(weights) as Name[]
  return fc.oneof(...names.map((name) => ({ weight: weights[name], arbitrary: fc.constant(name) })))
}

/** Who does what, in which tab; `at` chooses what it is done to. */
function acts<By extends string, What>(by: By, what: fc.Arbitrary<What>) {
  return fc.record({ by: fc.constant(by), what, tab: fc.nat(1), at: fc.nat(60) })
}

const step = fc.oneof(
  { weight: 4, arbitrary: acts('user', byUser) },
  { weight: 6, arbitrary: acts('server', byServer) },
  { weight: 2, arbitrary: acts('browser', byBrowser) },
)
type Named<From> = From extends fc.Arbitrary<infer Name> ? Name : never

function lives(maxLength: number) {
  return fc.record({
    wire: fc.constantFrom('openaiChat' as const, 'aiSdk' as const),
    isSlow: fc.boolean(),
    hasId: fc.boolean(),
    /** Pages crash, and the storage is full, blocked or deleted. */
    isRough: fc.boolean(),
    mostTabs: fc.constantFrom(1, 2),
    steps: fc.array(step, { maxLength, size: 'max' }),
  })
}
type Life = Named<ReturnType<typeof lives>>

async function live({ wire, isSlow, hasId, isRough, mostTabs, steps }: Life): Promise<void> {
  /** By call, how often a tool ran for it, and how often the user allowed that. */
  const runs = new Map<string, number>()
  const approvals = new Map<string, number>()
  const names = ['quick', 'slow', 'failing', 'never', 'asking', 'manual'] as const

  function toolsOf(clock: TestClock): ToolSet {
    function does(execute: () => unknown, needsApproval = false) {
      return tool({
        needsApproval,
        execute(_input, { call }) {
          runs.set(call.id, (runs.get(call.id) ?? 0) + 1)
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
    } satisfies Record<(typeof names)[number], unknown>
  }

  const server = createReplyServer(wires[wire], names)
  const { protocol } = wires[wire]
  const browser = createChatBrowser({ protocol, tools: toolsOf, isSlow, hasId })
  const { clock, storage } = browser
  const watches = new Map<ChatPage, Watch>()
  let pages: ChatPage[] = []
  /** What users have said and not taken away, as far as it could be saved. */
  const said = new Set<string>()
  let count = 0
  /** What could not be saved is saved with the next change. */
  let hasFailed = false
  /** By call, what the model was told. Two tabs may answer at once, and what was not saved is forgotten. */
  const answers = new Map<string, string>()
  let isSure = true

  function openPage(): void {
    const page = browser.openPage()
    pages.push(page)
    watches.set(page, watchPage(page, server))
    isSure &&= pages.length === 1 && !hasFailed
  }

  function lookAround(): void {
    for (const page of pages) {
      const watch = watches.get(page)!
      watch.look()
      for (const call of watch.newCalls()) {
        expectRequest(call)
        if (wire !== 'openaiChat' || call.method !== 'POST') continue
        for (const [id, answer] of answersIn(call)) {
          if (isSure) expect(answer).toBe(answers.get(id) ?? answer)
          answers.set(id, answer)
        }
      }
    }
    // A tab that is opened in the moment in which a reply ends may receive it as well, and run its
    // tools; so does a page that could not save that they have run.
    if (mostTabs > 1 || isRough) return
    for (const [id, times] of runs) expect(times).toBeLessThanOrEqual(1 + (approvals.get(id) ?? 0))
  }

  function forgetUnsaved(): void {
    const there = pages.flatMap(treeOf).map(({ content }) => content)
    for (const text of said) {
      if (!there.includes(text) && !browser.stored?.includes(text)) said.delete(text)
    }
  }

  function actOfUser(page: ChatPage, what: Named<typeof byUser>, at: number): void {
    const { chat, queue, branches, tools } = page
    const { messages, isLoading } = chat.getSnapshot()
    const message = messages[at % (messages.length || 1)]
    const id = message?.id ?? ''
    const calls = messages
      .flatMap(callsIn)
      .filter(({ state }) => state !== 'done' && state !== 'error')
    const callId = calls[at % (calls.length || 1)]?.id ?? ''
    const text = `user ${(count += 1)}.`

    function say(ask: () => Promise<unknown>, isAllowed = true): void {
      begin(ask)
      const isQueued = queue.getSnapshot().some(({ content }) => content === text)
      if (isAllowed && !isQueued) said.add(text)
    }
    function begin(ask: () => Promise<unknown>): void {
      watches.get(page)!.track(ask())
    }
    function take(act: () => void): void {
      const before = treeOf(page)
      act()
      const there = treeOf(page).map((each) => each.id)
      for (const each of before) if (!there.includes(each.id)) said.delete(each.content)
    }

    switch (what) {
      case 'send':
        return say(() => queue.sendMessage(text))
      case 'send at once':
        return say(() => chat.sendMessage(text), !isLoading)
      case 'interrupt':
        return say(() => queue.interrupt(text))
      case 'edit':
        return say(() => branches.editMessage(id, text), !isLoading && message?.role === 'user')
      case 'stop':
        return tools.stop()
      case 'stop the reply':
        return chat.stop()
      case 'regenerate':
        return begin(() => branches.regenerate(id))
      case 'regenerate the last':
        return begin(() => branches.regenerate())
      case 'resume':
        // One without an error is received by another tab.
        if (messages.at(-1)?.error) begin(() => chat.resume())
        return
      case 'request a reply':
        // While tools run, a page offers neither this nor another reply.
        if (message && !tools.getSnapshot().isRunning) begin(() => chat.requestReply())
        return
      case 'previous':
      case 'next':
        return branches[what](id)
      case 'approve':
        approvals.set(callId, (approvals.get(callId) ?? 0) + 1)
        return tools.approve(callId)
      case 'deny':
        return tools.deny(callId)
      case 'answer':
        return tools.answer(callId, 'answered')
      case 'remove':
        return take(() => chat.removeMessage(id))
      case 'drop the last':
        return take(() => chat.setMessages((all) => all.slice(0, -1)))
      case 'remove a queued one':
        return queue.removeQueued(queue.getSnapshot()[0]?.id ?? '')
      case 'like':
        return chat.setMessages((all) =>
          all.map((each) =>
            each.id === id && each.status === 'complete'
              ? { ...each, metadata: { liked: count } }
              : each,
          ),
        )
      case 'clear':
        chat.clear()
        // What other tabs have said, too, as far as this one has heard of it.
        said.clear()
    }
  }

  async function close(page: ChatPage): Promise<void> {
    await page.kill()
    pages = pages.filter((each) => each !== page)
  }

  /** As a browser does it: the page is told, and has a moment. */
  async function leave(page: ChatPage): Promise<void> {
    await browser.pass(200)
    page.page('pagehide')
    await browser.pass(200)
    await close(page)
    if (hasFailed) forgetUnsaved()
  }

  async function actOfBrowser(page: ChatPage, what: Named<typeof byBrowser>): Promise<void> {
    if (what === 'mount' && !page.isMounted) page.mount()
    // Where there is another tab, that one receives the reply too, and both run its tools on return.
    else if (what === 'unmount' && mostTabs === 1) page.unmount()
    else if (what === 'reload') {
      await leave(page)
      openPage()
    } else if (what === 'open a tab' && pages.length < mostTabs) openPage()
    else if (what === 'close a tab' && pages.length > 1) await leave(page)
    else if (what === 'crash' && isRough) {
      await close(page)
      // A tab that was about to save overwrites what this one has said last.
      await browser.pass(200)
      forgetUnsaved()
      isSure = false
      openPage()
    } else if (what === 'go and come back') {
      page.page('pagehide')
      await browser.pass(1_000)
      page.page('pageshow')
    } else if (what === 'sleep') {
      clock.skip(600_000)
      page.page('visibilitychange')
    } else if (what === 'hide') browser.isHidden = true
    else if (what === 'show') show()
    else if (what === 'lose the network') clock.offline = true
    else if (what === 'find the network') findNetwork()
    else if (what === 'free the storage') storage.isFull = storage.isBlocked = false
    else if (what === 'a second') await browser.pass(1_000)
    else if (what === 'a minute') await browser.pass(60_000)
    else if (isRough && what.endsWith('the storage')) {
      hasFailed = true
      storage.isFull ||= what === 'fill the storage'
      storage.isBlocked ||= what === 'block the storage'
      if (what === 'delete the storage') browser.forget()
      forgetUnsaved()
    }
    await browser.pass(10)
  }

  function show(): void {
    browser.isHidden = false
    for (const page of pages) page.page('visibilitychange')
  }

  function findNetwork(): void {
    clock.offline = false
    for (const page of pages) page.page('online')
  }

  function isQuiet({ chat, queue, tools }: ChatPage): boolean {
    const isBusy = chat.getSnapshot().isLoading || tools.getSnapshot().isRunning
    return !isBusy && queue.getSnapshot().length === 0
  }

  /** All that is under way comes to its end. */
  async function comeToRest(): Promise<void> {
    let quiet = 0
    // For a tab that takes a reply over, that is not at once.
    for (let round = 0; quiet < 4; round += 1) {
      expect(round).toBeLessThan(400)
      for (const page of pages) {
        const open = page.calls.filter(server.isOpen)
        for (const call of open) await server.act(call, 'answer', 0)
        for (const { id, state } of page.chat.getSnapshot().messages.flatMap(callsIn)) {
          if (state === 'approval') page.tools.deny(id)
        }
        // The tool that never ends.
        if (open.length === 0 && round % 2 > 0) page.tools.stop()
      }
      await browser.pass(1_100)
      quiet = pages.every(isQuiet) ? quiet + 1 : 0
    }
    lookAround()
  }

  openPage()
  await browser.pass(50)
  for (const { by, what, tab, at } of steps) {
    const page = pages[tab % pages.length]!
    if (by === 'browser') await actOfBrowser(page, what)
    else if (by === 'user') {
      if (!page.isMounted) page.mount()
      actOfUser(page, what, at)
    } else {
      const open = pages.flatMap(({ calls }) => calls.filter(server.isOpen))
      if (open.length > 0) await server.act(open[at % open.length]!, what, at)
    }
    await settle()
    if (at % 3 === 0) clock.nextFrame()
    lookAround()
  }

  storage.isFull = storage.isBlocked = false
  for (const page of pages) if (!page.isMounted) page.mount()
  findNetwork()
  show()
  await comeToRest()

  // The chats work, whatever they have been through.
  for (const [index, page] of pages.entries()) {
    const sent = page.chat.sendMessage(`last ${index}`)
    await browser.pass(100)
    await server.act(page.calls.find(server.isOpen)!, 'answer', 0)
    await sent
    await comeToRest()
  }
  openPage()
  await browser.pass(1_500)
  const [first, ...others] = pages.map(shownTree)
  for (const other of others) expect(other).toEqual(first)
  expect(treeOf(pages[0]!).map(({ content }) => content)).toEqual(expect.arrayContaining([...said]))

  for (const page of pages) await page.kill()
  await browser.pass(500)
  for (const page of pages) expect(watches.get(page)!.waiting).toEqual([])
  expect(clock.waiting).toBe(0)
}

function shownTree(page: ChatPage): string[] {
  return treeOf(page)
    .map(({ id, parentId, status, parts }) => JSON.stringify([id, parentId, status, parts]))
    .toSorted()
}

/** The test of a file: so many lives, of so many steps at most. */
export function testTogether(numRuns: number, maxLength: number): void {
  afterEach(() => vi.unstubAllGlobals())

  test('a chat with all its additions: whatever happens in whichever tab, nothing is lost or doubled, all agree at last, and nothing is left', async () => {
    await fc.assert(fc.asyncProperty(lives(maxLength), live), { numRuns })
  })
}
