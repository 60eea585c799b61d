import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { readEvents, type StreamEvent } from '../../../src/formats/index.js'
import { createStreams, redisStore } from '../../../src/server/index.js'
import type { DurableStream, RedisStoreOptions, StreamsOptions } from '../../../src/server/index.js'
import { clients, hasRedis, startRedis, type RedisServer } from './redis.js'
import { testStore } from './store-contract.js'
import { eventsOf } from '../support.js'

let server: RedisServer

describe.skipIf(!hasRedis).each(Object.entries(clients))('with a client of %s', (_, connect) => {
  beforeAll(async () => {
    server = await startRedis()
    return () => server.close()
  })

  /** A store of one more process. */
  async function open(options?: RedisStoreOptions) {
    const opened = await connect(server.url)
    const store = redisStore(opened.client, options)
    onTestFinished(() => {
      store.close()
      opened.close()
    })
    return { ...opened, store }
  }

  async function emptyStore(options?: RedisStoreOptions) {
    const opened = await open(options)
    await opened.flush()
    return opened
  }

  /** Two processes that share one Redis. */
  async function twoInstances(options: StreamsOptions = {}) {
    const { store: one, keys, command } = await emptyStore({ maxAge: 60_000 })
    const { store: other } = await open({ maxAge: 60_000 })
    const rest = { onError: () => {}, ...options }
    return {
      a: createStreams({ store: one, ...rest }),
      b: createStreams({ store: other, ...rest }),
      keys,
      command,
    }
  }

  const request = (lastEventId = '') =>
    new Request('http://localhost', { headers: { 'last-event-id': lastEventId } })

  describe('the contract of a store', () => {
    testStore(async () => (await emptyStore()).store)
  })

  test('the oldest events go, and the reader is told', async () => {
    const { store } = await emptyStore({ maxEvents: 3 })
    const streams = createStreams({ store })
    await streams.start('a', async ({ send }) => {
      for (const data of ['1', '2', '3', '4', '5']) await send({ data })
    })
    await expect.poll(async () => (await streams.status('a'))?.status).toBe('done')
    const [gap, ...events] = await eventsOf(await streams.response(request(), 'a'))
    expect(JSON.parse(gap!.data)).toEqual({ type: 'gap', reason: 'expired', missed: 2 })
    expect(events.map(({ data }) => data)).toEqual(['3', '4', '5'])
  })

  test('the event of the end is one of those that are kept', async () => {
    const { store } = await emptyStore({ maxEvents: 1 })
    await store.create({ id: 'a', run: 'r' }, 60_000)
    await store.append('a', 'r', 0, [{ data: '1' }])
    await store.end('a', 'r', 'error', { data: '2' })
    expect(await store.read('a', 0)).toMatchObject({ from: 2, events: [{ data: '2' }] })
  })

  test('limits without an end, and in fractions', async () => {
    for (const limit of [Infinity, 50_000.5]) {
      const { store } = await emptyStore({ maxEvents: limit, maxAge: limit })
      const streams = createStreams({ store, lease: limit })
      await streams.start('a', ({ send }) => send({ data: '1' }))
      const events = await eventsOf(await streams.response(request(), 'a'))
      expect(events).toMatchObject([{ data: '1' }])
    }
    for (const name of ['maxEvents', 'maxAge']) {
      expect(() => redisStore({} as never, { [name]: Number.NaN })).toThrow(
        `Expected ${name} to be 0 or more, got NaN`,
      )
    }
  })

  test('more events than one answer holds', async () => {
    const { store } = await emptyStore()
    const streams = createStreams({ store })
    await streams.start('a', ({ send }) => {
      for (let n = 0; n < 3_000; n++) void send({ data: `${n}` })
    })
    const events = await eventsOf(await streams.response(request(), 'a'))
    expect(events.map(({ data }) => data)).toEqual(Array.from({ length: 3_000 }, (__, n) => `${n}`))
    expect((await store.read('a', 0))?.events).toHaveLength(500)
  })

  test('what runs on one instance is read, resumed and canceled on another', async () => {
    // So long that no renewal of the lease can be what tells of the cancel.
    const { a, b } = await twoInstances({ lease: 600_000 })
    let stream!: DurableStream
    await a.start('x', (given) => {
      stream = given
      return new Promise(() => {})
    })
    expect(await b.start('x', () => {})).toBe(false)
    const events = readEvents(await b.response(request(), 'x'))
    await stream.send({ data: '1' })
    const { value } = await events.next()
    await stream.send({ event: 'tick', data: { n: 2 } })
    expect((await events.next()).value).toMatchObject({ type: 'tick', data: '{"n":2}' })
    const resumed = readEvents(await a.response(request((value as StreamEvent).lastEventId), 'x'))
    expect((await resumed.next()).value).toMatchObject({ data: '{"n":2}' })

    expect(await b.cancel('x')).toBe(true)
    await expect.poll(() => stream.signal.aborted).toBe(true)
    for (const reader of [events, resumed]) {
      expect((await reader.next()).value).toMatchObject({ type: 'error' })
      expect(await reader.next()).toMatchObject({ done: true })
    }
  })

  test('a producer that is not heard of any more is noticed, with one error for all', async () => {
    const { store, flush } = await emptyStore()
    await flush()
    await store.create({ id: 'x', run: 'dead' }, 300)
    await store.append('x', 'dead', 0, [{ data: '1' }])
    const { store: other } = await open()
    const read = async (reader: typeof store) => {
      const streams = createStreams({ store: reader, lease: 300 })
      return eventsOf(await streams.response(request(), 'x'))
    }
    const [one, two] = await Promise.all([read(store), read(other)])
    expect(one).toEqual(two)
    expect(one.map(({ type }) => type)).toEqual(['message', 'error'])
    expect(JSON.parse(one[1]!.data)).toMatchObject({ code: 'lost' })
    expect(await store.append('x', 'dead', 1, [{ data: 'late' }])).toBe(false)
  })

  test('a stream is listened for while somebody watches it', async () => {
    const { command, store } = await emptyStore()
    const channels = () => command('PUBSUB', 'CHANNELS', '*:watched')
    const one = await store.watch('watched', () => {})
    const two = await store.watch('watched', () => {})
    one()
    expect(await channels()).toEqual(['brooklet:changes:watched'])
    two()
    await expect.poll(channels).toEqual([])
  })

  test('what was missed while the second connection was lost is asked for when it is back', async () => {
    const { store, command } = await emptyStore()
    const listener = vi.fn<(change: string) => void>()
    await store.watch('a', listener)
    await command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await expect.poll(() => listener.mock.calls).toEqual([['end']])
  })

  test('after an outage, each producer has half a lease to renew its own', async () => {
    const { store, command } = await emptyStore()
    const set = (field: string, time: number) =>
      command('HSET', 'brooklet:info:{a}', field, `${time}`)
    const isLeased = async () => (await store.info('a'))?.isLeased
    const replace = () => store.create({ id: 'a', run: 'other' }, 60_000)
    await store.create({ id: 'a', run: 'r' }, 60_000)
    expect(await isLeased()).toBe(true)
    expect(await command('HEXISTS', 'brooklet:info:{a}', 'missedAt')).toBe(0)
    await set('leaseEnd', 0)
    expect([await isLeased(), await replace()]).toEqual([true, false])
    await set('missedAt', Date.now() - 31_000)
    expect(await isLeased()).toBe(false)
    await store.renew('a', 'r', 60_000)
    await set('leaseEnd', 0)
    expect([await isLeased(), await replace()]).toEqual([true, false])
    await set('missedAt', Date.now() - 31_000)
    expect([await replace(), await isLeased()]).toEqual([true, true])
  })

  test('a start that its client has sent twice is one', async () => {
    const { store } = await emptyStore()
    expect(await store.create({ id: 'a', run: 'r' }, 60_000)).toBe(true)
    await store.append('a', 'r', 0, [{ data: '1' }])
    expect(await store.create({ id: 'a', run: 'r' }, 60_000)).toBe(true)
    expect(await store.info('a')).toMatchObject({ last: 1 })
  })

  test('nothing is appended after what a failover has lost', async () => {
    const { store } = await emptyStore()
    await store.create({ id: 'a', run: 'r' }, 60_000)
    expect(await store.append('a', 'r', 1, [{ data: '2' }])).toBe(false)
  })

  test('a stream that runs is kept until its producer is surely gone', async () => {
    const { store, command } = await emptyStore({ maxAge: 1 })
    await store.create({ id: 'a', run: 'r' }, 60_000)
    await store.append('a', 'r', 0, [{ data: '1' }])
    const keys = ['brooklet:info:{a}', 'brooklet:events:{a}']
    for (const key of keys) {
      expect(await command('PTTL', key)).toBeGreaterThan(120_000)
      await command('PEXPIRE', key, '10000')
    }
    await store.renew('a', 'r', 60_000)
    for (const key of keys) expect(await command('PTTL', key)).toBeGreaterThan(120_000)
  })

  test('more streams than one step of a scan finds are listed', async () => {
    const { store } = await emptyStore()
    const create = (n: number) => store.create({ id: `${n}`, run: 'r' }, 60_000)
    // Not all at once: each has to be answered within seconds.
    for (let made = 0; made < 2_500; made += 100) {
      await Promise.all(Array.from({ length: 100 }, (__, n) => create(made + n)))
    }
    expect(await store.list('')).toHaveLength(2_500)
  })

  test('a script is hashed and sent once', async () => {
    const { client, store } = await emptyStore()
    await store.info('a')
    const target = client as unknown as Record<string, () => void>
    const sent = vi.spyOn(target, 'call' in client ? 'call' : 'sendCommand')
    const hashed = vi.spyOn(crypto.subtle, 'digest')
    await store.info('a')
    expect(sent.mock.calls.map((given: unknown[]) => given.flat()[0])).toEqual(['EVALSHA'])
    expect(hashed).not.toHaveBeenCalled()
  })

  test('nothing is left after expiry', async () => {
    const { a, b, keys, command } = await twoInstances()
    await a.start('x', ({ send }) => send({ data: '1' }))
    await b.start('y', async ({ send }) => {
      await send({ data: '1' })
      throw new Error('no')
    })
    await eventsOf(await b.response(request(), 'x'))
    await expect.poll(keys).toHaveLength(4)
    const kept = await keys()
    const ages = () => Promise.all(kept.map(async (key) => Number(await command('PTTL', key))))
    await expect.poll(async () => Math.max(...(await ages()))).toBeLessThanOrEqual(60_000)
    expect(Math.min(...(await ages()))).toBeGreaterThan(0)
    for (const key of kept) await command('PEXPIRE', key, '1')
    await expect.poll(keys).toEqual([])
    expect((await b.response(request(), 'x')).status).toBe(404)
  })

  test('many readers that wait for the same event ask once', async () => {
    const { client, store } = await emptyStore()
    const streams = createStreams({ store })
    let stream!: DurableStream
    let finish!: () => void
    await streams.start('x', (given) => {
      stream = given
      return new Promise<void>((resolve) => (finish = resolve))
    })
    const reads = vi.fn<(name: string) => void>()
    const target = client as unknown as Record<string, (...given: never[]) => unknown>
    const name = 'call' in client ? 'call' : 'sendCommand'
    const original = target[name]!.bind(client)
    const readers = await Promise.all(
      Array.from({ length: 200 }, async () => readEvents(await streams.response(request(), 'x'))),
    )
    async function tellAll(data: string): Promise<void> {
      await stream.send({ data })
      const heard = await Promise.all(readers.map((events) => events.next()))
      for (const { value } of heard) expect(value).toMatchObject({ data })
    }
    await tellAll('first')
    target[name] = (...given) => {
      reads('')
      return original(...given)
    }
    for (let n = 0; n < 10; n++) await tellAll(`${n}`)
    const asked = reads.mock.calls.length
    finish()
    for (const events of readers) expect(await events.next()).toMatchObject({ done: true })
    // For each event the append, the read, and the read that finds nothing more: not 200 of each.
    expect(asked).toBeLessThan(60)
  })
})

