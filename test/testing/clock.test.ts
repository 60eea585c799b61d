import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createEventStream } from 'brooklet/core'
import { createStreamServer, installTestClock, type TestClock } from 'brooklet/testing'
import type { SubscriptionOptions } from '../../src/connection/types.js'
import type { EventStreamHandlers } from '../../src/stores/events/event-stream-types.js'
import { createVirtualTime } from '../../src/testing/virtual-time.js'

describe('virtual time', () => {
  test('runs what falls due in its order, at its time, with a settle before each', async () => {
    const log: string[] = []
    const time = createVirtualTime(100, async () => void log.push(`settle ${time.now()}`))
    const note = (name: string) => () => void log.push(`${name} ${time.now()}`)
    time.delay(note('c'), 30)
    time.delay(() => {
      note('a')()
      time.delay(note('b'), 5)
    }, 10)
    time.delay(note('never'), 10)()
    time.delay(note('late'), 31)
    expect(time.waiting).toBe(3)
    await time.advance(30)
    expect(log).toEqual([
      'settle 100',
      'a 110',
      'settle 110',
      'b 115',
      'settle 115',
      'c 130',
      'settle 130',
    ])
    expect([time.now(), time.waiting]).toEqual([130, 1])
  })

  test('keeps the order of what is due together, and runs what is due without moving', () => {
    const log: string[] = []
    const time = createVirtualTime(0, async () => {})
    time.delay(() => void log.push('a'), 0)
    time.delay(() => void time.delay(() => void log.push('c'), 0), 0)
    time.delay(() => void log.push('b'), 0)
    time.delay(() => void log.push('late'), 1)
    time.runDue()
    expect(log).toEqual(['a', 'b', 'c'])
    expect(time.now()).toBe(0)
  })
})

describe('the test clock', () => {
  let clock: TestClock
  beforeEach(() => {
    clock = installTestClock()
  })
  afterEach(() => clock.restore())

  function connect(options: SubscriptionOptions & EventStreamHandlers<string> = {}) {
    const server = createStreamServer()
    const stream = createEventStream('/events', { fetch: server.fetch, ...options })
    stream.open()
    return { server, stream }
  }

  test('begins at the real time, and goes only where it is told', async () => {
    const start = clock.now()
    expect(Math.abs(start - Date.now())).toBeLessThan(60_000)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(clock.now()).toBe(start)
    await clock.advance(86_400_000)
    expect(clock.now()).toBe(start + 86_400_000)
  })

  test('publishes what was sent within a frame', async () => {
    const { server, stream } = connect()
    const exchange = await server.next()
    for (const data of ['a', 'b', 'c']) exchange.send(data)
    await clock.advance(15)
    expect(stream.getSnapshot()).toMatchObject({ data: undefined })
    await clock.advance(16)
    expect(stream.getSnapshot()).toMatchObject({ status: 'open', data: 'c' })
    stream.close()
  })

  test('reads a reply of any number of chunks before it goes on', async () => {
    const seen: string[] = []
    const { server, stream } = connect({ onEvent: ({ data }) => void seen.push(data) })
    const exchange = await server.next()
    const text = Array.from({ length: 500 }, (_, index) => `data: ${index}\n\n`).join('')
    exchange.write(text, [...text].map((_, at) => at).slice(1))
    await clock.advance(0)
    expect(seen).toHaveLength(500)
    stream.close()
  })

  test('retries as soon as may be, by the last id', async () => {
    const { server, stream } = connect()
    const first = await server.next()
    first.send('a', { id: '7' })
    first.cut()
    const retryAt = clock.now() + 1_000
    await clock.advance(999)
    expect(stream.getSnapshot()).toMatchObject({ status: 'reconnecting', retryAt })
    expect(server.exchanges).toHaveLength(1)
    await clock.advance(1)
    expect(server.exchanges).toHaveLength(2)
    expect(server.exchanges[1]?.request.lastEventId).toBe('7')
    stream.close()
  })

  test('finds a stalled reply by its watchdog', async () => {
    const { server, stream } = connect({ idleTimeout: 45_000, retry: false })
    const exchange = await server.next()
    exchange.send('a')
    await clock.advance(45_000)
    expect(stream.getSnapshot()).toMatchObject({ status: 'failed', error: { code: 'timeout' } })
    expect([exchange.state, server.active]).toEqual(['left', 0])
  })

  test('drips and pauses in its time', async () => {
    const { server, stream } = connect()
    const exchange = await server.next()
    let dripped = false
    void exchange.drip('data: a\n\n', 1_000).then(() => (dripped = true))
    await clock.advance(7_999)
    expect([dripped, stream.getSnapshot().data]).toEqual([false, undefined])
    await clock.advance(17)
    expect([dripped, stream.getSnapshot().data]).toEqual([true, 'a'])
    let paused = true
    void exchange.pause(60_000).then(() => (paused = false))
    await clock.advance(60_000)
    expect(paused).toBe(false)
    stream.close()
  })

  test('skips what falls due while a machine sleeps, until it wakes', async () => {
    const { server, stream } = connect({ idleTimeout: 45_000 })
    const exchange = await server.next()
    exchange.send('a')
    await clock.advance(16)
    clock.skip(3_600_000)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(exchange.state).toBe('open')
    await clock.advance(0)
    expect(exchange.state).toBe('left')
    stream.close()
  })

  test('has nothing waiting where nothing leaks', async () => {
    const { server, stream } = connect({ idleTimeout: 45_000 })
    const exchange = await server.next()
    exchange.send('a')
    await clock.advance(100)
    expect(clock.waiting).toBeGreaterThan(0)
    stream.close()
    await clock.advance(0)
    expect([clock.waiting, server.active]).toEqual([0, 0])
  })
})

test("a runner's fake timers stand in for the clock, too", async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const server = createStreamServer()
  const stream = createEventStream('/events', { fetch: server.fetch })
  stream.open()
  const first = await server.next()
  first.send('a', { id: '7' })
  first.cut()
  await vi.advanceTimersByTimeAsync(16)
  expect(stream.getSnapshot()).toMatchObject({ status: 'reconnecting', data: 'a' })
  await vi.advanceTimersByTimeAsync(2_000)
  const second = await server.next()
  expect(second.request.lastEventId).toBe('7')
  stream.close()
})

test('restored, the time is the real one again, and what was due has run', async () => {
  const clock = installTestClock()
  await clock.advance(3_600_000)
  const server = createStreamServer()
  let resumed = false
  const early = server.fetch('/a')
  const exchange = await server.next()
  void exchange.pause(0).then(() => (resumed = true))
  clock.restore()
  await Promise.resolve()
  expect(resumed).toBe(true)
  const start = performance.now()
  await exchange.pause(20)
  expect(performance.now() - start).toBeGreaterThan(15)
  exchange.end()
  expect((await early).status).toBe(200)
})
