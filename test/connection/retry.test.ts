import { expect, test } from 'vitest'
import type { RequestOptions, RetryOptions } from '../../src/connection/types.js'
import { connected, type Harness } from './harness.js'

/** Lets so many attempts fail, each as soon as it is made. */
async function failing(times: number, retry: RetryOptions = {}, random?: () => number) {
  const harness = await connected({ retry: { jitter: 0, ...retry } }, { random })
  await fail(harness, times)
  harness.connection.close()
  return harness
}

async function fail({ server, clock, delays }: Harness, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    server.last.cut()
    await clock.advance(0)
    if (time < times - 1) await clock.advance(delays.at(-1)!)
  }
}

test('the delay doubles from minDelay up to maxDelay', async () => {
  const { delays } = await failing(7)
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  expect((await failing(4, { minDelay: 10, maxDelay: 50 })).delays).toEqual([10, 20, 40, 50])
})

test('each retry is announced with its number, its time and the error', async () => {
  const { log } = await failing(2)
  expect(log).toEqual([
    'connecting',
    'reconnecting 1 in 1000: network',
    'reconnecting 1',
    'reconnecting 2 in 2000: network',
  ])
})

test('with full jitter a delay is anything from minDelay to twice the backoff, up to maxDelay', async () => {
  const full = (random: number) => failing(7, { jitter: undefined }, () => random)
  expect((await full(0)).delays).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000])
  expect((await full(0.5)).delays).toEqual([1_500, 2_500, 4_500, 8_500, 15_500, 15_500, 15_500])
  expect((await full(1)).delays).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('with less jitter the delay stays nearer to the backoff', async () => {
  const some = (random: number) => failing(3, { jitter: 0.2 }, () => random)
  expect((await some(0)).delays).toEqual([1_000, 1_800, 3_400])
  expect((await some(1)).delays).toEqual([1_200, 2_400, 4_800])
  expect((await failing(2, { jitter: 0 }, () => 0.9)).delays).toEqual([1_000, 2_000])
})

test('a delay stays a number after more failures than a double can hold powers of two', async () => {
  const { delays } = await failing(1_030, { minDelay: 0 })
  expect(delays).toEqual(Array(1_030).fill(0))
})

test('after so many failed attempts it has failed', async () => {
  const { log, server, clock } = await failing(4, { attempts: 2 })
  expect(log.at(-1)).toBe('failed 3: network')
  expect(server.exchanges).toHaveLength(3)
  expect(clock.waiting).toBe(0)
})

test('with retry: false the first failure is the last', async () => {
  const { server, clock, log } = await connected({ retry: false })
  server.last.cut()
  await clock.advance(100_000)
  expect(log).toEqual(['connecting', 'failed 1: network'])
})

test("the server's retry: is the base of the backoff, and is kept over reconnections", async () => {
  const harness = await connected({ retry: { jitter: 0 } })
  const { server, clock, delays } = harness
  server.last.open()
  server.last.send('retry: 3000\n')
  await clock.advance(0)
  await fail(harness, 2)
  expect(delays).toEqual([3_000, 6_000])
})

test('minDelay is the floor under retry:, and maxDelay its ceiling', async () => {
  for (const [field, delay] of [
    ['0', 1_000],
    ['10', 1_000],
    ['99999999999999999999', 30_000],
    ['nonsense', 1_000],
  ] as const) {
    const { server, clock, delays } = await connected()
    server.last.open()
    server.last.send(`retry: ${field}\n`)
    await clock.advance(0)
    server.last.end()
    await clock.advance(0)
    expect(delays).toEqual([delay])
  }
})

test('a retry: beyond every number is waited for as long as a timer can, where nothing else bounds it', async () => {
  const { server, clock, delays } = await connected({ retry: { maxDelay: Infinity } })
  server.last.open()
  server.last.send(`retry: ${'9'.repeat(400)}\n`)
  await clock.advance(0)
  server.last.end()
  await clock.advance(0)
  expect(delays).toEqual([2 ** 31 - 1])
})

