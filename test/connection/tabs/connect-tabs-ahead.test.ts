// Tabs of which each knows something that others do not: nobody misses what any of them can still read.
import { expect, test } from 'vitest'
import { numbers, type FakeTab } from './fake-browser.js'
import { browser, open, send, inOneBrowser } from './tabs-support.js'

inOneBrowser()

test('a tab that is ahead of the leader, and leads next, is asked what it is ahead by', async () => {
  const [first, second, third] = (await open(3)) as [FakeTab, FakeTab, FakeTab]
  await send()
  browser.send()
  await browser.clock.advance(0)
  browser.answer(503)
  // Nobody but the first hears of event 2: the second leads before it does, and the third is away.
  third.page('pagehide')
  first.page('pagehide')
  await browser.pass(1)
  first.page('pageshow')
  third.page('pageshow')
  await browser.pass(1)
  browser.kill(second)
  await browser.pass(1)
  browser.answer(200)
  await browser.pass(10_000)
  await send()
  for (const tab of [first, third]) expect(numbers(tab)).toEqual([1, 2, 3])
})
