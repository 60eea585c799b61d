import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createStreams, memoryStore, type StreamStore } from '../../src/server/index.js'
import { settle } from '../support/clock.js'
import { useOwnTimers } from '../support/own-timers.js'
import { ask, dataOf, numbers, read, running } from './streams-support.js'
import { eventsOf } from './support.js'

describe('time', () => {
  useOwnTimers()

  /** A store of which one producer's process has died: it is not heard of any more. */
  function storeWithoutLease(): { store: StreamStore; die(): void } {
    const store = memoryStore()
    let isDead = false
    const hide = <T extends { isLeased: boolean }>(info: T): T => ({ ...info, isLeased: !isDead })
    return {
      die: () => (isDead = true),
      store: {
        ...store,
        renew: async (...given) => !isDead && store.renew(...given),
        async info(id) {
          const info = await store.info(id)
          return info && hide(info)
        },
        async read(id, after) {
          const slice = await store.read(id, after)
          return slice && { ...slice, info: hide(slice.info) }
        },
        list: async (prefix) => (await store.list(prefix)).map(hide),
      },
    }
  }

  test('a stream that takes too long is ended with an error', async () => {
    const streams = createStreams({ maxDuration: 5_000 })
    const { stream } = await running(streams)
    const response = await ask(streams, 'a', undefined, { heartbeat: 0 })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(stream.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(stream.signal.reason).toMatchObject({ message: 'The stream took longer than it may' })
    const [event] = await eventsOf(response)
    expect(JSON.parse(event!.data)).toMatchObject({ type: 'error', code: 'expired' })
    // The reader may hear of the end before the producer has cleared up.
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('of any length may be given, without an end too', async () => {
    const streams = createStreams({ maxDuration: Infinity, lease: 2 ** 40 })
    const { stream } = await running(streams)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stream.signal.aborted).toBe(false)
    expect(await streams.status('a')).toMatchObject({ status: 'running' })
    await streams.cancel('a')
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a producer renews its lease while it works, and learns then that it is over', async () => {
    // As where what listens for changes has lost its connection.
    const store = { ...memoryStore(), watch: async () => () => {} }
    const renew = vi.spyOn(store, 'renew')
    const streams = createStreams({ store, lease: 30_000 })
    const { stream } = await running(streams)
    await vi.advanceTimersByTimeAsync(29_999)
    expect(renew).toHaveBeenCalledTimes(2)
    expect(renew).toHaveBeenLastCalledWith('a', expect.any(String), 30_000)
    expect(await streams.cancel('a')).toBe(true)
    expect(stream.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(stream.signal.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a producer goes on where its lease cannot be renewed, and asks for no event', async () => {
    const store = memoryStore()
    const renew = vi.spyOn(store, 'renew').mockRejectedValue(new Error('connection refused'))
    const streams = createStreams({ store, lease: 30_000 })
    const { stream } = await running(streams)
    await stream.send({ data: '1' })
    await settle()
    expect(renew).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(renew).toHaveBeenCalledTimes(3)
    expect(stream.signal.aborted).toBe(false)
  })

  test('a reader who has left while the store was slow is not watched for', async () => {
    const unwatch = vi.fn<() => void>()
    let answer = (): void => {}
    const watch = (): Promise<() => void> =>
      new Promise((resolve) => (answer = () => resolve(unwatch)))
    const store = { ...memoryStore(), watch }
    const read = vi.spyOn(store, 'read')
    await store.create({ id: 'a', run: 'r' }, 60_000)
    const response = await ask(createStreams({ store }), 'a')
    await response.body!.cancel()
    answer()
    await settle()
    expect(unwatch).toHaveBeenCalledOnce()
    expect(read).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a producer that is gone with its process is noticed by its readers, with one error', async () => {
    const { store, die } = storeWithoutLease()
    const streams = createStreams({ store, lease: 10_000 })
    const { stream } = await running(streams)
    await stream.send({ data: '1' })
    const readers = await Promise.all([1, 2, 3].map(() => ask(streams, 'a')))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await streams.status('a')).toMatchObject({ status: 'running' })
    die()
    expect(await streams.status('a')).toMatchObject({ status: 'error' })
    expect(await streams.list()).toMatchObject([{ id: 'a', status: 'error' }])
    await vi.advanceTimersByTimeAsync(11_000)
    for (const response of readers) {
      const events = await eventsOf(response)
      expect(events).toHaveLength(2)
      expect(JSON.parse(events[1]!.data)).toMatchObject({ code: 'lost' })
    }
    // What thought that it was the producer learns that it is not.
    expect(stream.signal.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a producer that has failed renews its lease until that is stored', async () => {
    const store = memoryStore()
    const renew = vi.spyOn(store, 'renew')
    const busy: StreamStore = { ...store, end: () => new Promise(() => {}) }
    const streams = createStreams({ store: busy, lease: 3_000, onError: () => {} })
    const { reject } = await running(streams)
    reject(new Error('no'))
    await vi.advanceTimersByTimeAsync(2_500)
    expect(renew).toHaveBeenCalledTimes(2)
  })

  test('a run without its producer is ended once by a reader, however slow the store', async () => {
    const { store, die } = storeWithoutLease()
    const pause = (seconds: number) =>
      new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    const end = vi.fn<StreamStore['end']>((...given) => pause(3).then(() => store.end(...given)))
    const slow: StreamStore = {
      ...store,
      end,
      read: (...given) => pause(1).then(() => store.read(...given)),
    }
    const streams = createStreams({ store: slow, lease: 10_000 })
    await running(streams)
    const response = await ask(streams, 'a')
    die()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await eventsOf(response)).toHaveLength(1)
    expect(end).toHaveBeenCalledOnce()
  })

  test('a store that fails for a while loses nothing and doubles nothing', async () => {
    const store = memoryStore()
    let isDown = false
    const fails = new Error('connection refused')
    const flaky = Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        async (...given: never[]) => {
          if (!isDown) return (method as (...given: never[]) => unknown)(...given)
          // Done, but nobody hears of it: the worst case.
          if (name === 'append') await (method as (...given: never[]) => unknown)(...given)
          throw fails
        },
      ]),
    ) as unknown as StreamStore
    const onError = vi.fn<(error: unknown) => void>()
    const streams = createStreams({ store: flaky, onError })
    const { stream, resolve } = await running(streams)
    await stream.send({ data: '1' })
    const events = eventsOf(await ask(streams, 'a'))
    isDown = true
    const sent = stream.send({ data: '2' })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(onError).toHaveBeenCalledExactlyOnceWith(fails)
    const refused = await ask(streams, 'a')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    const message = 'The store of the streams cannot be reached'
    const unreachable = { code: 'network', message, cause: fails }
    await expect(streams.start('b', () => {})).rejects.toMatchObject(unreachable)
    await expect(streams.cancel('a')).rejects.toMatchObject(unreachable)
    await expect(streams.status('a')).rejects.toMatchObject(unreachable)
    await expect(streams.list()).rejects.toMatchObject(unreachable)
    // What asks again tells of its first failure, what does not of each.
    expect(onError).toHaveBeenCalledTimes(6)
    isDown = false
    await vi.advanceTimersByTimeAsync(500)
    await sent
    await stream.send({ data: '3' })
    resolve()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(dataOf(await events)).toEqual(['1', '2', '3'])
    expect(vi.getTimerCount()).toBe(0)
  })

  const methods = ['create', 'append', 'end', 'renew', 'info', 'read', 'watch', 'list']
  const fails = (): never => {
    throw new Error('connection refused')
  }
  test.each<[string, object]>([
    ...methods.map((name): [string, object] => [`throws in ${name}`, { [name]: fails }]),
    ...methods.map((name): [string, object] => [
      `rejects in ${name}`,
      { [name]: async () => fails() },
    ]),
    ['throws where a watch is called off', { watch: async () => fails }],
  ])('a store that %s is an error of code network at most', async (_, failing) => {
    const unhandled = vi.fn<(error: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const streams = createStreams({ store: { ...memoryStore(), ...failing }, onError: () => {} })
    const page = new AbortController()
    const request = new Request('http://localhost/api', { signal: page.signal })
    const calls = await Promise.allSettled([
      streams.start('a', numbers(2)),
      streams.response(request, 'a'),
      streams.status('a'),
      streams.list(),
      streams.cancel('a'),
    ])
    const errors = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason] : []))
    for (const error of errors) expect(error).toMatchObject({ code: 'network' })
    await vi.advanceTimersByTimeAsync(11_000)
    page.abort()
    await vi.advanceTimersByTimeAsync(3_600_000)
    vi.useRealTimers()
    // Node tells of unhandled rejections when it has run all promise reactions.
    await new Promise((resolve) => setTimeout(resolve))
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('a store that fails is not asked again for a reader who has left', async () => {
    const store = memoryStore()
    const asked = vi.spyOn(store, 'read').mockRejectedValue(new Error('connection refused'))
    const streams = createStreams({ store })
    await running(streams)
    const response = await ask(streams, 'a')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked).toHaveBeenCalledTimes(3)
    await response.body!.cancel()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked).toHaveBeenCalledTimes(3)
  })

  test('a start that failed, but is done late, does not keep the next one out', async () => {
    const store = memoryStore()
    const queue: (() => void)[] = []
    /** Each in its turn, once the store is back; nobody hears of it. */
    const late = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
      queue.push(() => void ask())
      return Promise.reject(new Error('no answer'))
    }
    const create = vi.fn<StreamStore['create']>((...given) => late(() => store.create(...given)))
    const end = vi.fn<StreamStore['end']>((...given) => late(() => store.end(...given)))
    const streams = createStreams({ store: { ...store, create, end }, onError: () => {} })
    await expect(streams.start('a', () => {})).rejects.toMatchObject({ code: 'network' })
    for (const run of queue) run()
    create.mockImplementation(store.create)
    end.mockImplementation(store.end)
    expect(await streams.start('a', numbers(1))).toBe(true)
    expect(dataOf(await read(streams, 'a'))).toEqual(['1'])
  })

  test('leaves no timer and no watcher behind', async () => {
    const store = memoryStore()
    let watchers = 0
    const counting: StreamStore = {
      ...store,
      async watch(...given) {
        watchers++
        const unwatch = await store.watch(...given)
        return () => {
          watchers--
          unwatch()
        }
      },
    }
    const streams = createStreams({ store: counting })
    const { stream, resolve } = await running(streams)
    const responses = await Promise.all([1, 2, 3].map(() => ask(streams, 'a')))
    await stream.send({ data: '1' })
    await settle()
    expect(watchers).toBe(4)
    await responses[0]!.body!.cancel()
    await settle()
    expect(watchers).toBe(3)
    resolve()
    await Promise.all(responses.slice(1).map(eventsOf))
    await settle()
    expect([watchers, vi.getTimerCount()]).toEqual([0, 0])
  })
})
