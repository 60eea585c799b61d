import { expect, test, vi } from 'vitest'
import type { StreamError } from '../../../src/errors.js'
import type { StreamEvent } from '../../../src/formats/types.js'
import { createEventStream } from '../../../src/stores/events/event-stream.js'
import { scriptedFetch } from '../../connection/scripted-fetch.js'
import { createTestClock } from '../../support/clock.js'
import { createHarness, opened } from './event-stream-harness.js'

test('a stream is idle until it is opened, and makes no request', async () => {
  const { stream, server, now } = createHarness()
  expect(await now()).toEqual({
    status: 'idle',
    data: undefined,
    lastEvent: undefined,
    error: undefined,
    attempt: 0,
    retryAt: undefined,
    lastEventId: '',
  })
  expect(server.exchanges).toHaveLength(0)
  expect(stream.getSnapshot()).toBe(stream.getInitialSnapshot())
})

test('a URL may be an object, as in the hook', async () => {
  const server = scriptedFetch()
  const clock = createTestClock(server.fetch)
  const url = new URL('https://example.test/events?room=1')
  createEventStream(url, { parse: 'json' }, clock).open()
  await clock.advance(0)
  expect(server.last.url).toBe(url.href)
})

test('open() says connecting at once, and open when the response is there', async () => {
  const onOpen = vi.fn<(response: Response) => void>()
  const { stream, server, clock, now } = createHarness({ onOpen })
  stream.open()
  expect(stream.getSnapshot().status).toBe('connecting')
  await clock.advance(0)
  server.last.open({ 'content-type': 'text/event-stream', 'x-stream': '7' })
  expect((await now()).status).toBe('open')
  expect(onOpen).toHaveBeenCalledOnce()
  expect(onOpen.mock.calls[0]?.[0].headers.get('x-stream')).toBe('7')
})

test('a lost stream is reconnecting, with its error, its attempt and when it tries again', async () => {
  const onError = vi.fn<(error: StreamError) => void>()
  const { server, clock, now } = await opened({ onError })
  server.last.cut()
  const lost = await now()
  expect(lost).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: clock.now() + 1_000 })
  expect(lost.error?.code).toBe('network')
  expect(onError.mock.calls).toEqual([[lost.error]])

  await clock.advance(1_000)
  expect(await now()).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: undefined })
})

test('each failed attempt is reported, and the error clears when the stream opens again', async () => {
  const errors: StreamError[] = []
  const { server, clock, now } = await opened({ onError: (error) => errors.push(error) })
  server.last.cut()
  await clock.advance(1_000)
  server.last.answer(503, 'busy')
  expect((await now()).error).toMatchObject({ status: 503, body: 'busy' })
  await clock.advance(2_000)
  expect((await now()).error).toMatchObject({ status: 503 })
  server.last.open()
  expect(await now()).toMatchObject({ status: 'open', attempt: 0, error: undefined })
  expect(errors.map(({ code }) => code)).toEqual(['network', 'http'])
})

test('events are retried without end: from one second up to thirty', async () => {
  const { server, clock, stream, now } = createHarness({ retry: { jitter: 0 } })
  stream.open()
  for (let failed = 1; failed <= 50; failed += 1) {
    await clock.advance(0)
    server.last.cut()
    const { status, attempt, retryAt } = await now()
    expect(status).toBe('reconnecting')
    expect(attempt).toBe(failed)
    await clock.advance(retryAt! - clock.now())
  }
  server.last.cut()
  expect((await now()).retryAt).toBe(clock.now() + 30_000)
  stream.close()
  expect(clock.waiting).toBe(0)
})

test('a stream that connects for thirty seconds is tried again', async () => {
  const { clock, stream, now } = createHarness()
  stream.open()
  await clock.advance(30_000)
  expect(await now()).toMatchObject({ status: 'reconnecting', error: { code: 'timeout' } })
})

test('a failure is final and published at once, and is no onClose', async () => {
  const onClose = vi.fn<() => void>()
  const { server, clock, stream } = createHarness({ onClose })
  stream.open()
  await clock.advance(0)
  server.last.answer(404, 'no such stream')
  await clock.advance(0)
  expect(stream.getSnapshot()).toMatchObject({ status: 'failed', error: { status: 404 } })
  expect(onClose).not.toHaveBeenCalled()
  expect(clock.waiting).toBe(0)
})

