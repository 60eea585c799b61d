// Who comes to a shared connection when it is there already, or comes back to it.
import { expect, test } from 'vitest'
import type { RequestOptions } from '../../src/connection/types.js'
import { opened, type Opened } from './share-support.js'

/** Leaves the connection, which ends, and comes to one of another listener that has had this event. */
async function comeBackToAnother(page: Opened, event: string): Promise<void> {
  const { first, listen, clock, send, server } = page
  first.connection.close()
  await clock.advance(250)
  listen().connection.open()
  await clock.advance(0)
  server.last.open()
  await send(event)
  first.connection.open()
  await clock.advance(0)
}

test('a late one hears the status and the last event, and the response', async () => {
  const { first, listen, clock, send, server } = await opened()
  await send('id: 2\ndata: b\n\n')
  const late = listen()
  late.connection.open()
  expect(late.log).toEqual(['connecting'])
  await clock.advance(0)
  expect(late.log).toEqual(['connecting', 'open', 'b'])
  expect(late.responses).toEqual(first.responses)
  expect(late.connection.lastEventId).toBe('2')
  await send('id: 3\ndata: c\n\n')
  expect(late.log).toEqual(['connecting', 'open', 'b', 'c'])
  expect(server.exchanges).toHaveLength(1)
})

test('a late one hears of a retry under way, and why', async () => {
  const { listen, clock, server } = await opened()
  server.last.cut()
  await clock.advance(0)
  const late = listen()
  late.connection.open()
  await clock.advance(0)
  expect(late.log).toEqual(['reconnecting 1: network', 'a'])
})

test('a late one hears nothing of the wait that is over', async () => {
  const { listen, clock, server } = await opened()
  server.last.cut()
  await clock.advance(1_000)
  server.last.open()
  await clock.advance(0)
  const late = listen()
  late.connection.open()
  await clock.advance(0)
  expect(late.log).toEqual(['connecting', 'open', 'a'])
})

test('a late one that leaves at once, or when it opens, hears no more', async () => {
  const { listen, clock } = await opened()
  const [hasty, other] = [listen(), listen()]
  other.onLog = (entry) => entry === 'open' && other.connection.close()
  for (const { connection } of [hasty, other]) connection.open()
  hasty.connection.close()
  await clock.advance(0)
  expect(hasty.log).toEqual(['connecting'])
  expect(other.log).toEqual(['connecting', 'open'])
})

test('one that comes in the middle of an event hears it once', async () => {
  const { first, listen, send, clock } = await opened()
  const late = listen()
  first.onLog = () => late.connection.open()
  await send('id: 2\ndata: b\n\n')
  await clock.advance(0)
  expect(late.log).toEqual(['connecting', 'open', 'b'])
})

test('one that comes shortly after the last has left keeps the connection', async () => {
  const { first, listen, clock, send, server } = await opened()
  first.connection.close()
  await clock.advance(200)
  const next = listen()
  next.connection.open()
  await clock.advance(1_000)
  await send('data: b\n\n')
  expect(next.log).toEqual(['connecting', 'open', 'a', 'b'])
  expect(server.exchanges).toHaveLength(1)
})

test('one that comes with an id of its own joins those who listen', async () => {
  const { first, listen, clock, send, server } = await opened()
  await send('id: 2\ndata: b\n\n')
  const next = listen({ lastEventId: '1' } as RequestOptions)
  next.connection.open()
  await clock.advance(0)
  await send('data: c\n\n')
  expect(server.exchanges).toHaveLength(1)
  expect(first.log).toEqual(['connecting', 'open', 'a', 'b', 'c'])
  expect(next.log).toEqual(['connecting', 'open', 'b', 'c'])
})

test('one that comes back to the same connection does not hear an event again', async () => {
  const { first, clock, send, server } = await opened()
  first.connection.close()
  first.connection.open()
  await clock.advance(0)
  await send('data: b\n\n')
  expect(first.log).toEqual(['connecting', 'open', 'a', 'connecting', 'open', 'b'])
  expect(server.exchanges).toHaveLength(1)
})

test('nor where events have no ids; but another connection may bring another that looks the same', async () => {
  const page = await opened({}, 'data: a\n\n')
  const { first, clock } = page
  first.connection.close()
  first.connection.open()
  await clock.advance(0)
  expect(first.log).toEqual(['connecting', 'open', 'a', 'connecting', 'open'])
  await comeBackToAnother(page, 'data: a\n\n')
  expect(first.log.slice(5)).toEqual(['connecting', 'open', 'a'])
})