describe.skipIf(!hasRedis).each(Object.entries(clients))('Redis lost: %s', (_, connect) => {
  test('mid-stream, reads and writes go on when it is back, and nothing is lost', async () => {
    const redis = await startRedis()
    const opened = await connect(redis.url)
    const store = redisStore(opened.client)
    onTestFinished(() => {
      store.close()
      opened.close()
      return redis.close()
    })
    const streams = createStreams({ store, onError: () => {} })
    const acknowledged: string[] = []
    let finish!: () => void
    const wait = new Promise<void>((resolve) => (finish = resolve))
    const over = new AbortController()
    await streams.start('x', async ({ send }) => {
      for (let n = 0; !over.signal.aborted; n++) {
        await send({ data: `${n}` })
        acknowledged.push(`${n}`)
      }
      finish()
    })
    const events = eventsOf(await streams.response(new Request('http://localhost'), 'x'))
    async function goesOn(): Promise<void> {
      const before = acknowledged.length
      await expect.poll(() => acknowledged.length).toBeGreaterThan(before)
    }
    for (let round = 0; round < 3; round++) {
      await goesOn()
      await redis.kill()
      await redis.start()
    }
    await goesOn()
    over.abort()
    await wait
    expect((await events).map(({ data }) => data)).toEqual(acknowledged)
  })
})
