import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBrowser, numbers, type FakeBrowser, type FakeTab } from './fake-browser.js'

let browser: FakeBrowser
let uninstall: () => void
beforeEach(() => {
  browser = createBrowser()
  uninstall = browser.install()
})
afterEach(() => uninstall())

async function send(count = 1): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) browser.send()
  await browser.pass(1)
}

async function open(count: number): Promise<FakeTab[]> {
  const tabs: FakeTab[] = []
  for (let opened = 0; opened < count; opened += 1) {
    tabs.push(browser.openTab())
    await browser.pass(1)
  }
  return tabs
}

test('all tabs hear what one of them reads, and a late one the last event', async () => {
  const [one, two] = (await open(2)) as [FakeTab, FakeTab]
  await send(2)
  const late = browser.openTab()
  await browser.pass(1)
  await send()
  expect(one.log).toEqual(['connecting', 'open', '1', '2', '3'])
  expect(two.log).toEqual(['connecting', 'open', '1', '2', '3'])
  expect(late.log).toEqual(['connecting', 'open', '2', '3'])
  expect(browser.requests).toEqual([null])
  expect(two.connection.lastEventId).toBe('3')
})

test('an id without an event is that by which the tab that leads goes on', async () => {
  const [leader] = (await open(1)) as [FakeTab]
  await send(3)
  browser.say('id: 2\n\n')
  await browser.pass(1)
  expect(leader.log.at(-1)).toBe('id 2')
  leader.page('pagehide')
  leader.page('pageshow')
  await browser.pass(1)
  expect(browser.requests).toEqual([null, '2'])
})

test('a tab that comes while another one connects is connecting once', async () => {
  const fetch = () => new Promise<Response>(() => {})
  const tabs = [browser.openTab({ fetch }), browser.openTab({ fetch })]
  await browser.pass(1)
  for (const { log } of tabs) expect(log).toEqual(['connecting'])
})

test('a follower is given a response with the status and headers, without a body', async () => {
  const [, follower] = (await open(2)) as [FakeTab, FakeTab]
  const [response] = follower.responses
  expect(response?.status).toBe(200)
  expect(response?.headers.get('x-server')).toBe('fake')
  expect(response?.body).toBe(null)
})

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
    second.page('pageshow')
    await browser.pass(1)
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

test('in a worker, which has no document, tabs share a connection too', async () => {
  Reflect.deleteProperty(globalThis, 'document')
  const tabs = await open(2)
  await send()
  for (const { log } of tabs) expect(log).toEqual(['connecting', 'open', '1'])
  for (const { connection } of tabs) connection.close()
  expect(browser.requests).toHaveLength(1)
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
  second.page('pageshow')
  await browser.pass(1)
  first.page('pagehide')
  await browser.pass(1)
  third.page('pageshow')
  await send()
  for (const tab of [second, third]) expect(numbers(tab)).toEqual([1, 2, 3])
})

test('tabs that lead in turn hear no event again, not even from a server without ids', async () => {
  uninstall()
  browser = createBrowser({ hasIds: false })
  uninstall = browser.install()
  const [first, second] = (await open(2)) as [FakeTab, FakeTab]
  await send(2)
  for (const tab of [first, second, first, second]) {
    tab.page('pagehide')
    await browser.pass(1)
    tab.page('pageshow')
    await browser.pass(1)
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
  other.page('pageshow')
  await browser.pass(1)
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
  second!.page('pageshow')
  await browser.pass(1)
  first!.page('pageshow')
  await browser.pass(1)
  await send()
  for (const tab of [first!, second!]) expect(numbers(tab)).toEqual([1, 2, 3])
})

test('nor what the tab that leads by now had to hear again', async () => {
  const [first, second, third] = await open(3)
  await send()
  browser.send()
  await browser.clock.advance(0)
  await browser.deliver(third!)
  first!.page('pagehide')
  await browser.pass(1)
  second!.page('pagehide')
  await browser.pass(1)
  first!.page('pageshow')
  await browser.pass(1)
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
  first.page('pagehide')
  await browser.pass(1)
  first.page('pageshow')
  await browser.pass(1)
  second.page('pagehide')
  await browser.pass(1)
  second.page('pageshow')
  first.page('pagehide')
  await browser.pass(1)
  first.page('pageshow')
  await browser.pass(1)
  browser.answer(200)
  await browser.pass(1_000)
  for (const tab of [first, second]) expect(numbers(tab)).toEqual([1, 2])
})

test.each([true, false])('nor what both had from the one before (ids: %s)', async (hasIds) => {
  uninstall()
  browser = createBrowser({ hasIds })
  uninstall = browser.install()
  const [first, second] = (await open(2)) as [FakeTab, FakeTab]
  await send(2)
  first.page('pagehide')
  await browser.pass(1)
  first.page('pageshow')
  await browser.pass(1)
  second.page('pagehide')
  await browser.pass(1)
  await send()
  browser.answer(503)
  second.page('pageshow')
  first.page('pagehide')
  await browser.pass(1)
  first.page('pageshow')
  await browser.pass(20_000)
  browser.answer(200)
  await browser.pass(1_000)
  expect(numbers(first)).toEqual([1, 2, 3])
})

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
  browser.wake(leader, { isLockLast: true })
  await browser.pass(1_000)
  await send()
  expect(browser.requests).toEqual([null, '1'])
  for (const tab of [leader, other, late]) expect(numbers(tab)).toEqual([1, 2, 3, 4, 5])
})

