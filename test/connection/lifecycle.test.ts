import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { connected, opened } from './harness.js'
import { scriptedFetch } from './scripted-fetch.js'

test('a clean end that was complete closes it', async () => {
  const { server, clock, log } = await opened({ sink: { onEnd: () => undefined } })
  server.last.end()
  await clock.advance(100_000)
  expect(log).toEqual(['connecting', 'open', 'closed'])
  expect(clock.waiting).toBe(0)
})

test('a clean end hands over the unfinished event of SSE', async () => {
  const unfinished: unknown[] = []
  const { server, clock } = await opened({
    sink: { onEnd: (event) => void unfinished.push(event?.data) },
  })
  server.last.send('data: almost')
  server.last.end()
  await clock.advance(0)
  expect(unfinished).toEqual(['almost'])
})

test('open() while it connects or is open does nothing', async () => {
  const { connection, server, clock, log } = await connected()
  connection.open()
  server.last.open()
  await clock.advance(0)
  connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
  expect(log).toEqual(['connecting', 'open'])
})

test('open() while it waits tries at once, and counts from the start', async () => {
  const { connection, server, clock, log, delays } = await opened()
  server.last.cut()
  await clock.advance(1_000)
  server.last.cut()
  await clock.advance(0)
  connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(3)
  expect(log.at(-1)).toBe('connecting')
  server.last.cut()
  await clock.advance(0)
  expect(delays.at(-1)).toBe(1_000)
  await clock.advance(1_000)
  expect(server.exchanges).toHaveLength(4)
})

test('open() after close() goes on by the last id', async () => {
  const { connection, server, clock } = await opened()
  server.last.send('id: 5\ndata: a\n\n')
  await clock.advance(0)
  connection.close()
  connection.open()
  await clock.advance(0)
  expect(server.last.headers.get('last-event-id')).toBe('5')
})

test('close() and open() in a row make one new connection, and the old one stays silent', async () => {
  const { connection, server, clock, log } = await opened({ server: scriptedFetch({ deaf: true }) })
  const [old] = server.exchanges
  connection.close()
  connection.open()
  old!.send('data: late\n\n')
  await clock.advance(0)
  server.last.open()
  server.last.send('data: new\n\n')
  await clock.advance(0)
  expect(log).toEqual(['connecting', 'open', 'connecting', 'open', 'new'])
  expect(server.exchanges).toHaveLength(2)
})

test('what an older attempt still answers is ignored', async () => {
  const server = scriptedFetch({ deaf: true })
  const { connection, clock, log } = await connected({}, { server })
  const [old] = server.exchanges
  connection.close()
  connection.open()
  await clock.advance(0)
  old!.answer(500, 'late')
  await clock.advance(0)
  server.last.open()
  await clock.advance(0)
  expect(log).toEqual(['connecting', 'connecting', 'open'])
})

test('a signal that has aborted already sends no request', async () => {
  const { server, clock, log } = await connected({ signal: AbortSignal.abort() })
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(0)
  expect(log).toEqual(['closed'])
  expect(clock.waiting).toBe(0)
})

test('a signal closes it in every state', async () => {
  for (const state of ['connecting', 'open', 'waiting']) {
    const controller = new AbortController()
    const { server, clock, log, errors } = await connected({ signal: controller.signal })
    if (state === 'open') server.last.open()
    await clock.advance(0)
    if (state === 'waiting') server.last.cut()
    await clock.advance(0)
    errors.length = 0
    controller.abort()
    expect(log.at(-1)).toMatch(/^closed/)
    expect(errors).toEqual([])
    await clock.advance(100_000)
    expect(log.at(-1)).toMatch(/^closed/)
    expect(clock.waiting).toBe(0)
    expect(server.exchanges).toHaveLength(1)
  }
})

test('a signal keeps no listener of a connection that is over or retrying', async () => {
  const { signal } = new AbortController()
  const { connection, server, clock } = await connected({ signal })
  for (let time = 0; time < 5; time += 1) {
    server.last.cut()
    await clock.advance(30_000)
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  connection.close()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
