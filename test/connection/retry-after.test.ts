import { expect, test } from 'vitest'
import type { RequestOptions } from '../../src/connection/types.js'
import { connected, type Harness } from './harness.js'

async function refused(
  headers: HeadersInit,
  status = 429,
  options: RequestOptions = {},
): Promise<Harness> {
  const harness = await connected(options)
  harness.server.last.answer(status, 'not now', headers)
  await harness.clock.advance(0)
  return harness
}

test.each([429, 503])('%i with Retry-After in seconds waits that long', async (status) => {
  const { delays, errors, server, clock } = await refused({ 'retry-after': '40' }, status)
  expect(delays).toEqual([40_000])
  expect(errors[0]).toMatchObject({ status, retryAfter: 40_000 })
  await clock.advance(39_999)
  expect(server.exchanges).toHaveLength(1)
  await clock.advance(1)
  expect(server.exchanges).toHaveLength(2)
})

test('Retry-After as a date counts from the server’s own clock', async () => {
  const headers = {
    date: 'Wed, 21 Oct 2015 07:28:00 GMT',
    'retry-after': 'Wed, 21 Oct 2015 07:28:45 GMT',
  }
  expect((await refused(headers)).delays).toEqual([45_000])
})

test('Retry-After as a date without the server’s clock counts from ours', async () => {
  const { delays } = await refused({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() })
  expect(delays[0]).toBeGreaterThan(50_000)
  expect(delays[0]).toBeLessThanOrEqual(60_000)
})

test.each(['', '0', '-5', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT', '1e3'])(
  'a Retry-After of "%s" leaves the usual delay',
  async (value) => {
    const { delays, errors } = await refused({ 'retry-after': value })
    expect(delays).toEqual([1_000])
    expect(errors[0]?.retryAfter).toBeUndefined()
  },
)

test('it is a floor: a longer backoff stays, and maxDelay does not shorten it', async () => {
  const patient = await refused({ 'retry-after': '1' }, 429, { retry: { minDelay: 5_000 } })
  expect(patient.delays).toEqual([5_000])
  const hasty = await refused({ 'retry-after': '2' }, 429, {
    retry: { maxDelay: 10, minDelay: 10 },
  })
  expect(hasty.delays).toEqual([2_000])
})

test('an endless stream waits an hour at most', async () => {
  expect((await refused({ 'retry-after': '99999999999' })).delays).toEqual([3_600_000])
})

test('who counts attempts is not made to wait for longer than a minute: it fails, and says how long', async () => {
  const minute = await refused({ 'retry-after': '60' }, 429, { retry: { attempts: 2 } })
  expect(minute.delays).toEqual([60_000])
  const { log, errors } = await refused({ 'retry-after': '61' }, 429, { retry: { attempts: 2 } })
  expect(log.at(-1)).toBe('failed 1: http')
  expect(errors[0]?.retryAfter).toBe(61_000)
})

test('open() does not wait for it', async () => {
  const { connection, server, clock } = await refused({ 'retry-after': '40' })
  connection.open()
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(2)
})

test('the network coming back is no reason to ask a server before its time', async () => {
  const { clock, server } = await refused({ 'retry-after': '40' })
  clock.page('online')
  expect(server.exchanges).toHaveLength(1)
})