test('a tab that is looked at again asks at once whether anybody leads', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  await send()
  browser.hang(leader)
  other.page('visibilitychange')
  await browser.pass(5_000)
  expect(browser.requests).toEqual([null, '1'])
})

test('two tabs of which each knows what the other does not come to rest', async () => {
  const retry = { attempts: Infinity }
  const first = browser.openTab({ retry })
  const second = browser.openTab({ retry })
  await browser.deliver(first)
  browser.send()
  await browser.clock.advance(0)
  browser.hang(first)
  // The second has not heard of event 1, and goes on without an id.
  await browser.clock.advance(11_000)
  expect(browser.requests).toEqual([null, null])
  browser.send()
  await browser.clock.advance(0)
  browser.answer(503)
  browser.wake(first)
  await browser.pass(60_000)
  browser.answer(200)
  await browser.pass(60_000)
  await send()
  for (const { log } of [first, second]) expect(log.at(-1)).toBe('3')
  expect(browser.open).toBe(1)
})

test('a leader with nothing to say answers, and is left alone', async () => {
  await open(3)
  await browser.pass(600_000)
  expect(browser.requests).toEqual([null])
  for (const { log } of browser.tabs) expect(log).toEqual(['connecting', 'open'])
})

test('a tab that has slept asks again before it takes over', async () => {
  const [, other] = (await open(2)) as [FakeTab, FakeTab]
  other.page('visibilitychange')
  browser.clock.skip(60_000)
  await browser.pass(60_000)
  expect(browser.requests).toEqual([null])
})

test('errors cross to other tabs as what they are, and open() there tries at once', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  browser.answer(503)
  await browser.pass(1)
  expect(other.log.at(-1)).toBe('reconnecting')
  expect(other.errors.map(({ code }) => code)).toEqual(leader.errors.map(({ code }) => code))
  await browser.pass(1_000)
  expect(other.errors.at(-1)).toMatchObject({ name: 'StreamError', code: 'http', status: 503 })
  const { length } = browser.requests
  other.connection.open()
  await browser.pass(1)
  expect(browser.requests).toHaveLength(length + 1)
})

test.each([
  [204, 'closed'],
  [400, 'failed'],
])(
  'all tabs hear the end, none opens the stream again, and nothing is left (%s)',
  async (answer, last) => {
    const tabs = await open(3)
    browser.answer(answer)
    await browser.pass(1_000)
    for (const { log } of tabs) expect(log.at(-1)).toBe(last)
    await browser.pass(10_000)
    expect(browser.requests).toHaveLength(2)
    expect([browser.locks, browser.clock.waiting]).toEqual([0, 0])
  },
)

test('a tab that is closed and opened again begins anew, whether another leads or none', async () => {
  const [, other] = (await open(2)) as [FakeTab, FakeTab]
  other.connection.close()
  other.reopen()
  await browser.pass(1)
  expect(other.log).toEqual(['connecting', 'open', 'connecting', 'open'])
  for (const { connection } of browser.tabs) connection.close()

  const alone = browser.openTab({ method: 'POST' })
  await browser.pass(1)
  alone.connection.close()
  alone.reopen()
  await browser.pass(1)
  expect(alone.log).toEqual(['connecting', 'open', 'connecting', 'open'])
  expect([browser.open, browser.locks]).toEqual([1, 1])
})

test('a tab that is opened again soon after the end holds its lock', async () => {
  const [tab] = (await open(1)) as [FakeTab]
  browser.answer(204)
  await browser.pass(1_000)
  expect(tab.log.at(-1)).toBe('closed')
  browser.answer(200)
  tab.reopen()
  await browser.pass(1_000)
  expect([browser.open, browser.locks]).toEqual([1, 1])
})

test('close() by a handler while it connects leaves nothing', async () => {
  const [tab] = (await open(1)) as [FakeTab]
  tab.connection.close()
  tab.log.push = (entry) => {
    if (entry === 'connecting') tab.connection.close()
    return 0
  }
  tab.reopen()
  await browser.pass(1)
  expect([browser.open, browser.locks, browser.clock.waiting]).toEqual([0, 0, 0])
})

test('a request that may not be sent twice fails when the tab that sent it has gone', async () => {
  const leader = browser.openTab({ method: 'POST' })
  await browser.pass(1)
  const other = browser.openTab({ method: 'POST' })
  await browser.pass(1)
  browser.kill(leader)
  await browser.pass(1)
  expect(other.log).toEqual(['connecting', 'open', 'failed'])
  const url = 'https://example.test/events'
  expect(other.errors[0]).toMatchObject({ code: 'network', url })
  expect(browser.requests).toHaveLength(1)
})

const refuse = () => Promise.reject(new DOMException('not here', 'SecurityError'))
function refuseChannel(): never {
  throw new DOMException('not here', 'SecurityError')
}

test.each([
  ['navigator', undefined],
  ['navigator', {}],
  ['navigator', { locks: { request: refuse } }],
  ['BroadcastChannel', undefined],
  ['BroadcastChannel', refuseChannel],
])('without locks or channels each tab has a connection of its own (%s)', async (name, value) => {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  const tabs = await open(2)
  await send()
  expect(browser.open).toBe(2)
  for (const { log } of tabs) expect(log).toEqual(['connecting', 'open', '1'])
})
