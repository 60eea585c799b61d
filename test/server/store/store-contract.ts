import { describe, expect, test, vi } from 'vitest'
import type { StreamStore } from '../../../src/server/index.js'

const lease = 60_000

/** What every store must do. `makeStore` resolves to one that is empty. */
export function testStore(makeStore: () => StreamStore | Promise<StreamStore>): void {
  async function started() {
    const store = await makeStore()
    expect(await store.create({ id: 'a', run: 'r1' }, lease)).toBe(true)
    expect(await store.info('a')).toMatchObject({ status: 'running', first: 1, last: 0 })
    return store
  }
  const event = (data: string) => ({ data })

  test('knows nothing of an unknown stream', async () => {
    const store = await makeStore()
    expect(await store.info('a')).toBe(undefined)
    expect(await store.read('a', 0)).toBe(undefined)
    expect(await store.append('a', 'r1', 0, [event('1')])).toBe(false)
    expect(await store.end('a', 'r1', 'done')).toBe(false)
    expect(await store.renew('a', 'r1', lease)).toBe(false)
    expect(await store.list('')).toEqual([])
  })

  test('keeps what is appended, from any offset', async () => {
    const store = await started()
    expect(await store.append('a', 'r1', 0, [event('1'), { event: 'tick', data: '漢\n2' }])).toBe(
      true,
    )
    expect(await store.append('a', 'r1', 2, [event('3')])).toBe(true)
    const all = [event('1'), { event: 'tick', data: '漢\n2' }, event('3')]
    const offsets = [0, 1, 2, 3]
    const slices = await Promise.all(offsets.map((after) => store.read('a', after)))
    expect(slices).toMatchObject(
      offsets.map((after) => ({ from: after + 1, events: all.slice(after) })),
    )
    expect(await store.info('a')).toMatchObject({ run: 'r1', status: 'running', first: 1, last: 3 })
  })

  test('renews the lease of what runs', async () => {
    const store = await started()
    expect(await store.renew('a', 'r1', lease)).toBe(true)
    expect(await store.renew('a', 'r2', lease)).toBe(false)
  })

  test('appends nothing twice', async () => {
    const store = await started()
    await store.append('a', 'r1', 0, [event('1')])
    expect(await store.append('a', 'r1', 0, [event('1')])).toBe(true)
    expect(await store.append('a', 'r1', 0, [event('1'), event('2')])).toBe(true)
    expect(await store.append('a', 'r1', 0, [event('1')])).toBe(true)
    expect(await store.read('a', 0)).toMatchObject({
      info: { last: 2 },
      events: [event('1'), event('2')],
    })
  })

  test('ends once, with a last event', async () => {
    const store = await started()
    await store.append('a', 'r1', 0, [event('1')])
    expect(await store.end('a', 'r1', 'canceled', event('end'))).toBe(true)
    expect(await store.end('a', 'r1', 'done', event('late'))).toBe(false)
    expect(await store.append('a', 'r1', 1, [event('late')])).toBe(false)
    expect(await store.renew('a', 'r1', lease)).toBe(false)
    const slice = await store.read('a', 0)
    expect(slice?.events).toEqual([event('1'), event('end')])
    expect(slice?.info).toMatchObject({ status: 'canceled', last: 2 })
  })

  test('starts what runs or is done only once, and what failed again', async () => {
    const store = await started()
    expect(await store.create({ id: 'a', run: 'r2' }, lease)).toBe(false)
    await store.end('a', 'r1', 'done')
    expect(await store.create({ id: 'a', run: 'r2' }, lease)).toBe(false)

    await store.create({ id: 'b', run: 'r1' }, lease)
    await store.append('b', 'r1', 0, [event('old')])
    await store.end('b', 'r1', 'error')
    expect(await store.create({ id: 'b', run: 'r2' }, lease)).toBe(true)
    expect(await store.append('b', 'r1', 1, [event('late')])).toBe(false)
    expect(await store.end('b', 'r1', 'done')).toBe(false)
    expect(await store.read('b', 0)).toMatchObject({ info: { run: 'r2', last: 0 }, events: [] })
    await store.append('b', 'r2', 0, [event('new')])
    expect((await store.read('b', 0))?.events).toEqual([event('new')])
  })

  test('lists by prefix, in the order of the starts, with what it was given to remember', async () => {
    const store = await makeStore()
    for (const id of ['alice:2', 'bob:1', 'alice:*', 'alice:1']) {
      await store.create({ id, run: 'r', meta: { prompt: `漢 ${id}` } }, lease)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await store.end('alice:2', 'r', 'done')
    const infos = await store.list('alice:')
    expect(infos.map(({ id }) => id)).toEqual(['alice:2', 'alice:*', 'alice:1'])
    expect(infos[0]).toMatchObject({ status: 'done', meta: { prompt: '漢 alice:2' } })
    expect(infos[0]!.startedAt).toBeGreaterThan(Date.now() - 60_000)
    expect(await store.list('alice:*')).toHaveLength(1)
    expect(await store.list('')).toHaveLength(4)
  })

  describe('watching', () => {
    test('tells each change of one stream, until it is called off', async () => {
      const store = await started()
      const listener = vi.fn<(change: string) => void>()
      const other = vi.fn<(change: string) => void>()
      const unwatch = await store.watch('a', listener)
      const unwatchOther = await store.watch('b', other)
      await store.append('a', 'r1', 0, [event('1')])
      await expect.poll(() => listener.mock.calls).toEqual([['append']])
      await store.end('a', 'r1', 'done')
      await expect.poll(() => listener.mock.calls).toEqual([['append'], ['end']])
      unwatch()
      await store.create({ id: 'c', run: 'r1' }, lease)
      await store.append('c', 'r1', 0, [event('1')])
      expect(listener).toHaveBeenCalledTimes(2)
      expect(other).not.toHaveBeenCalled()
      unwatchOther()
    })

    test('takes no harm where one is called off twice', async () => {
      const store = await started()
      const unwatch = await store.watch('a', () => {})
      unwatch()
      const listener = vi.fn<() => void>()
      const unwatchOther = await store.watch('a', listener)
      unwatch()
      await store.append('a', 'r1', 0, [event('1')])
      await expect.poll(() => listener.mock.calls.length).toBe(1)
      unwatchOther()
    })

    test('has many watchers of one stream', async () => {
      const store = await started()
      const listeners = [1, 2, 3].map(() => vi.fn<() => void>())
      const calls = await Promise.all(listeners.map((listener) => store.watch('a', listener)))
      calls[0]!()
      await store.append('a', 'r1', 0, [event('1')])
      await expect.poll(() => listeners.map(({ mock }) => mock.calls.length)).toEqual([0, 1, 1])
      for (const unwatch of calls) unwatch()
    })
  })
}