test('nor to another one, which has begun with the same event', async () => {
  const page = await opened()
  await comeBackToAnother(page, 'id: 1\ndata: a\n\n')
  expect(page.first.log).toEqual(['connecting', 'open', 'a', 'connecting', 'open'])
})

test('nor one that heard it when it came late', async () => {
  const { listen, clock } = await opened()
  const late = listen()
  late.connection.open()
  await clock.advance(0)
  late.connection.close()
  late.connection.open()
  await clock.advance(0)
  expect(late.log).toEqual(['connecting', 'open', 'a', 'connecting', 'open'])
})

test('one that comes back and has missed something goes on by its id', async () => {
  const { first, listen, clock, send, server } = await opened()
  first.connection.close()
  await send('id: 2\ndata: b\n\n')
  first.connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
  expect(server.last.headers.get('last-event-id')).toBe('1')
  expect(server.exchanges[0]?.init.signal?.aborted).toBe(true)
  await clock.advance(1_000)
  listen().connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
})

test('a late one hears the last event of before, where the first goes on by its id', async () => {
  const { first, listen, clock, server } = await opened()
  first.connection.close()
  await clock.advance(1_000)
  first.connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
  server.last.open()
  await clock.advance(0)
  const late = listen()
  late.connection.open()
  await clock.advance(0)
  expect(late.log).toEqual(['connecting', 'open', 'a'])
  expect(late.connection.lastEventId).toBe('1')
  expect(first.log).toEqual(['connecting', 'open', 'a', 'connecting', 'open'])
})

test('one that comes back where another goes on after a later id hears what comes next', async () => {
  const { first, listen, clock, send, server } = await opened()
  first.connection.close()
  await clock.advance(1_000)
  const other = listen({ lastEventId: '2' } as RequestOptions)
  for (const { connection } of [other, first]) connection.open()
  await clock.advance(0)
  server.last.open()
  await send('id: 3\ndata: c\n\n')
  expect(server.exchanges).toHaveLength(2)
  expect(server.last.headers.get('last-event-id')).toBe('2')
  for (const { log } of [first, other]) expect(log.slice(-3)).toEqual(['connecting', 'open', 'c'])
  expect(first.log).toHaveLength(6)
})

test('one that comes during a chunk hears the rest of it', async () => {
  const { first, listen, send } = await opened()
  const other = listen()
  first.onLog = (entry) => entry === 'b' && other.connection.open()
  await send('data: b\n\ndata: c\n\ndata: d\n\n')
  expect(other.log).toEqual(['connecting', 'open', 'b', 'c', 'd'])
})

test('one that takes the place of another just when the stream ends knows what the other knew', async () => {
  for (let turns = 0; turns < 10; turns++) {
    const { first, listen, clock, server } = await opened()
    const other = listen()
    server.last.end()
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    first.connection.close()
    other.connection.open()
    await clock.advance(0)
    expect([...first.ends, ...other.ends]).toEqual([['connecting', 'open', 'a', '1']])
  }
})

test('one that comes just when all is over hears nothing after the end', async () => {
  for (let turns = 0; turns < 10; turns++) {
    const { listen, clock, server } = await opened({ retry: false })
    const late = listen()
    server.last.cut()
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    late.connection.open()
    await clock.advance(0)
    expect(late.log.at(-1)).toBe(server.exchanges[1] ? 'connecting' : 'failed 1: network')
  }
})

test('those that come after all had left and it was over share one connection', async () => {
  const { first, listen, clock, server } = await opened()
  server.last.cut()
  await clock.advance(1_000)
  first.connection.close()
  server.last.answer(204)
  await clock.advance(0)
  for (const late of [listen(), listen()]) {
    late.connection.open()
    await clock.advance(1_000)
  }
  expect(server.exchanges).toHaveLength(3)
})

test('one that comes just before another tries at once hears that, too', async () => {
  const { first, listen, clock, server } = await opened()
  const other = listen()
  first.onLog = (entry) => {
    if (!entry.startsWith('reconnecting')) return
    other.connection.open()
    first.connection.open()
  }
  server.last.cut()
  await clock.advance(0)
  expect(first.log.slice(3)).toEqual(['reconnecting 1: network', 'connecting'])
  expect(other.log).toEqual(['reconnecting 1: network', 'a', 'connecting'])
})
