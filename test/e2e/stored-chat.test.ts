/** A stored chat in a real browser: a reload in the middle of a reply, and two tabs. */
import { expect, test } from 'vitest'
import {
  expectReply,
  expectToGoOn,
  openTab,
  patience,
  reload,
  reloadMidReply,
  send,
  server,
  startTabs,
  texts,
  whole,
} from './stored-chat/tabs.js'

startTabs()

test('reloaded in the middle of a reply, the page shows it at once and goes on', async () => {
  const tab = await reloadMidReply('local')
  const [first] = await tab.evaluate(() => window.seen)
  expect(first).toContain('restored')
  expect(first).toContain('|Hello|word0 word1 ')
  expect(first).toContain('word29 ')
  await expectToGoOn(tab)
  expect(await tab.evaluate(() => window.errors.length)).toBe(0)
})

test('a second tab shows what is saved, and receives nothing; both can be written in', async () => {
  const one = await openTab()
  const other = await openTab()
  await send(one, 'Hello')
  await expectReply(other, 'word20 ')
  expect(await other.evaluate(() => window.chat.getSnapshot().isLoading)).toBe(false)
  await expect.poll(() => texts(other), patience).toEqual(['Hello', whole])
  expect(server.requests).toEqual(['POST'])
  await Promise.all([send(one, 'from one'), send(other, 'from other')])
  const all = ['Hello', 'from one', 'from other', whole, whole, whole].sort()
  for (const tab of [one, other]) {
    await expect.poll(async () => (await texts(tab)).sort(), patience).toEqual(all)
  }
  expect(await texts(other)).toEqual(await texts(one))
  expect(server.requests).toEqual(['POST', 'POST', 'POST'])
  await reload(one)
  await expect.poll(() => texts(one), patience).toEqual(await texts(other))
})
