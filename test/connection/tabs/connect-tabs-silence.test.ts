// A leader that says nothing may only have nothing to say, or may hang.
import { expect, test } from 'vitest'
import { numbers, type FakeTab } from './fake-browser.js'
import { browser, open, send, inOneBrowser } from './tabs-support.js'

inOneBrowser()

test('a leader that says nothing for long is asked, and robbed if it does not answer', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  browser.hang(leader)
  browser.send()
  await browser.pass(14_000)
  expect(browser.requests).toHaveLength(1)
  await browser.pass(2_000)
  expect(browser.requests).toEqual([null, '1'])
  await send()
  browser.wake(leader)
  await browser.pass(1)
  await send()
  for (const tab of [leader, other]) expect(numbers(tab)).toEqual([1, 2, 3, 4])
  expect(browser.open).toBe(1)
})

test('a tab that was robbed twice by one that had heard nothing misses nothing either', async () => {
  const first = browser.openTab()
  const second = browser.openTab()
  await browser.deliver(first)
  browser.send()
  await browser.clock.advance(13_000)
  while (!first.log.includes('reconnecting')) {
    await browser.deliver(second)
    await browser.deliver(first)
  }
  browser.send()
  await browser.clock.advance(0)
  browser.hang(first)
  await browser.clock.advance(11_000)
  expect(second.log).toEqual(['connecting', 'open', 'reconnecting', 'open'])
  browser.send()
  browser.send()
  browser.wake(first)
  await browser.pass(1)
  await send()
  expect(numbers(first)).toEqual([1, 2, 3, 4, 5])
})

test('a new tab leaves it to one that knows where to go on to take over', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  browser.hang(leader)
  await browser.clock.advance(1)
  const late = browser.openTab()
  await browser.pass(16_000)
  await send()
  expect(browser.requests).toEqual([null, '1'])
  for (const tab of [other, late]) expect(numbers(tab)).toEqual([1, 2])
})

test('a leader that wakes, and answers before it hears that it was robbed, is not heard', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  browser.hang(leader)
  await browser.clock.advance(1)
  const late = browser.openTab()
  await browser.pass(6_000)
  await send(3)
  late.page('visibilitychange')
  browser.wake(leader, { isLockLast: true })
  await browser.pass(60_000)
  await send()
  expect(browser.requests).toEqual([null, '1'])
  for (const tab of [leader, other, late]) expect(numbers(tab)).toEqual([1, 2, 3, 4, 5])
})

test('a leader that is robbed just after its stream has ended has nothing more to do with it', async () => {
  const leader = browser.openTab({ retry: false })
  await browser.pass(1)
  const [other] = (await open(1)) as [FakeTab]
  await send()
  browser.hang(leader)
  browser.cut()
  await browser.clock.advance(14_900)
  browser.wake(leader)
  await browser.clock.advance(200)
  expect(browser.thefts).toBe(1)
  await send()
  await browser.pass(60_000)
  expect(leader.log).toEqual(['connecting', 'open', '1', 'failed'])
  expect(numbers(other)).toEqual([1, 2])
  expect([browser.open, browser.locks, browser.thefts]).toEqual([1, 1, 1])
})

test('a tab that is looked at again asks at once whether anybody leads', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  browser.hang(leader)
  other.page('visibilitychange')
  await browser.pass(5_000)
  expect(browser.requests).toEqual([null, '1'])
})

test('a leader with nothing to say answers, and is left alone', async () => {
  const [leader] = (await open(3)) as [FakeTab]
  leader.page('visibilitychange')
  await browser.pass(600_000)
  expect([browser.requests, browser.thefts]).toEqual([[null], 0])
  for (const { log } of browser.tabs) expect(log).toEqual(['connecting', 'open'])
})

test('a tab that has slept asks again before it takes over', async () => {
  const [, other] = (await open(2)) as [FakeTab, FakeTab]
  other.page('visibilitychange')
  browser.clock.skip(60_000)
  await browser.pass(60_000)
  expect(browser.requests).toEqual([null])
})
