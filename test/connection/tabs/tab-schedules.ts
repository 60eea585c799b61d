/** Any schedule over the tabs of one stream: in the end those that live have heard every event, once. */
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { holds } from '../../support/holds.js'
import { createBrowser, numbers, type FakeBrowser, type FakeTab } from './fake-browser.js'

interface World {
  browser: FakeBrowser
  /** Those that are not closed, dead or gone. */
  tabs: FakeTab[]
}
export interface Step {
  do: keyof typeof weights
  tab: number
  sender: number
  time: number
}
type Act = (world: World, tab: FakeTab, step: Step) => void | Promise<void>

const weights = {
  send: 6,
  deliver: 12,
  wait: 2,
  sleep: 1,
  cut: 1,
  refuse: 1,
  accept: 1,
  open: 2,
  close: 1,
  reopen: 1,
  kill: 1,
  hang: 1,
  freeze: 1,
  wake: 2,
  hide: 1,
  show: 1,
}

const acts: Record<Step['do'], Act> = {
  send: ({ browser }) => browser.send(),
  deliver: ({ browser }, tab, { sender }) => browser.deliver(tab, sender),
  wait: ({ browser }, _tab, { time }) => browser.clock.advance(time),
  sleep({ browser, tabs }, _tab, { time }) {
    browser.clock.skip(time)
    for (const tab of tabs) tab.page('sleep')
  },
  cut: ({ browser }) => browser.cut(),
  refuse: ({ browser }) => browser.answer(503),
  accept: ({ browser }) => browser.answer(200),
  open: (world) => void (world.tabs.length < 4 && open(world)),
  close(world, tab) {
    if (tab.isHanging) return
    tab.connection.close()
    leave(world, tab)
  },
  reopen(_world, tab) {
    if (tab.isHanging) return
    tab.connection.close()
    tab.reopen()
  },
  kill(world, tab) {
    world.browser.kill(tab)
    leave(world, tab)
  },
  hang: ({ browser }, tab) => browser.hang(tab),
  freeze: ({ browser }, tab) => browser.freeze(tab),
  wake: ({ browser }, tab, { sender }) =>
    browser.wake(tab, { isToldFirst: sender % 2 === 0, isLockLast: sender > 1 }),
  hide: (_world, tab) => tab.page('pagehide'),
  show: (_world, tab) => tab.page('pageshow'),
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    ...Object.entries(weights).map(([name, weight]) => ({
      weight,
      arbitrary: fc.constant(name as Step['do']),
    })),
  ),
  tab: fc.nat(3),
  sender: fc.nat(3),
  time: fc.constantFrom(0, 400, 1_000, 5_000, 8_000),
})

function open({ browser, tabs }: World): void {
  tabs.push(browser.openTab({ retry: { attempts: Infinity } }))
}

function leave(world: World, tab: FakeTab): void {
  world.tabs = world.tabs.filter((other) => other !== tab)
  if (world.tabs.length === 0) open(world)
}

/** All is well again, and there is time. */
async function heal({ browser, tabs }: World): Promise<void> {
  const before = browser.thefts
  browser.answer(200)
  for (const tab of tabs) {
    browser.wake(tab)
    tab.page('pageshow')
  }
  await browser.pass(120_000)
  browser.send()
  await browser.pass(1_000)
  // However much each of them knows that others do not, they agree on one that leads.
  expect(browser.thefts - before).toBeLessThanOrEqual(2 * tabs.length)
}

async function checkEnd({ browser, tabs }: World): Promise<void> {
  const statuses = tabs.map(({ log }) => log.findLast((entry) => Number.isNaN(Number(entry))))
  expect(statuses).toEqual(tabs.map(() => 'open'))
  expect([browser.open, browser.locks]).toEqual([1, tabs.length])
  for (const { connection } of tabs) connection.close()
  await browser.pass(1_000)
  expect([browser.open, browser.locks, browser.clock.waiting]).toEqual([0, 0, 0])
}

/**
 * Where a tab that was opened while the leader hung began later than the next leader goes on, it
 * cannot know the events from before its own first one, and hears those and its own from there.
 */
function sinceReturn(seen: number[]): number[] {
  const back = seen.findIndex((number) => number < seen[0]!)
  return back === -1 ? seen : seen.slice(back)
}

function checkEvents(tab: FakeTab, sent: number, hasIds: boolean): void {
  const seen = numbers(tab)
  expect(seen.at(-1)).toBe(sent)
  // Without ids, what nobody was there to hear is lost, but nothing is doubled.
  if (!hasIds) return expect(new Set(seen).size).toBe(seen.length)
  const whole = sinceReturn(seen)
  expect(whole).toEqual(whole.map((_, index) => whole[0]! + index))
}

export function schedules({ hasIds }: { hasIds: boolean }): fc.IAsyncPropertyWithHooks<[Step[]]> {
  return fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
    const world: World = { browser: createBrowser({ hasIds }), tabs: [] }
    const uninstall = world.browser.install()
    try {
      open(world)
      open(world)
      for (const step of steps) {
        await acts[step.do](world, world.tabs[step.tab % world.tabs.length]!, step)
      }
      await heal(world)
      for (const tab of world.tabs) checkEvents(tab, world.browser.sent, hasIds)
      await checkEnd(world)
    } finally {
      uninstall()
    }
  })
}

/** The tests of a file: the property over so many schedules. */
export function testSchedules(numRuns: number): void {
  test.each([
    ['those that live hear every event once, in order, over one connection', true],
    ['and from a server without ids none twice', false],
  ])('whatever happens to the tabs, %s', async (_, hasIds) => {
    // A server that was out of reach sends all at once.
    vi.spyOn(console, 'warn').mockReturnValue()
    expect(await holds(schedules({ hasIds }), { numRuns })).toBe(true)
  })
}
