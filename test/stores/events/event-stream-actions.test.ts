// open(), close() and a signal.
import { expect, test, vi } from 'vitest'
import type { StreamError } from '../../../src/errors.js'
import { createHarness, opened } from './event-stream-harness.js'

test('close() ends it at once and is no error', async () => {
  const onClose = vi.fn<() => void>()
  const onError = vi.fn<(error: StreamError) => void>()
  const { stream, server, clock, send } = await opened({ onClose, onError })
  await send('data: a\n\n')
  stream.close()
  expect(stream.getSnapshot()).toMatchObject({ status: 'closed', data: 'a', error: undefined })
  expect(server.last.init.signal?.aborted).toBe(true)
  await clock.advance(100_000)
  expect(onClose).toHaveBeenCalledOnce()
  expect(onError).not.toHaveBeenCalled()
  expect(clock.waiting).toBe(0)
})

test('close() in onError stops the reconnecting, and keeps the error', async () => {
  const { stream, server, clock, now } = await opened({ onError: () => stream.close() })
  server.last.cut()
  expect(await now()).toMatchObject({
    status: 'closed',
    retryAt: undefined,
    error: { code: 'network' },
  })
  await clock.advance(100_000)
  expect(server.exchanges).toHaveLength(1)
  expect(clock.waiting).toBe(0)
})

test('close() twice, or after the end, changes nothing', async () => {
  const onClose = vi.fn<() => void>()
  const { stream, server, clock, published } = await opened({ onClose })
  stream.close()
  const count = published.length
  stream.close()
  expect(published).toHaveLength(count)
  expect(onClose).toHaveBeenCalledOnce()

  const failed = await opened({ onClose, retry: false })
  failed.server.last.cut()
  await failed.now()
  failed.stream.close()
  expect(failed.stream.getSnapshot().status).toBe('failed')
  expect(onClose).toHaveBeenCalledOnce()
  expect(server.exchanges).toHaveLength(1)
  expect(clock.waiting).toBe(0)
})

test('open() after close() keeps the id and the data', async () => {
  const { stream, server, clock, send } = await opened()
  await send('id: 5\ndata: a\n\n')
  stream.close()
  stream.open()
  expect(stream.getSnapshot()).toMatchObject({ status: 'connecting', data: 'a', lastEventId: '5' })
  await clock.advance(0)
  expect(server.last.headers.get('last-event-id')).toBe('5')
})

test('open() after a failure tries again', async () => {
  const { stream, server, clock, now } = createHarness()
  stream.open()
  await clock.advance(0)
  server.last.answer(404)
  await now()
  stream.open()
  await clock.advance(0)
  server.last.open()
  expect(await now()).toMatchObject({ status: 'open', error: undefined })
})

test('open() while it waits tries at once', async () => {
  const { stream, server, clock, now } = await opened()
  server.last.cut()
  await now()
  stream.open()
  expect(stream.getSnapshot()).toMatchObject({ status: 'connecting', retryAt: undefined })
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
})

test('open() while it is open does nothing', async () => {
  const { stream, server, clock } = await opened()
  stream.open()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('open')
  expect(server.exchanges).toHaveLength(1)
})

test('open() in onClose begins again', async () => {
  let times = 0
  const { stream, server, clock } = await opened({
    onClose: () => {
      times += 1
      if (times === 1) stream.open()
    },
  })
  stream.close()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('connecting')
  expect(server.exchanges).toHaveLength(2)
})

test('a signal that closes it while it waits leaves the error for which it waits', async () => {
  const controller = new AbortController()
  const { stream, server, now } = await opened({ signal: controller.signal })
  server.last.cut()
  expect(await now()).toMatchObject({ status: 'reconnecting', error: { code: 'network' } })
  controller.abort()
  expect(stream.getSnapshot()).toMatchObject({ status: 'closed', error: { code: 'network' } })
})

test('a signal closes it, and an aborted one lets it make no request', async () => {
  const controller = new AbortController()
  const onClose = vi.fn<() => void>()
  const { stream, server, clock } = await opened({ signal: controller.signal, onClose })
  controller.abort()
  expect(stream.getSnapshot().status).toBe('closed')
  expect(onClose).toHaveBeenCalledOnce()
  stream.open()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('closed')
  expect(server.exchanges).toHaveLength(1)
})

test('what a handler opens is not published before its event is', async () => {
  const { send, stream, published } = await opened({
    onEvent() {
      stream.close()
      stream.open()
    },
  })
  published.length = 0
  await send('id: 1\ndata: a\n\n')
  expect(published).toMatchObject([
    { status: 'connecting', data: 'a', lastEvent: { data: 'a' }, lastEventId: '1' },
  ])
})
