import { getEventListeners } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createPage, opened } from './share-support.js'

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

test('an id that comes without an event reaches all', async () => {
  const { first, listen, clock, send } = await opened()
  const late = listen()
  late.connection.open()
  await clock.advance(0)
  await send('id: 2\n\n')
  expect(first.log.at(-1)).toBe('id 2')
  expect(late.log.at(-1)).toBe('id 2')
})

test('what differs in method, URL, credentials, key or among whom is not shared', async () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  onTestFinished(() => void vi.unstubAllGlobals())
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
    listen({}, { share: 'browser' }),
  ]
  for (const { connection } of listeners) connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(6)
})

test('one page alone asks no other tabs', async () => {
  const request = vi.fn<() => Promise<void>>(async () => {})
  vi.stubGlobal('navigator', { locks: { request } })
  onTestFinished(() => void vi.unstubAllGlobals())
  const { first } = await opened()
  expect(first.log.at(-1)).toBe('a')
  expect(request).not.toHaveBeenCalled()
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
  expect(one.log.slice(3)).toEqual(['closed', 'closed'])
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

test('those of the last one that has left, until another comes', async () => {
  const { first, listen, clock, server } = await opened()
  first.connection.close()
  server.last.cut()
  await clock.advance(0)
  const next = listen()
  next.connection.open()
  expect(next.log).toEqual(['reconnecting 1: network'])
  await clock.advance(1_000)
  expect(server.exchanges).toHaveLength(2)
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