test('204 is closed, without the error of the attempt before', async () => {
  const onClose = vi.fn<() => void>()
  const { server, clock, stream } = await opened({ onClose })
  server.last.end()
  await clock.advance(1_000)
  server.last.answer(204)
  await clock.advance(0)
  expect(stream.getSnapshot()).toMatchObject({ status: 'closed', error: undefined, attempt: 0 })
  expect(onClose).toHaveBeenCalledOnce()
})

test('an SSE response that simply ends is reconnected to', async () => {
  const { server, clock, send, now } = await opened()
  await send('id: 3\ndata: a\n\n')
  server.last.end()
  const error = {
    code: 'incomplete',
    url: 'https://example.test/events',
    hint: expect.stringContaining('closeOn') as string,
  }
  expect(await now()).toMatchObject({ status: 'reconnecting', error })
  await clock.advance(1_000)
  expect(server.last.headers.get('last-event-id')).toBe('3')
})

test.each(['application/x-ndjson', 'application/json-seq', 'text/plain'])(
  'a clean end of %s closes: nothing could be resumed',
  async (type) => {
    const onClose = vi.fn<() => void>()
    const { server, clock, stream, now } = await opened({ onClose }, type)
    server.last.end()
    expect(await now()).toMatchObject({ status: 'closed', error: undefined })
    expect(onClose).toHaveBeenCalledOnce()
    expect(clock.waiting).toBe(0)
    expect(stream.getSnapshot().retryAt).toBe(undefined)
  },
)

test('the error of a value stays where its stream ends well', async () => {
  const { server, send, now } = await opened({ parse: 'json' }, 'application/x-ndjson')
  await send('{"half\n')
  server.last.end()
  expect(await now()).toMatchObject({ status: 'closed', error: { code: 'parse' } })
})

test('a page that is left takes its stream along, and goes on by id when it comes back', async () => {
  const { server, clock, send, now } = await opened()
  await send('id: 3\ndata: a\n\n')
  clock.page('pagehide')
  expect(server.last.init.signal?.aborted).toBe(true)
  expect(await now()).toMatchObject({ status: 'open', error: undefined })
  clock.page('pageshow')
  await clock.advance(0)
  expect(server.last.headers.get('last-event-id')).toBe('3')
})

test('in the other formats too, a cut is reconnected to', async () => {
  const { server, now } = await opened({}, 'application/x-ndjson')
  server.last.cut()
  expect((await now()).status).toBe('reconnecting')
})

test('with retry: false a clean end is closed and a cut failed', async () => {
  const ended = await opened({ retry: false })
  ended.server.last.end()
  expect(await ended.now()).toMatchObject({ status: 'closed', error: undefined })
  const cut = await opened({ retry: false })
  cut.server.last.cut()
  expect(await cut.now()).toMatchObject({ status: 'failed', error: { code: 'network' } })
})

test('a POST that ends cleanly, and could not be resumed, is closed', async () => {
  const { server, now } = await opened({ body: { question: 'why?' } })
  server.last.end()
  expect(await now()).toMatchObject({ status: 'closed', error: undefined })
})

test('a POST that ends cleanly after an id is resumed', async () => {
  const { server, send, now } = await opened({ body: { question: 'why?' } })
  await send('id: 1\ndata: a\n\n')
  server.last.end()
  expect((await now()).status).toBe('reconnecting')
})

test('what ends cleanly is closed where its body was a stream, which is gone, after an id too', async () => {
  const { server, send, now } = await opened({ body: new Blob(['once']).stream() })
  await send('id: 1\ndata: a\n\n')
  server.last.end()
  expect(await now()).toMatchObject({ status: 'closed', data: 'a', error: undefined })
})

test('an initial lastEventId is sent and shown', async () => {
  const { stream, server, clock } = createHarness({ lastEventId: '41' })
  expect(stream.getSnapshot().lastEventId).toBe('41')
  stream.open()
  await clock.advance(0)
  expect(server.last.headers.get('last-event-id')).toBe('41')
})

test('handlers may change without a reconnection, and the newest are called', async () => {
  const old = vi.fn<(event: StreamEvent, value: unknown) => void>()
  const { stream, server, send } = await opened({ onEvent: old })
  const onEvent = vi.fn<(event: StreamEvent, value: unknown) => void>()
  stream.configure({ onEvent })
  await send('data: a\n\n')
  expect(old).not.toHaveBeenCalled()
  expect(onEvent).toHaveBeenCalledOnce()
  expect(server.exchanges).toHaveLength(1)
})
