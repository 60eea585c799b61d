/** `share: 'browser'` in a real browser, where tabs crash, freeze and hang, or are many. */
import { expect, test } from 'vitest'
import {
  catchUp,
  expectWhole,
  openTab,
  openTwo,
  patience,
  server,
  startTabs,
  stop,
} from './two-tabs/tabs.js'

startTabs()

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
