/** `share: 'browser'` in a real browser: tabs of one context, over a real server that resumes by id. */
import { chromium } from 'playwright'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchOptions } from '../../scripts/find-chromium.mjs'
import { startTabServer, type TabServer } from './two-tabs/server.js'

let browser: Browser
let server: TabServer
let context: BrowserContext

beforeAll(async () => {
  browser = await chromium.launch(await launchOptions())
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await startTabServer()
  context = await browser.newContext()
})
afterEach(async () => {
  await context.close()
  await server.close()
})

const patience = { timeout: 20_000, interval: 50 }

async function openTab(): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(server.url)
  return tab
}

function seen(tab: Page): Promise<number[]> {
  return tab.evaluate(() => window.stream.getSnapshot().data)
}

function status(tab: Page): Promise<string> {
  return tab.evaluate(() => window.stream.getSnapshot().status)
}

/** Waits until a tab has seen what the server sends from now on. */
async function catchUp(...tabs: Page[]): Promise<void> {
  const { newest } = server
  for (const tab of tabs) {
    await expect.poll(async () => (await seen(tab)).at(-1), patience).toBeGreaterThan(newest + 5)
  }
}

/** Every number from the first one on: none is missing, none is doubled. */
async function expectWhole(tab: Page): Promise<void> {
  const numbers = await seen(tab)
  expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index))
}

/** Stops all that a tab does, in the middle of it; returns how to let it go on. */
async function stop(tab: Page): Promise<() => Promise<unknown>> {
  const devtools = await context.newCDPSession(tab)
  await devtools.send('Debugger.enable')
  const paused = new Promise<void>((resolve) => devtools.once('Debugger.paused', () => resolve()))
  await devtools.send('Debugger.pause')
  await paused
  return () => devtools.send('Debugger.disable')
}

/** A leader with its follower, both with events. */
async function openTwo(): Promise<[leader: Page, follower: Page]> {
  const leader = await openTab()
  await catchUp(leader)
  const follower = await openTab()
  await catchUp(follower)
  return [leader, follower]
}

test('two tabs make one request, and both hear all events', async () => {
  const tabs = await openTwo()
  await catchUp(...tabs)
  for (const tab of tabs) {
    await expectWhole(tab)
    expect(await status(tab)).toBe('open')
    expect(await tab.evaluate(() => window.opened)).toEqual([
      { status: 200, type: 'text/event-stream' },
    ])
  }
  expect(server.requests).toEqual([undefined])
})

test('the leader is closed: the other goes on where it left off', async () => {
  const [leader, follower] = await openTwo()
  await leader.close()
  await expect.poll(() => server.requests.length, patience).toBe(2)
  await catchUp(follower)
  await expectWhole(follower)
  await expect.poll(() => server.open, patience).toBe(1)
  expect(server.requests[1]).toMatch(/^\d+$/)
  expect(await follower.evaluate(() => window.statuses)).not.toContain('failed')
})

test('the leader crashes: the other goes on where it left off', async () => {
  const [leader, follower] = await openTwo()
  await leader.goto('chrome://crash').catch(() => {})
  await expect.poll(() => server.requests.length, patience).toBe(2)
  await catchUp(follower)
  await expectWhole(follower)
  await expect.poll(() => server.open, patience).toBe(1)
})

// Headless Chromium counts every page as visible, and freezes none: the event comes from the test.
test('the leader is frozen: the other goes on at once, and thawed it has missed nothing', async () => {
  const [leader, follower] = await openTwo()
  await leader.evaluate(() => document.dispatchEvent(new Event('freeze')))
  const wake = await stop(leader)
  await expect.poll(() => server.requests.length, { timeout: 2_000 }).toBe(2)
  await catchUp(follower)
  await wake()
  await leader.evaluate(() => document.dispatchEvent(new Event('resume')))
  await catchUp(leader, follower)
  for (const tab of [leader, follower]) await expectWhole(tab)
  expect(server.requests).toHaveLength(2)
  await expect.poll(() => server.open, patience).toBe(1)
})

test('the leader hangs: the other takes the lock from it, and awake again it follows', async () => {
  const [leader, follower] = await openTwo()
  const wake = await stop(leader)
  await expect.poll(() => server.requests.length, patience).toBe(2)
  await catchUp(follower)
  await wake()
  await catchUp(leader, follower)
  for (const tab of [leader, follower]) await expectWhole(tab)
  await expect.poll(() => server.open, patience).toBe(1)
  expect(server.requests).toHaveLength(2)
})

test('a new tab whose leader hangs leaves it to the one that knows where to go on', async () => {
  const [leader, follower] = await openTwo()
  const wake = await stop(leader)
  const newcomer = await openTab()
  await catchUp(follower, newcomer)
  await wake()
  await catchUp(leader)
  for (const tab of [leader, follower, newcomer]) await expectWhole(tab)
  expect(server.requests).toHaveLength(2)
})

test('ten tabs make one request; when all are gone, no connection is left', async () => {
  const tabs = await Promise.all(Array.from({ length: 10 }, openTab))
  await catchUp(...tabs)
  expect(server.requests).toHaveLength(1)
  // One after the other, the leader among them.
  for (const tab of tabs.slice(0, 9)) await tab.close()
  await catchUp(tabs[9]!)
  await expectWhole(tabs[9]!)
  await expect.poll(() => server.open, patience).toBe(1)
  await tabs[9]!.close()
  await expect.poll(() => server.open, patience).toBe(0)
})

test('close() leaves no connection, no lock and no wait for one', async () => {
  const tabs = await openTwo()
  for (const tab of tabs) await tab.evaluate(() => window.stream.close())
  await expect.poll(() => server.open, patience).toBe(0)
  const locks = (): Promise<LockManagerSnapshot> => tabs[0].evaluate(() => navigator.locks.query())
  await expect.poll(locks, patience).toEqual({ held: [], pending: [] })
})

test('the end reaches all tabs, and none opens it again', async () => {
  const tabs = await openTwo()
  server.end()
  for (const tab of tabs) await expect.poll(() => status(tab), patience).toBe('closed')
  const { length } = server.requests
  const locks = (): Promise<LockManagerSnapshot> => tabs[0].evaluate(() => navigator.locks.query())
  await expect.poll(locks, patience).toEqual({ held: [], pending: [] })
  expect(server.requests).toHaveLength(length)
  expect(length).toBe(2)
})
