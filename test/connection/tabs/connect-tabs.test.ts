import { expect, test } from 'vitest'
import { numbers, type FakeTab } from './fake-browser.js'
import { browser, comeBack, inOneBrowser, open, send } from './tabs-support.js'

inOneBrowser()

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

test('the last event is one without an id of its own, too', async () => {
  await open(1)
  await send()
  browser.say('data: 7\n\n')
  const late = browser.openTab()
  await browser.pass(1)
  expect(late.log).toEqual(['connecting', 'open', '7'])
})

test('an id without an event is that by which the tab that leads goes on', async () => {
  const [leader] = (await open(1)) as [FakeTab]
  await send(3)
  browser.say('id: 2\n\n')
  await browser.pass(1)
  expect(leader.log.at(-1)).toBe('id 2')
  leader.page('pagehide')
  await comeBack(leader)
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

test('in a worker, which has no document, tabs share a connection too', async () => {
  Reflect.deleteProperty(globalThis, 'document')
  const tabs = await open(2)
  await send()
  for (const { log } of tabs) expect(log).toEqual(['connecting', 'open', '1'])
  for (const { connection } of tabs) connection.close()
  expect(browser.requests).toHaveLength(1)
})

test('errors cross to other tabs as what they are, and open() tries at once in any', async () => {
  const [leader, other] = (await open(2)) as [FakeTab, FakeTab]
  browser.answer(503)
  await browser.pass(1)
  expect(other.log.at(-1)).toBe('reconnecting')
  for (const { errors } of [leader, other]) {
    expect(errors.map(({ code }) => code)).toEqual(['incomplete'])
  }
  await browser.pass(1_000)
  expect(other.errors.at(-1)).toMatchObject({ name: 'StreamError', code: 'http', status: 503 })
  for (const { connection } of [other, leader]) {
    const { length } = browser.requests
    connection.open()
    await browser.pass(1)
    expect(browser.requests).toHaveLength(length + 1)
  }
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

test('a handler that closes and opens it again while it connects leaves no second one', async () => {
  const [other, tab] = (await open(2)) as [FakeTab, FakeTab]
  tab.connection.close()
  const { push } = Array.prototype
  tab.log.push = (...entries) => {
    delete (tab.log as { push?: unknown }).push
    tab.connection.close()
    tab.reopen()
    return push.apply(tab.log, entries)
  }
  tab.reopen()
  await browser.pass(1)
  tab.connection.close()
  await send()
  expect(numbers(tab)).toEqual([])
  expect(numbers(other)).toEqual([1])
})

test('a tab that is closed soon after the end leaves nothing', async () => {
  const [tab] = (await open(1)) as [FakeTab]
  browser.answer(204)
  await browser.clock.advance(1_000)
  expect(tab.log.at(-1)).toBe('closed')
  tab.connection.close()
  await browser.clock.advance(0)
  expect([browser.locks, browser.clock.waiting]).toEqual([0, 0])
})

test('open() in a page that is left does nothing until it is back', async () => {
  const [tab] = (await open(1)) as [FakeTab]
  tab.page('pagehide')
  tab.connection.open()
  await browser.pass(1)
  expect([browser.open, browser.locks]).toEqual([0, 0])
  await comeBack(tab)
  expect([browser.open, browser.locks]).toEqual([1, 1])
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

test('without them, a page that is left leaves alone what may not be sent twice', async () => {
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true, writable: true })
  const tab = browser.openTab({ method: 'POST' })
  await browser.pass(1)
  for (const change of ['pagehide', 'pageshow'] as const) tab.page(change)
  await browser.pass(1)
  expect(tab.log).toEqual(['connecting', 'open'])
})
