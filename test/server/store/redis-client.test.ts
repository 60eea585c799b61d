import { Redis as IoRedis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createStreams, redisStore } from '../../../src/server/index.js'
import { useOwnTimers } from '../../support/own-timers.js'
import { hasRedis, startRedis } from './redis.js'

test.skipIf(!hasRedis).each([
  ['ioredis', async (url: string) => new IoRedis(url, { keyPrefix: 'app[1]:' })],
  ['redis', (url: string) => createClient({ url, keyPrefix: 'app[1]:' }).connect()],
] as const)('a client of %s that puts a prefix before its keys', async (_, connect) => {
  const redis = await startRedis()
  const client = await connect(redis.url)
  const store = redisStore(client)
  onTestFinished(async () => {
    store.close()
    await client.quit()
    await redis.close()
  })
  const streams = createStreams({ store })
  await streams.start('漢 1', ({ send }) => send({ data: '1' }))
  await expect
    .poll(() => streams.list('漢'))
    .toMatchObject([{ id: '漢 1', status: 'done', last: 1 }])
})

test.skipIf(!hasRedis)('an ioredis client that queues nothing while it connects', async () => {
  const redis = await startRedis()
  const client = new IoRedis(redis.url, { enableOfflineQueue: false })
  const store = redisStore(client)
  onTestFinished(async () => {
    store.close()
    client.disconnect()
    await redis.close()
  })
  await new Promise<void>((resolve) => client.once('ready', resolve))
  await store.watch('a', () => {})
  expect(await client.pubsub('CHANNELS')).toEqual(['brooklet:changes:a'])
})

test.skipIf(!hasRedis).each([4, 5])(
  'its own connection is closed with it: redis %i',
  async (version) => {
    const redis = await startRedis()
    const client = await createClient({ url: redis.url }).connect()
    onTestFinished(async () => {
      client.destroy()
      await redis.close()
    })
    const connections = async (): Promise<number> => (await client.clientList()).length
    const duplicate = client.duplicate.bind(client)
    const destroy = vi.fn<() => void>()
    client.duplicate = (...given) => {
      const subscriber = duplicate(...given)
      // What version 5 calls `destroy` was `disconnect` before.
      destroy.mockImplementation(subscriber.destroy.bind(subscriber))
      return version === 5
        ? Object.assign(subscriber, { destroy, disconnect: undefined })
        : Object.assign(subscriber, { destroy: undefined, disconnect: destroy })
    }
    const store = redisStore(client)
    await store.watch('a', () => {})
    expect(await connections()).toBe(2)
    store.close()
    await expect.poll(connections).toBe(1)
    store.close()
    expect(destroy).toHaveBeenCalledOnce() // Both versions throw at the second time.
  },
)

test.skipIf(!hasRedis)('a second connection that could not be made is made anew', async () => {
  const redis = await startRedis()
  const client = createClient({ url: redis.url, socket: { reconnectStrategy: false } })
  await client.on('error', () => {}).connect()
  const store = redisStore(client)
  onTestFinished(async () => {
    store.close()
    client.destroy()
    await redis.close()
  })
  await redis.kill()
  await expect(store.watch('a', () => {})).rejects.toThrow('ECONNREFUSED')
  await redis.start()
  await store.watch('a', () => {})
})

