/** All additions to a chat at once, in several tabs, whatever happens: what holds for a chat holds. */
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import type { Call } from '../chat-support.js'
import { lives, type Life, type Step } from './acts.js'
import { actOfBrowser, findAll } from './by-browser.js'
import { actOfUser } from './by-user.js'
import { answersIn, callsIn, expectRequest, treeOf } from './oracle.js'
import type { ChatPage } from './page.js'
import { createWorld, openPage, type World } from './world.js'

/**
 * The same lives each time, because what is left to find comes up once in thousands of lives, and would
 * stop somebody else's change. `SEED=2` lives others.
 */
const seed = Number(process.env['SEED'] ?? 1)

/** The test of a file: so many lives, of so many steps at most. */
export function testTogether(numRuns: number, maxLength: number): void {
  afterEach(() => vi.unstubAllGlobals())

  test('a chat with all its additions: whatever happens in whichever tab, nothing is lost or doubled, all agree at last, and nothing is left', async () => {
    await fc.assert(fc.asyncProperty(lives(maxLength), live), { numRuns, seed })
  })
}

async function live(life: Life): Promise<void> {
  const world = createWorld(life)
  openPage(world)
  await world.browser.pass(50)
  for (const step of life.steps) {
    await act(world, step)
    lookAround(world)
  }
  findAll(world)
  await comeToRest(world)
  await expectToWork(world)
  await expectAgreement(world)
  await endAll(world)
  expect(world.browser.clock.waiting).toBe(0)
}

async function act(world: World, { by, what, tab, at }: Step): Promise<void> {
  const { pages, server, browser } = world
  const page = pages[tab % pages.length]!
  if (by === 'browser') await actOfBrowser(world, page, what)
  else if (by === 'user') actOfUser(world, page, what, at)
  else {
    const open = pages.flatMap(({ calls }) => calls.filter(server.isOpen))
    if (open.length > 0) await server.act(open[at % open.length]!, what, at)
  }
  await settle()
  if (at % 3 === 0) browser.clock.nextFrame()
}

/** What holds at any moment. */
function lookAround(world: World): void {
  const { life, pages, watches, runs, approvals } = world
  for (const page of pages) {
    const watch = watches.get(page)!
    watch.look()
    for (const call of watch.newCalls()) {
      expectRequest(call)
      if (life.wire === 'openaiChat' && call.method === 'POST') expectSameAnswers(world, call)
    }
  }
  // A tab that is opened in the moment in which a reply ends may receive it as well, and run its
  // tools; so does a page that could not save that they have run.
  if (life.mostTabs > 1 || life.isRough) return
  for (const [id, times] of runs) expect(times).toBeLessThanOrEqual(1 + (approvals.get(id) ?? 0))
}

/** The model is told the same of a call each time. */
function expectSameAnswers({ answers, isSure }: World, call: Call): void {
  for (const [id, answer] of answersIn(call)) {
    if (isSure) expect(answer).toBe(answers.get(id) ?? answer)
    answers.set(id, answer)
  }
}

/** All that is under way comes to its end. */
async function comeToRest(world: World): Promise<void> {
  const { pages, browser } = world
  let quiet = 0
  // For a tab that takes a reply over, that is not at once.
  for (let round = 0; quiet < 4; round += 1) {
    expect(round).toBeLessThan(400)
    for (const page of pages) await helpToRest(world, page, round)
    await browser.pass(1_100)
    quiet = pages.every(isQuiet) ? quiet + 1 : 0
  }
  lookAround(world)
}

async function helpToRest({ server }: World, page: ChatPage, round: number): Promise<void> {
  const open = page.calls.filter(server.isOpen)
  for (const call of open) await server.act(call, 'answer', 0)
  for (const { id, state } of page.chat.getSnapshot().messages.flatMap(callsIn)) {
    if (state === 'approval') page.tools.deny(id)
  }
  // The tool that never ends.
  if (open.length === 0 && round % 2 > 0) page.tools.stop()
}

function isQuiet({ chat, queue, tools }: ChatPage): boolean {
  const isBusy = chat.getSnapshot().isLoading || tools.getSnapshot().isRunning
  return !isBusy && queue.getSnapshot().length === 0
}

/** The chats work, whatever they have been through. */
async function expectToWork(world: World): Promise<void> {
  const { pages, browser, server } = world
  for (const [index, page] of pages.entries()) {
    const sent = page.chat.sendMessage(`last ${index}`)
    await browser.pass(100)
    await server.act(page.calls.find(server.isOpen)!, 'answer', 0)
    await sent
    await comeToRest(world)
  }
}

/** All tabs show the same, one that is opened only now as well, and nothing that was said is lost. */
async function expectAgreement(world: World): Promise<void> {
  openPage(world)
  await world.browser.pass(1_500)
  const [first, ...others] = world.pages.map(shownTree)
  for (const other of others) expect(other).toEqual(first)
  const there = treeOf(world.pages[0]!).map(({ content }) => content)
  expect(there).toEqual(expect.arrayContaining([...world.said]))
}

function shownTree(page: ChatPage): string[] {
  return treeOf(page)
    .map(({ id, parentId, status, parts }) => JSON.stringify([id, parentId, status, parts]))
    .toSorted()
}

async function endAll({ pages, watches, browser }: World): Promise<void> {
  for (const page of pages) await page.kill()
  await browser.pass(500)
  for (const page of pages) expect(watches.get(page)!.waiting).toEqual([])
}