test('an event proves the connection: the next failure is the first again', async () => {
  const harness = await connected({ retry: { jitter: 0 } })
  const { server, clock, delays } = harness
  await fail(harness, 3)
  await clock.advance(4_000)
  server.last.open()
  server.last.send('data: a\n\n')
  await clock.advance(0)
  server.last.end()
  await clock.advance(0)
  expect(delays).toEqual([1_000, 2_000, 4_000, 1_000])
})

test('a server that opens and ends at once is backed off from', async () => {
  const { server, clock, delays } = await connected({ retry: { jitter: 0 } })
  for (let time = 0; time < 4; time += 1) {
    server.last.open()
    server.last.end()
    await clock.advance(0)
    await clock.advance(delays.at(-1)!)
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000])
})

test('a connection that stayed open for ten seconds has proved itself once, without an event', async () => {
  const harness = await connected({ retry: { jitter: 0 } })
  const { server, clock, delays } = harness
  await fail(harness, 3)
  await clock.advance(4_000)
  server.last.open()
  await clock.advance(10_000)
  server.last.cut()
  await clock.advance(1_000)
  server.last.cut()
  await clock.advance(0)
  expect(delays.slice(3)).toEqual([1_000, 2_000])
})

test('one loss makes one retry, whatever else the old attempt still does', async () => {
  const { server, clock, log } = await connected()
  const [first] = server.exchanges
  first!.open()
  await clock.advance(0)
  first!.cut()
  await clock.advance(1_000)
  first!.cut()
  await clock.advance(10_000)
  expect(server.exchanges).toHaveLength(2)
  expect(log.filter((line) => line.includes('in 1000'))).toHaveLength(1)
})

test('shouldRetry is asked with the error and the number of the retry, and false stops it', async () => {
  const asked: string[] = []
  const { log } = await failing(3, {
    shouldRetry(error, attempt) {
      asked.push(`${error.code} ${attempt}`)
      return attempt < 2
    },
  })
  expect(asked).toEqual(['network 1', 'network 2'])
  expect(log.at(-1)).toBe('failed 2: network')
})

test('shouldRetry is not asked about what is never tried again', async () => {
  let asked = 0
  const { server, clock, log } = await connected({
    retry: { shouldRetry: () => (asked += 1) > 0 },
  })
  server.last.answer(404)
  await clock.advance(0)
  expect(asked).toBe(0)
  expect(log.at(-1)).toBe('failed 1: http')
})

test('the newest options decide about a failure, and are used for the next attempt', async () => {
  const options: RequestOptions = { headers: { 'x-a': 'old' } }
  const { server, clock, log } = await connected(options)
  options.headers = { 'x-a': 'new' }
  server.last.cut()
  await clock.advance(1_000)
  expect(server.last.headers.get('x-a')).toBe('new')
  options.retry = false
  server.last.cut()
  await clock.advance(0)
  expect(log.at(-1)).toBe('failed 2: network')
})

test('close() in shouldRetry closes, whatever it answers', async () => {
  for (const answer of [true, false]) {
    const harness: Harness = await connected({
      retry: {
        shouldRetry() {
          harness.connection.close()
          return answer
        },
      },
    })
    harness.server.last.cut()
    await harness.clock.advance(100_000)
    expect(harness.log).toEqual(['connecting'])
    expect(harness.server.exchanges).toHaveLength(1)
    expect(harness.clock.waiting).toBe(0)
  }
})

test('close() and open() in shouldRetry begin anew, whatever it answers', async () => {
  for (const answer of [true, false]) {
    const harness: Harness = await connected({
      retry: {
        shouldRetry() {
          harness.connection.close()
          harness.connection.open()
          return answer
        },
      },
    })
    harness.server.last.cut()
    await harness.clock.advance(0)
    expect(harness.log).toEqual(['connecting', 'connecting'])
    expect(harness.server.exchanges).toHaveLength(2)
    expect(harness.server.last.init.signal?.aborted).toBe(false)
  }
})
