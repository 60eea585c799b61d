// Tabs of which each knows something that others do not: nobody misses what any of them can still read.
import { expect, test } from 'vitest'
import { numbers, type FakeTab } from './fake-browser.js'
import { browser, comeBack, inOneBrowser, leave, open, send } from './tabs-support.js'

inOneBrowser()

test('of two tabs of which each knows what the other does not, the one that knows less goes on', async () => {
  const retry = { attempts: Infinity }
  const first = browser.openTab({ retry })
  const second = browser.openTab({ retry })
  await browser.deliver(first)
  browser.send()
  await browser.clock.advance(0)
  browser.freeze(first)
  // Nobody reads event 2, and the second has not heard of event 1: it goes on without an id.
  browser.send()
  await browser.clock.advance(0)
  browser.send()
  await browser.clock.advance(0)
  expect(numbers(second)).toEqual([3])
  browser.answer(503)
  browser.wake(first)
  await browser.pass(60_000)
  browser.answer(200)
  await browser.pass(60_000)
  await send()
  expect(numbers(first)).toEqual([1, 2, 3, 4])
  expect(browser.open).toBe(1)
})

test('a tab that is ahead of the leader, and leads next, is asked what it is ahead by', async () => {
  const [first, second, third] = (await open(3)) as [FakeTab, FakeTab, FakeTab]
  await send()
  browser.send()
  await browser.clock.advance(0)
  browser.answer(503)
  // Nobody but the first hears of event 2: the second leads before it does, and the third is away.
  third.page('pagehide')
  await leave(first)
  first.page('pageshow')
  await comeBack(third)
  browser.kill(second)
  await browser.pass(1)
  browser.answer(200)
  await browser.pass(10_000)
  await send()
  for (const tab of [first, third]) expect(numbers(tab)).toEqual([1, 2, 3])
})

test('a tab that missed what the leader knows only by name leads in its place', async () => {
  const [first, second] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  second.page('pagehide')
  await send(2)
  const late = browser.openTab()
  await browser.pass(1)
  browser.kill(first)
  await browser.pass(1)
  await comeBack(second)
  await send()
  expect(numbers(second)).toEqual([1, 2, 3, 4])
  expect(numbers(late)).toEqual([3, 4])
  expect(browser.open).toBe(1)
})
