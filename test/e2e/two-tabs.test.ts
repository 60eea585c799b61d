/** `share: 'browser'` in a real browser. What takes longer is in two-tabs.long.test.ts. */
import { expect, test } from 'vitest'
import {
  catchUp,
  expectWhole,
  openTwo,
  patience,
  server,
  startTabs,
  status,
} from './two-tabs/tabs.js'

startTabs()

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
