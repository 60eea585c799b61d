import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { RequestOptions } from '../../src/connection/types.js'
import { createPage, type TestListener, type TestPage } from './share-support.js'

interface Opened extends TestPage {
  first: TestListener
}

/** A page whose first listener has an open stream and one event. */
async function opened(): Promise<Opened> {
  const page = createPage()
  const first = page.listen()
  first.connection.open()
  await page.clock.advance(0)
  page.server.last.open()
  await page.send('id: 1\ndata: a\n\n')
  return { ...page, first }
}

test('two listeners make one request, and both hear all of it', async () => {
  const { listen, clock, server, send } = createPage()
  const [one, two] = [listen(), listen()]
  one.connection.open()
  two.connection.open()
  await clock.advance(0)
  server.last.open()
  await send('data: a\n\ndata: b\n\n')
  expect(server.exchanges).toHaveLength(1)
  expect(one.log).toEqual(['connecting', 'open', 'a', 'b'])
  expect(two.log).toEqual(['connecting', 'open', 'a', 'b'])
})

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

test('an id that comes without an event reaches all', async () => {
  const { first, listen, clock, send } = await opened()
  const late = listen()
  late.connection.open()
  await clock.advance(0)
  await send('id: 2\n\n')
  expect(first.log.at(-1)).toBe('id 2')
  expect(late.log.at(-1)).toBe('id 2')
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

test('what differs in method, URL, credentials or key is not shared', async () => {
  const { listen, clock, server } = createPage()
  const listeners = [
    listen(),
    listen({ method: 'POST' }),
    listen({ body: {} }),
    listen({ method: 'get', credentials: 'same-origin', headers: { 'x-other': '1' } }),
    listen({ credentials: 'include' }),
    listen({}, { key: 'k' }),
    listen({}, { key: 'k' }),
    listen({}, { url: 'https://example.test/other' }),
    listen({}, { url: 'https://EXAMPLE.test/a/../events' }),
  ]
  for (const { connection } of listeners) connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(5)
})

test('close() takes away that listener, and the last one closes the connection a little later', async () => {
  const { first, listen, clock, send, server } = await opened()
  const other = listen()
  other.connection.open()
  await clock.advance(0)
  first.connection.close()
  await send('id: 2\ndata: b\n\n')
  expect(first.log.at(-1)).toBe('a')
  expect(first.connection.lastEventId).toBe('1')
  expect(other.log.at(-1)).toBe('b')
  other.connection.close()
  await clock.advance(249)
  expect(server.last.init.signal?.aborted).toBe(false)
  await clock.advance(1)
  expect(server.last.init.signal?.aborted).toBe(true)
  expect(clock.waiting).toBe(0)
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

test('close() by a handler keeps the rest from that listener, and from one that another handler closes', async () => {
  const { first, listen, send, clock } = await opened()
  const [second, third] = [listen(), listen()]
  for (const { connection } of [second, third]) connection.open()
  await clock.advance(0)
  first.onLog = (entry) => {
    if (entry === 'b') for (const { connection } of [first, second]) connection.close()
  }
  await send('id: 2\ndata: b\n\nid: 3\ndata: c\n\n')
  expect(first.log.slice(2)).toEqual(['a', 'b'])
  expect(second.log.slice(2)).toEqual(['a'])
  expect(second.connection.lastEventId).toBe('1')
  expect(third.log.slice(2)).toEqual(['a', 'b', 'c'])
})

test('a signal takes away its own listener only', async () => {
  const { listen, clock, send, server } = createPage()
  const controller = new AbortController()
  const [one, two] = [listen({ signal: controller.signal }), listen()]
  one.connection.open()
  two.connection.open()
  await clock.advance(0)
  server.last.open()
  await send('data: a\n\n')
  controller.abort()
  await send('data: b\n\n')
  expect(one.log).toEqual(['connecting', 'open', 'a', 'closed'])
  expect(two.log).toEqual(['connecting', 'open', 'a', 'b'])
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  one.connection.open()
  expect(one.log.at(-1)).toBe('closed')
})

test('open() by one while all wait for a retry tries at once', async () => {
  const { first, listen, clock, server } = await opened()
  const other = listen()
  other.connection.open()
  server.last.cut()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
  other.connection.open()
  await clock.advance(0)
  server.last.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
  expect(server.last.headers.get('last-event-id')).toBe('1')
  for (const { log } of [first, other]) expect(log.at(-1)).toBe('open')
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

test('all hear the end, and the next open() begins anew, by id', async () => {
  for (const [status, said] of [
    [204, /^closed/],
    [400, /^failed .*: http/],
  ] as const) {
    const { first, listen, clock, server } = await opened()
    const other = listen()
    other.connection.open()
    server.last.cut()
    await clock.advance(1_000)
    server.last.answer(status, status === 204 ? undefined : '')
    await clock.advance(0)
    for (const { log } of [first, other]) expect(log.at(-1)).toMatch(said)
    expect(clock.waiting).toBe(0)
    other.connection.open()
    await clock.advance(0)
    expect(server.exchanges).toHaveLength(3)
    expect(server.last.headers.get('last-event-id')).toBe('1')
    expect(first.log.at(-1)).toMatch(said)
  }
})

test('one that a handler opens again at the end has begun anew, and does not hear the old end', async () => {
  const { first, listen, clock, server } = await opened()
  const other = listen()
  other.connection.open()
  await clock.advance(0)
  first.onLog = (entry) => entry === 'closed' && other.connection.open()
  server.last.cut()
  await clock.advance(1_000)
  server.last.answer(204)
  await clock.advance(0)
  expect(first.log.at(-1)).toBe('closed')
  expect(other.log.at(-1)).toBe('connecting')
  expect(server.exchanges).toHaveLength(3)
})

test('the options of the one that has listened longest count, the newest of them', async () => {
  const { listen, clock, server } = createPage()
  const firstOptions = { headers: { 'x-who': 'first' } }
  const one = listen(firstOptions)
  const two = listen({ headers: { 'x-who': 'second' } })
  one.connection.open()
  two.connection.open()
  await clock.advance(0)
  const attempts: (string | null)[] = [server.last.headers.get('x-who')]
  firstOptions.headers = { 'x-who': 'first, changed' }
  server.last.cut()
  await clock.advance(1_000)
  attempts.push(server.last.headers.get('x-who'))
  one.connection.close()
  server.last.cut()
  await clock.advance(2_000)
  attempts.push(server.last.headers.get('x-who'))
  expect(attempts).toEqual(['first', 'first, changed', 'second'])
})

test('those of one that has come after all had left', async () => {
  const { first, listen, clock, server } = await opened()
  first.connection.close()
  const next = listen({ headers: { 'x-who': 'next' } })
  next.connection.open()
  server.last.cut()
  await clock.advance(1_000)
  expect(server.last.headers.get('x-who')).toBe('next')
})
