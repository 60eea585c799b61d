import { expect, test, vi } from 'vitest'
import { createEventStream } from '../../../src/stores/events/event-stream.js'
import type { EventStream } from '../../../src/stores/events/event-stream-types.js'
import { scriptedFetch } from '../../connection/scripted-fetch.js'
import { createTestClock } from '../../support/clock.js'

const server = scriptedFetch()
const clock = createTestClock(server.fetch)

/** The code of sharing is fetched, which takes as long as it takes. */
async function loaded(count: number): Promise<void> {
  const exchanges = async (): Promise<unknown[]> => {
    await clock.advance(0)
    return server.exchanges
  }
  await expect.poll(exchanges).toHaveLength(count)
}

async function now<D>(stream: EventStream<D>): Promise<D> {
  await clock.advance(0)
  clock.nextFrame()
  return stream.getSnapshot().data
}

test('streams with share make one request, and each parses, reduces and closes by itself', async () => {
  const url = 'https://example.test/each'
  const sums = createEventStream<number, number>(
    url,
    { share: true, parse: 'json', initial: 0, reduce: (sum, _event, value) => sum + value },
    clock,
  )
  const texts = createEventStream(url, { share: true, closeOn: 'end' }, clock)
  sums.open()
  texts.open()
  expect(texts.getSnapshot().status).toBe('connecting')
  const { length } = server.exchanges
  await loaded(length + 1)
  server.last.open()
  server.last.send('id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\nevent: end\ndata: 3\n\n')
  expect(await now(texts)).toBe('3')
  expect(texts.getSnapshot()).toMatchObject({ status: 'closed', lastEventId: '3' })
  server.last.send('id: 4\ndata: 4\n\n')
  expect(await now(sums)).toBe(10)
  expect(await now(texts)).toBe('3')
  expect(sums.getSnapshot().status).toBe('open')

  const late = createEventStream(url, { share: true }, clock)
  late.open()
  await expect.poll(() => now(late)).toBe('4')
  expect(server.exchanges).toHaveLength(length + 1)
  for (const stream of [sums, late]) stream.close()
  await clock.advance(1_000)
  expect(server.last.init.signal?.aborted).toBe(true)
})

test('an initial lastEventId is shown before the code of sharing has come', () => {
  const options = { share: true, lastEventId: '41' }
  const stream = createEventStream('https://example.test/known', options, clock)
  expect(stream.getSnapshot().lastEventId).toBe('41')
})

test('where the code of sharing does not come, the stream has a connection of its own', async () => {
  vi.resetModules()
  vi.doMock('../../../src/connection/share.js', () => {
    throw new Error('the server has a new version')
  })
  const { createEventStream: create } = await import('../../../src/stores/events/event-stream.js')
  const { length } = server.exchanges
  const streams = [1, 2].map(() => create('https://example.test/alone', { share: true }, clock))
  for (const stream of streams) stream.open()
  await loaded(length + 2)
  server.last.open()
  server.last.send('data: a\n\n')
  expect(await now(streams[1]!)).toBe('a')
  for (const stream of streams) stream.close()
  vi.doUnmock('../../../src/connection/share.js')
})
