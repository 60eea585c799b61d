import { expect, test, vi } from 'vitest'
import { connected, type Harness, type HarnessSettings } from './harness.js'
import type { RequestOptions } from '../../src/connection/types.js'

async function streaming(
  options: RequestOptions = {},
  settings: HarnessSettings = {},
): Promise<Harness> {
  const harness = await connected(options, settings)
  harness.server.last.open()
  harness.server.last.send('id: 7\ndata: a\n\n')
  await harness.clock.advance(0)
  return harness
}

const stream = { leavesWithPage: true }

test('outside a page there is nothing to watch, and a network', async () => {
  // One of its own: what other tests left open watches by another.
  vi.resetModules()
  const { isOffline, watchPage } = await import('../../src/connection/page.js')
  const start = vi.spyOn(globalThis, 'setInterval')
  watchPage(() => {})()
  expect(start).not.toHaveBeenCalled()
  expect(isOffline()).toBe(false)
})

test('without a network it waits for one, and then tries at once', async () => {
  const { clock, server, log } = await streaming()
  clock.offline = true
  server.last.cut()
  await clock.advance(29_999)
  expect(server.exchanges).toHaveLength(1)
  expect(log.at(-1)).toBe('reconnecting 1 in 30000: network')
  clock.offline = false
  clock.page('online')
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
  expect(server.last.headers.get('last-event-id')).toBe('7')
})

test('being offline burns no attempts, and a page that only believes it is offline still tries', async () => {
  const { clock, server, log } = await connected({ retry: { attempts: 2 } })
  clock.offline = true
  for (let time = 0; time < 10; time += 1) {
    server.last.cut()
    await clock.advance(30_000)
  }
  expect(server.exchanges).toHaveLength(11)
  expect(log.at(-1)).toBe('reconnecting 1')
})

test('being offline forgives no attempts that have failed before', async () => {
  const { clock, server, log } = await connected()
  for (const delay of [1_000, 2_000]) {
    server.last.cut()
    await clock.advance(delay)
  }
  clock.offline = true
  server.last.cut()
  await clock.advance(0)
  expect(log.at(-1)).toBe('reconnecting 2 in 30000: network')
})

test('a page that only believes it is offline obeys the answers that come', async () => {
  const { clock, server, log, delays } = await connected({ retry: { attempts: 1 } })
  clock.offline = true
  server.last.answer(503, '', { 'retry-after': '45' })
  await clock.advance(0)
  expect(delays).toEqual([45_000])
  await clock.advance(45_000)
  server.last.answer(503)
  await clock.advance(0)
  expect(log.at(-1)).toBe('failed 2: http')
})

test('the network coming back does not hurry a server that has answered', async () => {
  const { clock, server } = await connected()
  server.last.answer(503, '', { 'retry-after': '45' })
  await clock.advance(0)
  clock.page('online')
  await clock.advance(44_000)
  expect(server.exchanges).toHaveLength(1)
  await clock.advance(1_000)
  expect(server.exchanges).toHaveLength(2)
})

test('the network coming back cuts a wait short', async () => {
  const { clock, server } = await connected()
  server.last.cut()
  await clock.advance(0)
  clock.page('online')
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
})

test('a retry that is due by a timer that is late starts when the page is looked at again', async () => {
  const { clock, server } = await connected()
  server.last.cut()
  await clock.advance(0)
  clock.page('visibilitychange')
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
  clock.skip(1_000)
  clock.page('visibilitychange')
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
})

test('a retry that is due while the page is left waits until it is back', async () => {
  const { clock, server, log } = await connected()
  server.last.cut()
  await clock.advance(0)
  clock.skip(1_000)
  clock.page('pagehide')
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: network')
  clock.page('pageshow')
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
})

test('a page that is shown again, or online again, lets a silent stream be', async () => {
  const { clock, log } = await streaming()
  clock.page('visibilitychange')
  clock.page('online')
  clock.page('pageshow')
  await clock.advance(100_000)
  expect(log.at(-1)).toBe('a')
})

test('a stream that was silent for too long while no timer ran is reopened on return', async () => {
  const { clock, log } = await streaming({ idleTimeout: 60_000 })
  clock.skip(59_999)
  clock.page('visibilitychange')
  expect(log.at(-1)).toBe('a')
  clock.skip(1)
  clock.page('pageshow')
  await clock.advance(0)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
})

test('so it is where the page comes back before the timer, which was stopped meanwhile', async () => {
  let now = 0
  const { clock, log } = await streaming({ idleTimeout: 60_000 }, { now: () => now })
  now = 60_000
  clock.page('pageshow')
  await clock.advance(0)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
})

