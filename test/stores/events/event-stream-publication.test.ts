import { expect, onTestFinished, test, vi } from 'vitest'
import { createEventStream } from '../../../src/stores/events/event-stream.js'
import { createHarness, opened } from './event-stream-harness.js'

test('10,000 events in one chunk are one publication, with the next frame', async () => {
  const { send, published, clock, stream } = await opened<string, number>({
    initial: 0,
    reduce: (count) => count + 1,
  })
  published.length = 0
  await send('data: x\n\n'.repeat(10_000))
  expect(published).toHaveLength(0)
  clock.nextFrame()
  expect(published).toHaveLength(1)
  expect(stream.getSnapshot().data).toBe(10_000)
  clock.nextFrame()
  expect(published).toHaveLength(1)
})

test('the published snapshot changes only when subscribers are told', async () => {
  const { send, stream, clock } = await opened()
  const before = stream.getSnapshot()
  await send('data: a\n\n')
  expect(stream.getSnapshot()).toBe(before)
  let told: unknown
  stream.subscribe(() => (told = stream.getSnapshot()))
  clock.nextFrame()
  expect(told).toBe(stream.getSnapshot())
  expect(told).not.toBe(before)
  expect(stream.getSnapshot().data).toBe('a')
})

test("a user's own open() and close() are published at once, and once", async () => {
  const { stream, published, clock } = createHarness()
  stream.open()
  expect(published.map(({ status }) => status)).toEqual(['connecting'])
  stream.close()
  expect(published.map(({ status }) => status)).toEqual(['connecting', 'closed'])
  await clock.advance(0)
  clock.nextFrame()
  expect(published).toHaveLength(2)
})

test('a component that uses a stream opens it, and the last to leave releases it', async () => {
  const { stream, server, clock } = createHarness()
  const leaveFirst = stream.retain()
  const leaveSecond = stream.retain()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
  leaveFirst()
  leaveFirst()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('connecting')
  leaveSecond()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('idle')
  expect(server.last.init.signal?.aborted).toBe(true)
  expect(clock.waiting).toBe(0)
})

test('one that was opened by hand stays open after them, and tells its handlers', async () => {
  const heard: string[] = []
  const { stream, server, clock, send } = createHarness({
    onEvent: ({ data }) => heard.push(data),
  })
  stream.open()
  const leave = stream.retain()
  stream.open()
  await clock.advance(0)
  server.last.open()
  leave()
  await clock.advance(0)
  await send('data: a\n\n')
  expect(heard).toEqual(['a'])
  expect(server.last.init.signal?.aborted).toBe(false)
})

test('a released stream is used again by the last id, with its data', async () => {
  const { stream, server, clock } = createHarness()
  stream.retain()()
  const leave = stream.retain()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
  server.last.open()
  server.last.send('id: 2\ndata: a\n\n')
  await clock.advance(0)
  leave()
  await clock.advance(0)
  stream.retain()
  await clock.advance(0)
  expect(server.last.headers.get('last-event-id')).toBe('2')
  expect(stream.getSnapshot().data).toBe('a')
})

test('its owner is told of nothing once it has left, and of what it has missed when it is back', async () => {
  const heard: string[] = []
  const { stream, server, clock, send } = createHarness({
    onEvent: ({ data }) => heard.push(data),
  })
  const leave = stream.retain(true)
  await clock.advance(0)
  server.last.open()
  await send('data: a\n\n')
  leave()
  await send('data: b\n\n')
  expect(heard).toEqual(['a'])
  stream.retain(true)
  expect(heard).toEqual(['a', 'b'])
  await clock.advance(0)
  await send('data: c\n\n')
  expect(heard).toEqual(['a', 'b', 'c'])
})

test('not wanted, it is opened by hand alone, and hears what comes then', async () => {
  const heard: string[] = []
  const { stream, server, clock, send } = createHarness({
    onEvent: ({ data }) => heard.push(data),
  })
  stream.retain(true)()
  stream.retain(true, false)
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('idle')
  stream.open()
  await clock.advance(0)
  server.last.open()
  await send('data: a\n\n')
  expect(heard).toEqual(['a'])
})

test('closed by hand while it is not wanted, it connects once it is', async () => {
  const { stream, server, clock } = createHarness()
  const leave = stream.retain(true, false)
  stream.close()
  leave()
  stream.retain(true)
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
})

test('opened by hand while its owner is away, it connects when that is back', async () => {
  const { stream, server, clock } = createHarness()
  const leave = stream.retain(true)
  stream.close()
  leave()
  await clock.advance(0)
  stream.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(0)
  stream.retain(true)
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(1)
})

test('a stream that was released while it waited says nothing of a retry', async () => {
  const { stream, server, clock } = createHarness()
  const leave = stream.retain()
  await clock.advance(0)
  server.last.cut()
  await clock.advance(0)
  leave()
  await clock.advance(0)
  expect(stream.getSnapshot()).toMatchObject({ status: 'idle', retryAt: undefined, attempt: 0 })
  expect(clock.waiting).toBe(0)
})

test('a stream opened by hand stays open when the last component leaves', async () => {
  const { stream, clock, server } = createHarness()
  stream.open()
  stream.retain()()
  await clock.advance(0)
  expect(server.last.init.signal?.aborted).toBe(false)
  stream.close()
})

test('what its owner has opened by hand does not outlive it', async () => {
  const { stream, clock, server } = createHarness()
  stream.open()
  stream.retain(true)()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('idle')
  expect(server.exchanges.every(({ init }) => init.signal?.aborted)).toBe(true)
})

test('a stream that was closed by hand, and is opened by a component, is released with it', async () => {
  const { stream, clock } = createHarness()
  stream.open()
  stream.close()
  const leave = stream.retain()
  stream.open()
  leave()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('idle')
})

test('a stream that has ended stays so when the last component leaves', async () => {
  const { stream, clock } = createHarness()
  const leave = stream.retain()
  stream.close()
  leave()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('closed')
})

test('a stream that was closed, or has failed, is not opened by a component', async () => {
  const onClose = vi.fn<() => void>()
  const { stream, server, clock } = createHarness({ onClose })
  stream.close()
  expect(onClose).not.toHaveBeenCalled()
  stream.retain()
  await clock.advance(0)
  expect(stream.getSnapshot().status).toBe('closed')
  expect(server.exchanges).toHaveLength(0)
})

test('a subscriber that throws neither stops the stream nor skips the next', async () => {
  const errors: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => errors.push(error))
  onTestFinished(() => void vi.unstubAllGlobals())
  const { stream, clock, server } = createHarness()
  let told = 0
  stream.subscribe(() => {
    throw new Error('in a subscriber')
  })
  stream.subscribe(() => (told += 1))
  stream.open()
  await clock.advance(0)
  server.last.open()
  await clock.advance(0)
  clock.nextFrame()
  expect(told).toBe(2)
  expect(errors).toHaveLength(2)
  expect(stream.getSnapshot().status).toBe('open')
})

test('without an environment it works with the real one', async () => {
  const fetch = async () =>
    new Response('data: real\n\nevent: end\ndata\n\n', {
      headers: { 'content-type': 'text/event-stream' },
    })
  const stream = createEventStream('https://example.test/', {
    fetch,
    closeOn: 'end',
    initial: '',
    reduce: (state: string, { data }) => state + data,
  })
  stream.open()
  await expect.poll(() => stream.getSnapshot().status).toBe('closed')
  expect(stream.getSnapshot().data).toBe('real')
})
