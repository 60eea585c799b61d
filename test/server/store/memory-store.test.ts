import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryStore, type StreamStore } from '../../../src/server/index.js'
import { testStore } from './store-contract.js'

const lease = 60_000

describe('the contract of a store', () => {
  testStore(() => memoryStore())
})

describe('the lease of a producer that is silent', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const isLeased = async (store: StreamStore) => (await store.info('a'))?.isLeased

  test('is not over before its time, whoever asks', async () => {
    const store = memoryStore()
    await store.create({ id: 'a', run: 'r' }, lease)
    expect(await isLeased(store)).toBe(true)
    vi.advanceTimersByTime(lease - 1)
    expect(await isLeased(store)).toBe(true)
  })

  test('is over half a lease after it is missed, and then the stream can be started again', async () => {
    const store = memoryStore()
    await store.create({ id: 'a', run: 'r' }, lease)
    vi.advanceTimersByTime(10 * lease)
    expect(await isLeased(store)).toBe(true)
    vi.advanceTimersByTime(lease / 2 - 1)
    expect(await isLeased(store)).toBe(true)
    expect(await store.create({ id: 'a', run: 'r2' }, lease)).toBe(false)
    vi.advanceTimersByTime(1)
    expect(await isLeased(store)).toBe(false)
    expect(await store.create({ id: 'a', run: 'r2' }, lease)).toBe(true)
    vi.advanceTimersByTime(lease - 1)
    expect(await isLeased(store)).toBe(true)
  })

  test('is renewed as long as it was at first, though it was missed', async () => {
    const store = memoryStore()
    await store.create({ id: 'a', run: 'r' }, lease)
    for (let n = 0; n < 2; n++) {
      vi.advanceTimersByTime(lease)
      expect(await isLeased(store)).toBe(true)
      vi.advanceTimersByTime(lease / 2 - 1)
      expect(await store.renew('a', 'r', lease)).toBe(true)
    }
    vi.advanceTimersByTime(lease - 1)
    expect(await isLeased(store)).toBe(true)
  })
})

describe('bounds', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('the events of a stream: the oldest go', async () => {
    const store = memoryStore({ maxEvents: 3 })
    await store.create({ id: 'a', run: 'r' }, lease)
    await store.append(
      'a',
      'r',
      0,
      [1, 2, 3, 4, 5].map((n) => ({ data: `${n}` })),
    )
    const slice = await store.read('a', 1)
    expect(slice).toMatchObject({ from: 3, info: { first: 3, last: 5 } })
    expect(slice!.events.map(({ data }) => data)).toEqual(['3', '4', '5'])
    expect((await store.read('a', 4))!.events).toEqual([{ data: '5' }])
  })

  test('the bytes of all: streams that have ended go first, then the oldest events', async () => {
    const store = memoryStore({ maxBytes: 10_000 })
    const data = 'x'.repeat(1_000)
    for (const id of ['first', 'second']) {
      await store.create({ id, run: 'r' }, lease)
      await store.append(id, 'r', 0, [{ data }])
      await store.end(id, 'r', 'done')
    }
    await store.create({ id: 'live', run: 'r' }, lease)
    await store.append('live', 'r', 0, [{ data }, { data }, { data }])
    expect((await store.list('')).map(({ id }) => id)).toEqual(['second', 'live'])
    await store.append('live', 'r', 3, [{ data }, { data }])
    expect(await store.list('')).toMatchObject([{ id: 'live', first: 2, last: 5 }])
  })

  test('the bytes of many empty streams', async () => {
    const store = memoryStore({ maxBytes: 10_000 })
    for (let id = 0; id < 1_000; id++) {
      await store.create({ id: `${id}`, run: 'r' }, lease)
      await store.end(`${id}`, 'r', 'done')
    }
    expect((await store.list('')).length).toBeLessThanOrEqual(101)
  })

  test('the bytes of what streams are started with, and of their ids', async () => {
    const store = memoryStore({ maxBytes: 10_000 })
    for (const letter of ['a', 'b', 'c', 'd']) {
      const id = letter.repeat(1_000)
      await store.create({ id, run: 'r', meta: { prompt: 'x'.repeat(1_000) } }, lease)
      await store.end(id, 'r', 'done')
    }
    expect((await store.list('')).map(({ id }) => id[0])).toEqual(['c', 'd'])
  })

  test('the bytes of one stream that alone takes more: it is kept without events', async () => {
    const store = memoryStore({ maxBytes: 1_000 })
    await store.create({ id: 'a', run: 'r', meta: 'x'.repeat(1_000) }, lease)
    expect(await store.append('a', 'r', 0, [{ data: '1' }])).toBe(true)
    expect(await store.read('a', 0)).toMatchObject({ info: { first: 2, last: 1 }, events: [] })
  })

  test('the age of one that has failed, not of the one that was started in its place', async () => {
    const store = memoryStore({ maxAge: 1_000 })
    await store.create({ id: 'a', run: 'r' }, lease)
    await store.end('a', 'r', 'error')
    await store.create({ id: 'a', run: 'r2' }, lease)
    vi.advanceTimersByTime(1_000)
    expect(await store.info('a')).toMatchObject({ run: 'r2' })
  })

  test('the age of what has ended, not of what runs', async () => {
    const store = memoryStore({ maxAge: 1_000 })
    for (const id of ['ended', 'running']) await store.create({ id, run: 'r' }, lease)
    await store.end('ended', 'r', 'done')
    vi.advanceTimersByTime(999)
    expect(await store.info('ended')).toBeDefined()
    vi.advanceTimersByTime(1)
    expect(await store.list('')).toMatchObject([{ id: 'running' }])
    expect(await store.info('ended')).toBe(undefined)
    expect(await store.read('ended', 0)).toBe(undefined)
    expect(await store.create({ id: 'ended', run: 'r2' }, lease)).toBe(true)
    for (let n = 0; n < 10; n++) {
      vi.advanceTimersByTime(lease)
      expect(await store.renew('running', 'r', lease)).toBe(true)
      expect(await store.info('running')).toMatchObject({ status: 'running' })
    }
  })

  test('the age of what is lost with its producer, though nobody asks for it', async () => {
    const store = memoryStore({ maxAge: lease })
    for (const id of ['runs', 'lost', 'ended late']) await store.create({ id, run: 'r' }, lease)
    const ids = async () => (await store.list('')).map(({ id }) => id)
    vi.advanceTimersByTime(1.5 * lease + 1)
    await store.renew('runs', 'r', lease)
    await store.end('ended late', 'r', 'error')
    vi.advanceTimersByTime(lease / 2 - 1)
    expect(await ids()).toEqual(['runs', 'lost', 'ended late'])
    // It was missed just now: its producer may have slept, with the whole machine.
    vi.advanceTimersByTime(lease / 2 - 1)
    expect(await ids()).toEqual(['runs', 'lost', 'ended late'])
    vi.advanceTimersByTime(1)
    expect(await ids()).toEqual(['runs', 'ended late'])
  })
})
