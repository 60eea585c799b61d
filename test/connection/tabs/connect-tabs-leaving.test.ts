// Tabs that lead leave, and come back: the next one goes on, and nobody hears anything twice.
import { expect, test } from 'vitest'
import { numbers, type FakeTab } from './fake-browser.js'
import {
  browser,
  changeBrowser,
  comeBack,
  inOneBrowser,
  leave,
  open,
  send,
} from './tabs-support.js'

inOneBrowser()

test('a tab that leaves is followed by the next one, which goes on by its id', async () => {
  for (const how of ['close', 'pagehide', 'freeze', 'kill'] as const) {
    const tabs = await open(3)
    const [leader, ...others] = tabs as [FakeTab, FakeTab, FakeTab]
    await send(2)
    if (how === 'kill') browser.kill(leader)
    else if (how === 'close') leader.connection.close()
    else if (how === 'freeze') browser.freeze(leader)
    else leader.page('pagehide')
    browser.send()
    await browser.pass(1)
    await send()
    const last = browser.sent
    for (const tab of others) {
      expect(numbers(tab)).toEqual([last - 3, last - 2, last - 1, last])
      expect(tab.log).toContain('reconnecting')
    }
    expect(browser.open).toBe(1)
    expect(browser.requests.at(-1)).toBe(`${last - 2}`)
    browser.wake(leader)
    for (const { connection } of tabs) connection.close()
    for (const tab of tabs) {
      tab.page('pageshow')
      browser.freeze(tab)
      browser.wake(tab)
    }
    await browser.pass(1)
    expect([browser.open, browser.locks, browser.clock.waiting]).toEqual([0, 0, 0])
  }
})

test('a tab that is left or frozen is passed over', async () => {
  for (const how of ['pagehide', 'freeze'] as const) {
    const [leader, second, third] = (await open(3)) as [FakeTab, FakeTab, FakeTab]
    await send()
    if (how === 'freeze') browser.freeze(second)
    else second.page('pagehide')
    await browser.pass(1)
    browser.kill(leader)
    await browser.pass(1)
    await send()
    const last = browser.sent
    expect(numbers(third)).toEqual([last - 1, last])
    browser.wake(second)
    await comeBack(second)
    expect(numbers(second)).toEqual([last - 1, last])
    for (const { connection } of [second, third]) connection.close()
  }
})

test('a tab that was left before it heard that it leads does not lead', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  browser.hang(other)
  other.page('pagehide')
  browser.kill(leader)
  await browser.pass(1)
  browser.wake(other)
  await browser.pass(1)
  expect([browser.open, browser.locks]).toEqual([0, 0])
})

test('back from the page cache a tab hears what it has missed', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  leader.page('pagehide')
  await send(3)
  leader.page('pageshow')
  await send()
  for (const tab of [leader, other]) expect(numbers(tab)).toEqual([1, 2, 3, 4, 5])
  expect(browser.open).toBe(1)
})

test('back from it, one that had heard no event yet hears all that have come', async () => {
  const tabs = await open(3)
  const [first, second, third] = tabs as [FakeTab, FakeTab, FakeTab]
  for (const tab of [second, third]) tab.page('pagehide')
  await send(2)
  await comeBack(second)
  await leave(first)
  third.page('pageshow')
  await send()
  for (const tab of [second, third]) expect(numbers(tab)).toEqual([1, 2, 3])
})

test('tabs that lead in turn hear no event again, not even from a server without ids', async () => {
  changeBrowser({ hasIds: false })
  const [first, second] = (await open(2)) as [FakeTab, FakeTab]
  await send(2)
  for (const tab of [first, second, first, second]) {
    await leave(tab)
    await comeBack(tab)
  }
  for (const tab of [first, second]) expect(numbers(tab)).toEqual([1, 2])
})

test('close() by a handler keeps the rest of what was missed from that tab', async () => {
  const [, other] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  other.page('pagehide')
  await send(3)
  other.log.push = (...entries) => {
    if (entries[0] === '2') other.connection.close()
    return Array.prototype.push.apply(other.log, entries)
  }
  await comeBack(other)
  expect(numbers(other)).toEqual([1, 2])
})

test('back from the page cache a tab does not hear again what a leader had to read again', async () => {
  const [first, second] = await open(2)
  await send()
  browser.send()
  await browser.clock.advance(0)
  first!.page('pagehide')
  // The second has not heard of event 2, and reads it for itself.
  await browser.pass(1)
  second!.page('pagehide')
  await comeBack(second!)
  await comeBack(first!)
  await send()
  for (const tab of [first!, second!]) expect(numbers(tab)).toEqual([1, 2, 3])
})

test('nor what the tab that leads by now had to hear again', async () => {
  const [first, second, third] = await open(3)
  await send()
  browser.send()
  await browser.clock.advance(0)
  await browser.deliver(third!)
  await leave(first!)
  await leave(second!)
  await comeBack(first!)
  await send()
  for (const tab of [first!, third!]) expect(numbers(tab)).toEqual([1, 2, 3])
})

test('a tab that has heard more than the leader does not hear its last event again', async () => {
  const [first, second] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  browser.send()
  await browser.clock.advance(0)
  browser.answer(503)
  // The second has not heard of event 2, and leads without reading it.
  await leave(first)
  await comeBack(first)
  await leave(second)
  second.page('pageshow')
  await leave(first)
  await comeBack(first)
  browser.answer(200)
  await browser.pass(1_000)
  for (const tab of [first, second]) expect(numbers(tab)).toEqual([1, 2])
})

test.each([true, false])('nor what both had from the one before (ids: %s)', async (hasIds) => {
  changeBrowser({ hasIds })
  const [first, second] = (await open(2)) as [FakeTab, FakeTab]
  await send(2)
  await leave(first)
  await comeBack(first)
  await leave(second)
  await send()
  browser.answer(503)
  second.page('pageshow')
  await leave(first)
  first.page('pageshow')
  await browser.pass(20_000)
  browser.answer(200)
  await browser.pass(1_000)
  expect(numbers(first)).toEqual([1, 2, 3])
})

test('a tab that has heard the first event leads in place of one that has not', async () => {
  const [first, second, third] = await open(3)
  browser.send()
  await browser.clock.advance(0)
  await browser.deliver(third!)
  browser.kill(first!)
  browser.send()
  await browser.pass(1)
  await send()
  expect(numbers(third!)).toEqual([1, 2, 3])
  expect(numbers(second!)).toEqual([2, 3])
  expect(browser.open).toBe(1)
})
