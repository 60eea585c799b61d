/** An event stream and the life of its page, in a real browser: left, come back to, without a network. */
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import {
  catchUp,
  context,
  expectWhole,
  openTab,
  patience,
  server,
  startTabs,
  status,
} from './two-tabs/tabs.js'

startTabs()

async function openPage(): Promise<Page> {
  const page = await openTab('/?alone')
  await received(page)
  return page
}

/** Waits for what the server sends from now on; none is missing, none is doubled. */
async function received(page: Page): Promise<void> {
  await catchUp(page)
  await expectWhole(page)
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
  await expect.poll(() => status(page), patience).toBe('reconnecting')
  const { attempt, retryAt } = await page.evaluate(() => window.stream.getSnapshot())
  expect(attempt).toBe(1)
  expect(retryAt! - Date.now()).toBeGreaterThan(20_000)
  await context.setOffline(false)
  await received(page)
})
