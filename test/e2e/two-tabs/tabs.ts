/** Tabs of one context in a real browser, over a real server that resumes by id. */
import type { BrowserContext, Page } from 'playwright'
import { afterEach, beforeEach, expect } from 'vitest'
import { startBrowser } from '../../support/browser.js'
import { startTabServer, type TabServer } from './server.js'

export let server: TabServer
export let context: BrowserContext

/** Each test has a fresh context and a fresh server. Call it at the top of a test file. */
export function startTabs(): void {
  beforeEach(async () => {
    server = await startTabServer()
    const browser = await startBrowser()
    context = await browser.newContext()
  })
  afterEach(async () => {
    await context.close()
    await server.close()
  })
}

export const patience = { timeout: 60_000, interval: 100 }

export async function openTab(path = ''): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(server.url + path)
  return tab
}

export function seen(tab: Page): Promise<number[]> {
  return tab.evaluate(() => window.stream.getSnapshot().data)
}

export function status(tab: Page): Promise<string> {
  return tab.evaluate(() => window.stream.getSnapshot().status)
}

/** Waits until a tab has seen what the server sends from now on. */
export async function catchUp(...tabs: Page[]): Promise<void> {
  const { newest } = server
  for (const tab of tabs) {
    await expect.poll(async () => (await seen(tab)).at(-1), patience).toBeGreaterThan(newest + 5)
  }
}

/** Every number from the first one on: none is missing, none is doubled. */
export async function expectWhole(tab: Page): Promise<void> {
  const numbers = await seen(tab)
  expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index))
}

/** Stops all that a tab does, in the middle of it; returns how to let it go on. */
export async function stop(tab: Page): Promise<() => Promise<unknown>> {
  const devtools = await context.newCDPSession(tab)
  await devtools.send('Debugger.enable')
  const paused = new Promise<void>((resolve) => devtools.once('Debugger.paused', () => resolve()))
  await devtools.send('Debugger.pause')
  await paused
  return () => devtools.send('Debugger.disable')
}

/** A leader with its follower, both with events. */
export async function openTwo(): Promise<[leader: Page, follower: Page]> {
  const leader = await openTab()
  await catchUp(leader)
  const follower = await openTab()
  await catchUp(follower)
  return [leader, follower]
}
