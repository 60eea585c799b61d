/** An event stream and the life of its page, in a real browser: left, come back to, without a network. */
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

async function openPage(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.url}/?alone`)
  await received(page)
  return page
}

function seen(page: Page): Promise<number[]> {
  return page.evaluate(() => window.stream.getSnapshot().data)
}

/** Waits for what the server sends from now on; none is missing, none is doubled. */
async function received(page: Page): Promise<void> {
  const { newest } = server
  await expect
    .poll(async () => (await seen(page)).at(-1) ?? 0, patience)
    .toBeGreaterThan(newest + 5)
  const numbers = await seen(page)
  expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index))
}

/** Headless Chromium has no back-forward cache: what it tells a page is told by hand. */
function tell(page: Page, type: 'pagehide' | 'pageshow'): Promise<unknown> {
  return page.evaluate(
    (name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })),
    type,
  )
}

test('a page that rests in the back-forward cache has no connection, and goes on where it was', async () => {
  const page = await openPage()
  await tell(page, 'pagehide')
  await expect.poll(() => server.open, patience).toBe(0)
  await tell(page, 'pageshow')
  await received(page)
  expect(server.requests).toHaveLength(2)
  expect(Number(server.requests[1])).toBeGreaterThan(0)
  expect(await page.evaluate(() => window.stream.getSnapshot().error)).toBeUndefined()
})

test('a page without a network waits for it, and then tries at once', async () => {
  const page = await openPage()
  await context.setOffline(true)
  server.cut()
  await expect
    .poll(() => page.evaluate(() => window.stream.getSnapshot().status), patience)
    .toBe('reconnecting')
  const { attempt, retryAt } = await page.evaluate(() => window.stream.getSnapshot())
  expect(attempt).toBe(1)
  expect(retryAt! - Date.now()).toBeGreaterThan(20_000)
  await context.setOffline(false)
  await received(page)
})