describe('a client of redis', () => {
  /** One that answers as it is told. */
  function fake(answer: (command: string) => Promise<unknown>) {
    const sent: string[] = []
    const listeners: ((message: string) => void)[] = []
    const send = (...parts: unknown[]): Promise<unknown> => {
      const command = parts.flat().filter((part) => typeof part === 'string')
      sent.push(command.join(' '))
      return answer(command.join(' '))
    }
    const subscriber = {
      on() {},
      connect: async () => {},
      subscribe(channel: string, listener: (message: string) => void) {
        listeners.push(listener)
        return send('SUBSCRIBE', channel)
      },
      unsubscribe: (channel: string) => send('UNSUBSCRIBE', channel),
      disconnect() {},
    }
    const store = redisStore({ sendCommand: send, duplicate: () => subscriber })
    return { sent, store, tell: () => listeners[0]!('append') }
  }

  test('is asked once by many at once, and again for what has changed meanwhile', async () => {
    const { sent, store, tell } = fake(async () => null)
    await store.watch('a', () => {})
    sent.length = 0
    const reads = [store.read('a', 1), store.read('a', 1)]
    tell()
    reads.push(store.read('a', 1), store.read('a', 1))
    await Promise.all(reads)
    expect(sent).toHaveLength(2)
  })

  test('that fails is not asked in another way', async () => {
    const { sent, store } = fake(() => Promise.reject(new Error('READONLY')))
    await expect(store.info('a')).rejects.toThrow('READONLY')
    expect(sent).toHaveLength(1)
  })

  test('lists no stream that has expired since it was found', async () => {
    const { store } = fake(async (command) =>
      command.startsWith('SCAN') ? ['0', ['brooklet:info:{a}']] : null,
    )
    expect(await store.list('')).toEqual([])
  })

  describe('that does not answer in time', () => {
    useOwnTimers()

    test('has failed, and leaves no timer', async () => {
      const late = fake(() => new Promise(() => {})).store.list('')
      late.catch(() => {}) // It is looked at later.
      await vi.advanceTimersByTimeAsync(5_000)
      await expect(late).rejects.toThrow('Expected an answer of Redis within 5000 ms')
      expect(await fake(async () => ['0', []]).store.list('')).toEqual([])
      expect(vi.getTimerCount()).toBe(0)
    })

    test('is asked to listen once, however often it is tried', async () => {
      let answer = (): void => {}
      const { sent, store } = fake(
        () => new Promise((resolve) => (answer = () => resolve(undefined))),
      )
      for (const _ of [1, 2, 3]) {
        const late = store.watch('a', () => {})
        late.catch(() => {}) // It is looked at later.
        await vi.advanceTimersByTimeAsync(5_000)
        await expect(late).rejects.toThrow('within 5000 ms')
      }
      const last = store.watch('a', () => {})
      answer()
      await last
      expect(sent).toHaveLength(1)
    })

    test('and listens when nobody watches any more, is told to stop', async () => {
      let answer = (): void => {}
      const { sent, store } = fake(
        () => new Promise((resolve) => (answer = () => resolve(undefined))),
      )
      store.watch('a', () => {}).catch(() => {})
      await vi.advanceTimersByTimeAsync(5_000)
      answer()
      await vi.advanceTimersByTimeAsync(0)
      expect(sent.map((command) => command.split(' ')[0])).toEqual(['SUBSCRIBE', 'UNSUBSCRIBE'])
    })
  })

  test('is asked for a channel once, and when it has been given up', async () => {
    let isBusy = false
    const { sent, store } = fake(async () => {
      expect(isBusy).toBe(false)
      isBusy = true
      await new Promise((resolve) => setTimeout(resolve))
      isBusy = false
    })
    const watch = () => store.watch('a', () => {})
    for (const unwatch of await Promise.all([watch(), watch()])) unwatch()
    while (sent.length < 2) await Promise.resolve()
    const again = await watch()
    await watch()
    again()
    expect(sent.map((command) => command.split(' ')[0])).toEqual([
      'SUBSCRIBE',
      'UNSUBSCRIBE',
      'SUBSCRIBE',
    ])
  })
})

test.skipIf(!hasRedis)('a store that is closed makes no other connection', async () => {
  const redis = await startRedis()
  const client = await createClient({ url: redis.url }).connect()
  onTestFinished(async () => {
    client.destroy()
    await redis.close()
  })
  const duplicate = vi.spyOn(client, 'duplicate')
  const store = redisStore(client)
  const unwatch = await store.watch('a', () => {})
  store.close()
  for (const id of ['a', 'b']) {
    await expect(store.watch(id, () => {})).rejects.toThrow('this one is closed')
  }
  unwatch()
  expect(duplicate).toHaveBeenCalledOnce()
})

test.skipIf(!hasRedis).each([50, false] as const)(
  'a store that is closed while Redis is away connects no more, by a strategy of %s',
  async (reconnectStrategy) => {
    const unhandled = vi.fn<(error: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    const redis = await startRedis()
    const client = createClient({ url: redis.url, socket: { reconnectStrategy } })
    client.on('error', () => {})
    await client.connect()
    onTestFinished(async () => {
      process.off('unhandledRejection', unhandled)
      client.destroy()
      await redis.close()
    })
    const duplicate = vi.spyOn(client, 'duplicate')
    const store = redisStore(client)
    await redis.kill()
    const watching = store.watch('a', () => {})
    while (duplicate.mock.calls.length === 0) await Promise.resolve()
    store.close()
    await expect(watching).rejects.toThrow()
    const [made] = duplicate.mock.results as { value: typeof client }[]
    expect(made!.value.isOpen).toBe(false)
    // Node tells of unhandled rejections when it has run all promise reactions.
    await new Promise((resolve) => setTimeout(resolve))
    expect(unhandled).not.toHaveBeenCalled()
  },
)
