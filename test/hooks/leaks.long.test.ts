// In Chromium: what is mounted and unmounted leaves nothing, and a long stream is not kept.
import { Readable } from 'node:stream'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { openPage } from '../support/page.js'
import { manyEvents } from '../support/many-events.js'

const entry = 'test/hooks/pages/leaks.tsx'
const stream = { 'content-type': 'text/event-stream' }

interface Held {
  /** MB of JavaScript objects. */
  heap: number
  /** On everything that can have them. */
  listeners: number
  nodes: number
}

/** What is left after a garbage collection. */
async function held(page: Page): Promise<Held> {
  const session = await page.context().newCDPSession(page)
  await page.evaluate('performance.clearMeasures()') // React's, in development
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  await session.detach()
  return { heap: usedSize / 2 ** 20, listeners: jsEventListeners, nodes }
}

function expectFlat(before: Held, after: Held): void {
  console.log(before, after)
  expect(after.listeners).toBeLessThanOrEqual(before.listeners)
  expect(after.nodes).toBeLessThanOrEqual(before.nodes)
  expect(after.heap - before.heap).toBeLessThan(1)
}

test.each(['production', 'development'] as const)(
  '10,000 streams mounted and unmounted leave nothing, in %s',
  async (mode) => {
    const { page } = await openPage(entry, () => {}, mode)
    await page.evaluate('pages.mount(500)')
    const before = await held(page)
    await page.evaluate('pages.mount(10_000)')
    const after = await held(page)
    expectFlat(before, after)
    expect(after.heap).toBeLessThan(20)
  },
)

test('unmounting closes the socket, whenever it comes', async () => {
  const { page, server } = await openPage(entry, (_request, response) => {
    response.writeHead(200, stream).write('data: first\n\n')
  })
  await page.evaluate('pages.mountOverNetwork(10)')
  expect(server.requests.length).toBeGreaterThanOrEqual(5)
  const open = (): number => server.requests.filter(({ socket }) => !socket.destroyed).length
  await expect.poll(open, { timeout: 30_000 }).toBe(0)
})

test('1,000,000 events through one connection leave nothing', async () => {
  const { page } = await openPage(entry, ({ url }, response) => {
    response.writeHead(200, stream)
    Readable.from(manyEvents(Number(url!.slice(1)))).pipe(response)
  })
  await page.evaluate(`pages.read('/10000')`)
  await page.getByText('closed: 10000').waitFor()
  const before = await held(page)
  await page.evaluate(`pages.read('/1000000')`)
  await page.getByText('closed: 1000000').waitFor()
  const after = await held(page)
  expectFlat(before, after)
  expect(after.heap).toBeLessThan(20)
})