test('after a sleep a stream that stays silent for ten seconds is taken for dead', async () => {
  const { clock, server, log } = await streaming()
  clock.page('sleep')
  await clock.advance(9_999)
  expect(log.at(-1)).toBe('a')
  await clock.advance(1)
  expect(log.at(-1)).toBe('reconnecting 1 in 1000: timeout')
  await clock.advance(1_000)
  expect(server.last.headers.get('last-event-id')).toBe('7')
})

test('after a sleep a stream that is heard of goes on', async () => {
  const { clock, server, log } = await streaming()
  clock.page('sleep')
  await clock.advance(5_000)
  server.last.send(': still here\n')
  await clock.advance(100_000)
  expect(log.at(-1)).toBe('a')
  expect(clock.waiting).toBe(0)
})

test('a stream that a sleep has kept silent for too long is given up once', async () => {
  const { clock, server, log } = await streaming({
    idleTimeout: 5_000,
    retry: { minDelay: 20_000 },
  })
  clock.skip(100_000)
  clock.page('sleep')
  await clock.advance(19_999)
  expect(log.at(-1)).toBe('reconnecting 1 in 20000: timeout')
  expect(log.filter((line) => line.includes('timeout'))).toHaveLength(1)
  await clock.advance(1)
  expect(server.exchanges).toHaveLength(2)
})

test('a stream that a sleep has ended for good leaves no timer', async () => {
  const { clock, log } = await streaming({ idleTimeout: 5_000, retry: false })
  clock.skip(100_000)
  clock.page('sleep')
  await clock.advance(0)
  expect(clock.waiting).toBe(0)
  await clock.advance(10_000)
  expect(log.filter((line) => line.startsWith('failed'))).toEqual(['failed 1: timeout'])
})

test('a reply that nobody could ask for again is left alone after a sleep', async () => {
  const { clock, server, log } = await connected({ body: { question: 'why?' } })
  server.last.open()
  await clock.advance(0)
  clock.page('sleep')
  await clock.advance(100_000)
  expect(log).toEqual(['connecting', 'open'])
})

test('a page that is left closes its event stream quietly, and opens it again on return', async () => {
  const { clock, server, log } = await streaming({}, stream)
  clock.page('pagehide')
  await clock.advance(100_000)
  expect(server.last.init.signal?.aborted).toBe(true)
  expect(log).toEqual(['connecting', 'open', 'a'])
  clock.page('pageshow')
  await clock.advance(0)
  expect(log.at(-1)).toBe('reconnecting')
  expect(server.exchanges).toHaveLength(2)
  expect(server.last.headers.get('last-event-id')).toBe('7')
})

test('a page that is left again before its event stream is back still reconnects on return', async () => {
  const { clock, log } = await streaming({}, stream)
  for (const change of ['pagehide', 'pageshow', 'pagehide', 'pageshow'] as const) clock.page(change)
  expect(log.slice(3)).toEqual(['reconnecting', 'reconnecting'])
})

test('an event stream whose token has expired while its page was left reconnects on return', async () => {
  const { clock, server, log } = await streaming({ headers: () => ({}) }, stream)
  clock.page('pagehide')
  clock.page('pageshow')
  await clock.advance(0)
  server.last.answer(401)
  await clock.advance(0)
  expect(log.slice(3)).toEqual(['reconnecting', 'reconnecting: http'])
})

test('a page that leaves while it waits for a retry goes on with it on return', async () => {
  const { clock, server } = await connected({}, stream)
  server.last.cut()
  await clock.advance(0)
  clock.page('pagehide')
  clock.page('pageshow')
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
  clock.page('pagehide')
  clock.skip(1_000)
  clock.page('pagehide')
  expect(server.exchanges).toHaveLength(1)
  clock.page('pageshow')
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
})

test('a page that is left does not abort what cannot be asked for again, nor what is no event stream', async () => {
  const post = { body: { question: 'why?' } }
  const reply = await connected(post, stream)
  reply.clock.page('pagehide')
  expect(reply.server.last.init.signal?.aborted).toBe(false)
  const upload = await streaming({ method: 'POST', body: new Blob(['once']).stream() }, stream)
  upload.clock.page('pagehide')
  expect(upload.server.last.init.signal?.aborted).toBe(false)
  const task = await streaming()
  task.clock.page('pagehide')
  expect(task.server.last.init.signal?.aborted).toBe(false)
})

test('close() on a page that was left is the end of it', async () => {
  const { clock, connection, server } = await streaming({}, stream)
  clock.page('pagehide')
  connection.close()
  clock.page('pageshow')
  expect(server.exchanges).toHaveLength(1)
})

test('a closed connection no longer listens to its page', async () => {
  const { clock, connection } = await streaming()
  expect(clock.watching).toBe(1)
  connection.close()
  expect(clock.watching).toBe(0)
})
