/** The example of a store over a database of one's own, with that database. */
import { Client, Pool } from 'pg'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { postgresStore, schema } from '../../examples/postgres-store/postgres-store.js'
import { readEvents } from '../../src/formats/index.js'
import { createStreams, type DurableStream } from '../../src/server/index.js'
import { testStore } from '../server/store/store-contract.js'
import { eventsOf } from '../server/support.js'
import { hasPostgres, startPostgres } from './postgres.js'

describe.skipIf(!hasPostgres)('postgresStore', () => {
  let url: string
  const closings: (() => Promise<unknown>)[] = []

  /** A store of one more process. */
  function open(options?: { maxAge: number }) {
    const pool = new Pool({ connectionString: url })
    pool.on('error', () => {})
    const store = postgresStore(pool, options)
    closings.push(() => store.close().then(() => pool.end()))
    return { store, pool }
  }

  beforeAll(async () => {
    const server = await startPostgres()
    url = server.url
    await open().pool.query(schema)
    return () => server.close()
  })
  beforeEach(async () => {
    await open().pool.query('TRUNCATE brooklet_streams, brooklet_events')
  })
  afterEach(async () => {
    for (const close of closings.splice(0)) await close()
  })

  const request = (lastEventId = '') =>
    new Request('http://localhost', { headers: { 'last-event-id': lastEventId } })

  describe('the contract of a store', () => {
    testStore(() => open().store)
  })

  test('what runs in one process is read, resumed and canceled in another', async () => {
    const [a, b] = [open(), open()].map(({ store }) => createStreams({ store }))
    let stream!: DurableStream
    await a!.start('x', (given) => {
      stream = given
      return new Promise(() => {})
    })
    expect(await b!.start('x', () => {})).toBe(false)
    const events = readEvents(await b!.response(request(), 'x'))
    await stream.send({ data: '1' })
    const { value } = await events.next()
    expect(value).toMatchObject({ data: '1' })
    await stream.send({ event: 'tick', data: 'NUL \0 and half \uD83D' })
    expect((await events.next()).value).toMatchObject({ type: 'tick' })
    const resumed = readEvents(await a!.response(request(value!.lastEventId), 'x'))
    expect((await resumed.next()).value).toMatchObject({ type: 'tick' })
    expect(await b!.cancel('x')).toBe(true)
    await expect.poll(() => stream.signal.aborted).toBe(true)
    expect((await events.next()).value).toMatchObject({ type: 'error' })
  })

  test('a producer that is not heard of any more is noticed', async () => {
    const { store } = open()
    await store.create({ id: 'x', run: 'dead' }, 200)
    await store.append('x', 'dead', 0, [{ data: '1' }])
    const streams = createStreams({ store, lease: 200 })
    const events = await eventsOf(await streams.response(request(), 'x'))
    expect(events.map(({ type }) => type)).toEqual(['message', 'error'])
    expect(await store.create({ id: 'x', run: 'next' }, 200)).toBe(true)
  })

  test('a producer that was missed renews its lease', async () => {
    const { store, pool } = open()
    await store.create({ id: 'x', run: 'r' }, 60_000)
    await pool.query(`UPDATE brooklet_streams SET lease_end = now() - interval '2 min'`)
    expect(await store.info('x')).toMatchObject({ isLeased: true })
    expect(await store.create({ id: 'x', run: 'other' }, 60_000)).toBe(false)
    await pool.query(`UPDATE brooklet_streams SET missed_at = now() - interval '31 s'`)
    expect(await store.info('x')).toMatchObject({ isLeased: false })
    expect(await store.renew('x', 'r', 60_000)).toBe(true)
    expect(await store.info('x')).toMatchObject({ isLeased: true })
  })

  test('what was missed while nobody listened is asked for again', async () => {
    const { store } = open()
    const { pool: other } = open()
    const listener = vi.fn<(change: string) => void>()
    await store.watch('a', listener)
    await other.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN brooklet'`,
    )
    await expect.poll(() => listener.mock.calls).toEqual([['end']])
    await store.create({ id: 'a', run: 'r' }, 60_000)
    await store.append('a', 'r', 0, [{ data: '1' }])
    await expect.poll(() => listener.mock.calls.at(-1)).toEqual(['append'])
  })

  test('a connection that is not allowed to listen goes back to the pool', async () => {
    const { store, pool } = open()
    const refusal = new Error('cannot execute LISTEN during recovery')
    const refuse = (() => Promise.reject(refusal)) as never
    vi.spyOn(Client.prototype, 'query').mockImplementationOnce(refuse)
    await expect(store.watch('a', () => {})).rejects.toBe(refusal)
    expect(pool.totalCount).toBe(0)
    const listener = vi.fn<(change: string) => void>()
    await store.watch('a', listener)
    await store.create({ id: 'a', run: 'r' }, 60_000)
    await store.end('a', 'r', 'done')
    await expect.poll(() => listener.mock.calls).toEqual([['end']])
  })

  test('limits without an end', async () => {
    const { store } = open({ maxAge: Infinity })
    const streams = createStreams({ store, lease: Infinity })
    await streams.start('a', ({ send }) => send({ data: '1' }))
    const events = await eventsOf(await streams.response(request(), 'a'))
    expect(events).toMatchObject([{ data: '1' }])
  })

  test('what has ended is forgotten after a while', async () => {
    const { store } = open({ maxAge: 0 })
    await store.create({ id: 'a', run: 'r' }, 60_000)
    await store.end('a', 'r', 'done', { data: '1' })
    await store.create({ id: 'b', run: 'r' }, 60_000)
    expect((await store.list('')).map(({ id }) => id)).toEqual(['b'])
  })
})
