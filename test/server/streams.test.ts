import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { readEvents, type StreamEvent } from '../../src/formats/index.js'
import { createStreams, memoryStore, nodeHandler } from '../../src/server/index.js'
import type {
  DurableStream,
  StreamResponseOptions,
  Streams,
  StreamsOptions,
  StreamStore,
} from '../../src/server/index.js'
import { settle } from '../support/clock.js'
import { eventsOf, listen } from './support.js'

const numbers = (count: number) => async (stream: DurableStream) => {
  for (let n = 1; n <= count; n++) await stream.send({ data: `${n}` })
}

async function ask(
  streams: Streams,
  id: string,
  lastEventId?: string,
  options?: StreamResponseOptions,
): Promise<Response> {
  const headers = lastEventId === undefined ? undefined : { 'last-event-id': lastEventId }
  return streams.response(new Request('http://localhost/api', { headers }), id, options)
}

async function read(streams: Streams, id: string, lastEventId?: string): Promise<StreamEvent[]> {
  return eventsOf(await ask(streams, id, lastEventId))
}

function dataOf(events: StreamEvent[]): string[] {
  return events.map(({ data }) => data)
}

/** A stream whose producer goes on until it is told to return or throw. */
async function running(streams: Streams, id = 'a') {
  let stream!: DurableStream
  let settleProducer!: { resolve(): void; reject(error: unknown): void }
  const isNew = await streams.start(id, (given) => {
    stream = given
    return new Promise<void>((resolve, reject) => (settleProducer = { resolve, reject }))
  })
  expect(isNew).toBe(true)
  return { stream, ...settleProducer }
}

describe('a durable stream', () => {
  test('is read from its start while it runs, and after its end', async () => {
    const streams = createStreams()
    const { stream, resolve } = await running(streams)
    await stream.send({ event: 'tick', data: { n: 1 } })
    const live = readEvents(await ask(streams, 'a'))
    expect((await live.next()).value).toMatchObject({ type: 'tick', data: '{"n":1}' })
    await stream.send({ data: 'two' })
    expect((await live.next()).value).toMatchObject({ type: 'message', data: 'two' })
    resolve()
    expect(await live.next()).toMatchObject({ done: true })
    expect(dataOf(await read(streams, 'a'))).toEqual(['{"n":1}', 'two'])
    expect(await streams.status('a')).toMatchObject({ status: 'done', last: 2 })
    // Its end is no cancel.
    expect(stream.signal.aborted).toBe(false)
  })

  test('is told to its readers at once, however the changes fall between their reads', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    for (let pause = 0; pause < 30; pause++) {
      const streams = createStreams()
      await streams.start('a', async ({ send }) => {
        for (const data of ['1', '2', '3']) {
          await send({ data })
          for (let round = 0; round < pause; round++) await Promise.resolve()
        }
      })
      // No timer falls due: only the changes themselves wake it.
      expect(dataOf(await read(streams, 'a'))).toEqual(['1', '2', '3'])
    }
  })

  test('goes on when its readers leave', async () => {
    const streams = createStreams()
    const { stream, resolve } = await running(streams)
    await stream.send({ data: '1' })
    const response = await ask(streams, 'a')
    await response.body!.cancel()
    expect(stream.signal.aborted).toBe(false)
    await stream.send({ data: '2' })
    resolve()
    expect(dataOf(await read(streams, 'a'))).toEqual(['1', '2'])
  })

  test('is resumed after any of its events, each once', async () => {
    const streams = createStreams()
    await streams.start('a', numbers(5))
    const events = await read(streams, 'a')
    expect(dataOf(events)).toEqual(['1', '2', '3', '4', '5'])
    for (const [index, { lastEventId }] of events.entries()) {
      if (index === 4) continue
      expect(dataOf(await read(streams, 'a', lastEventId))).toEqual(dataOf(events).slice(index + 1))
    }
  })

  test('answers 204 where nothing follows any more', async () => {
    const streams = createStreams()
    await streams.start('a', numbers(2))
    const [, last] = await read(streams, 'a')
    const response = await ask(streams, 'a', last!.lastEventId)
    expect(response.status).toBe(204)
    expect(response.headers.get('cache-control')).toBe('no-store')
    await streams.start('empty', () => {})
    await settle()
    expect((await ask(streams, 'empty')).status).toBe(204)
  })

  test.each([false, true])(
    'stores what was sent without waiting, in order, before it ends, by an error: %s',
    async (fails) => {
      const store = memoryStore()
      const append = vi.spyOn(store, 'append')
      const streams = createStreams({ store, onError: () => {} })
      await streams.start('a', ({ send }) => {
        for (let n = 1; n <= 2_500; n++) void send({ data: `${n}` })
        if (fails) throw new Error('no')
      })
      const events = await read(streams, 'a')
      expect(events).toHaveLength(fails ? 2_501 : 2_500)
      expect(dataOf(events.slice(0, 2_500))).toEqual(
        Array.from({ length: 2_500 }, (_, n) => `${n + 1}`),
      )
      // One call of Redis takes no more than some ten thousand, and is given seconds.
      expect(Math.max(...append.mock.calls.map(([, , , sent]) => sent.length))).toBe(1_000)
    },
  )

  test.each(['data', 'event'])('refuses more than a store can keep up with: %s', async (field) => {
    const onError = vi.fn<(error: unknown) => void>()
    const streams = createStreams({ onError })
    await streams.start('a', ({ send }) => {
      for (;;) void send({ [field]: 'x'.repeat(100_000) })
    })
    const events = await read(streams, 'a')
    expect(events).toHaveLength(12)
    expect(events.at(-1)).toMatchObject({ type: 'error' })
    const message = expect.stringMatching(
      /^Expected sends that are awaited, 1\d{6} characters wait$/,
    )
    expect(onError.mock.lastCall![0]).toMatchObject({ code: 'too-large', message })
  })

  test('takes an event that has a name alone', async () => {
    const streams = createStreams()
    await streams.start('a', ({ send }) => send({ event: 'ping' }))
    expect(await read(streams, 'a')).toMatchObject([{ type: 'ping', data: '' }])
  })

  test('takes any amount of one who awaits', async () => {
    const streams = createStreams()
    await streams.start('a', async ({ send }) => {
      for (let n = 1; n <= 30; n++) await send({ data: 'x'.repeat(100_000) })
    })
    expect(await read(streams, 'a')).toHaveLength(30)
    expect(await streams.status('a')).toMatchObject({ status: 'done' })
  })

  test('is started once, however often it is asked for', async () => {
    const streams = createStreams()
    const produce = vi.fn<(stream: DurableStream) => Promise<void>>(numbers(2))
    const started = await Promise.all([1, 2, 3].map(() => streams.start('a', produce)))
    expect(started).toEqual([true, false, false])
    await read(streams, 'a')
    expect(await streams.start('a', produce)).toBe(false)
    expect(produce).toHaveBeenCalledOnce()
  })

  test('is started again where it failed, with ids of its own', async () => {
    const streams = createStreams({ onError: () => {} })
    await streams.start('a', async ({ send }) => {
      await send({ data: 'old' })
      throw new Error('no')
    })
    const [old, error] = await read(streams, 'a')
    expect(error).toMatchObject({ type: 'error' })
    expect(await streams.status('a')).toMatchObject({ status: 'error' })
    expect(await streams.start('a', numbers(2))).toBe(true)
    expect(dataOf(await read(streams, 'a'))).toEqual(['1', '2'])
    const events = await read(streams, 'a', old!.lastEventId)
    expect(events[0]).toMatchObject({ type: 'gap' })
    expect(dataOf(events.slice(1))).toEqual(['1', '2'])
  })

  test('lists what there is', async () => {
    const streams = createStreams()
    await streams.start('x:1', numbers(1), { meta: { prompt: 'a jig' } })
    await running(streams, 'y:1')
    await settle()
    expect(await streams.list()).toMatchObject([
      { id: 'x:1', status: 'done', meta: { prompt: 'a jig' } },
      { id: 'y:1', status: 'running' },
    ])
    expect(await streams.list('y:')).toHaveLength(1)
  })
})

describe('the end', () => {
  test('by a producer that throws is an error event that tells no secret', async () => {
    const secret = new Error('password=hunter2')
    const onError = vi.fn<(error: unknown) => void>()
    const streams = createStreams({ onError })
    const { stream, reject } = await running(streams)
    await stream.send({ data: '1' })
    reject(secret)
    const events = await read(streams, 'a')
    expect(events.map(({ type }) => type)).toEqual(['message', 'error'])
    expect(JSON.parse(events[1]!.data)).toEqual({
      type: 'error',
      code: 'failed',
      message: 'The stream failed at the server',
    })
    expect(onError).toHaveBeenCalledExactlyOnceWith(secret)
  })

  test('by cancel reaches the producer, and tells the readers', async () => {
    const streams = createStreams()
    const { stream } = await running(streams)
    await stream.send({ data: '1' })
    const response = await ask(streams, 'a')
    expect(await streams.cancel('a')).toBe(true)
    await settle()
    expect(stream.signal.aborted).toBe(true)
    await expect(stream.send({ data: 'late' })).rejects.toMatchObject({ code: 'aborted' })
    const events = await eventsOf(response)
    expect(events[0]).toMatchObject({ data: '1' })
    expect(events).toHaveLength(2)
    const message = 'The stream was canceled'
    expect(JSON.parse(events[1]!.data)).toEqual({ type: 'error', code: 'canceled', message })
    expect(stream.signal.reason).toMatchObject({ code: 'aborted', message })
    expect(await streams.status('a')).toMatchObject({ status: 'canceled' })
    expect(await streams.cancel('a')).toBe(false)
    expect(await streams.cancel('unknown')).toBe(false)
  })

  test('by cancel is no unhandled rejection of what is sent without waiting', async () => {
    const unhandled = vi.fn<(error: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const streams = createStreams()
    const { stream } = await running(streams)
    await streams.cancel('a')
    void stream.send({ data: 'late' })
    // Node tells of unhandled rejections when it has run all promise reactions.
    await new Promise((resolve) => setTimeout(resolve))
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('by cancel ends a producer that only awaits what it sends', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const streams = createStreams({ onError })
    let isOver = false
    await streams.start('a', async ({ send }) => {
      try {
        for (;;) {
          await send({ data: 'x' })
          await new Promise((resolve) => setTimeout(resolve))
        }
      } finally {
        isOver = true
      }
    })
    await streams.cancel('a')
    await expect.poll(() => isOver).toBe(true)
    expect(onError).not.toHaveBeenCalled()
  })
})

describe('what cannot be had is told', () => {
  test('an unknown stream: 404 with the reason', async () => {
    const response = await ask(createStreams(), 'unknown')
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      error: { message: 'There is no such stream, or no more' },
    })
  })

  test.each(['garbage', '7', '-1', 'x-1', '\u00ff', '1e3'])(
    'a last event id that is none of its: %s',
    async (id) => {
      const streams = createStreams()
      await streams.start('a', numbers(2))
      const [gap, ...events] = await read(streams, 'a', id)
      expect(gap).toMatchObject({ type: 'gap' })
      expect(JSON.parse(gap!.data)).toEqual({ type: 'gap', reason: 'unknown-id', missed: 0 })
      expect(dataOf(events)).toEqual(['1', '2'])
    },
  )

  test.each(['3', '', '-1', '1.5', '1e0', '1x', 'x1'])(
    'an id of its run that it never gave, as after a store has lost something: …-%s',
    async (offset) => {
      const streams = createStreams()
      await streams.start('a', numbers(2))
      const [first] = await read(streams, 'a')
      const id = first!.lastEventId.replace(/1$/, offset)
      expect(await read(streams, 'a', id)).toMatchObject([{ type: 'gap' }, {}, {}])
    },
  )

  test.each([
    ['is forgotten', memoryStore({ maxAge: 0 }), async () => {}],
    ['is run again', memoryStore(), (streams: Streams) => streams.start('a', numbers(1))],
  ])('what a slow reader lacks of a stream that %s', async (_, store, act) => {
    const streams = createStreams({ store })
    const { stream } = await running(streams)
    await stream.send({ data: 'x'.repeat(100_000) })
    const response = await ask(streams, 'a')
    await settle()
    await streams.cancel('a')
    await act(streams)
    const [, error, ...rest] = await eventsOf(response)
    expect(JSON.parse(error!.data)).toEqual({
      type: 'error',
      code: 'lost',
      message: 'The server that produced the stream is gone',
    })
    expect(rest).toEqual([])
  })

  test('events that are not kept any more, for a reader that resumes and for a new one', async () => {
    const streams = createStreams({ store: memoryStore({ maxEvents: 3 }) })
    const { stream, resolve } = await running(streams)
    await stream.send({ data: '1' })
    const [{ value: first }] = [await readEvents(await ask(streams, 'a')).next()]
    for (const data of ['2', '3', '4', '5', '6']) await stream.send({ data })
    resolve()
    const resumed = await read(streams, 'a', (first as StreamEvent).lastEventId)
    expect(JSON.parse(resumed[0]!.data)).toEqual({ type: 'gap', reason: 'expired', missed: 2 })
    expect(dataOf(resumed.slice(1))).toEqual(['4', '5', '6'])
    const fresh = await read(streams, 'a')
    expect(JSON.parse(fresh[0]!.data)).toMatchObject({ reason: 'expired', missed: 3 })
  })

  test('events that went while a slow reader was behind', async () => {
    const streams = createStreams({ store: memoryStore({ maxEvents: 3 }) })
    const { stream, resolve } = await running(streams)
    const large = 'x'.repeat(100_000)
    await stream.send({ data: large })
    const response = await ask(streams, 'a')
    await settle()
    for (const data of ['2', '3', '4', '5', '6']) await stream.send({ data })
    resolve()
    const events = await eventsOf(response)
    expect(
      events.map(({ type, data }) => (type === 'gap' ? JSON.parse(data).missed : data)),
    ).toEqual([large, 2, '4', '5', '6'])
  })
})

test.each([
  ['lease', -1],
  ['maxDuration', Number.NaN],
  ['maxEvents', -1],
  ['maxBytes', Number.NaN],
  ['maxAge', Number('unset')],
])('a limit that is none is refused: %s %d', (name, value) => {
  const make = () => createStreams({ store: memoryStore({ [name]: value }), [name]: value })
  expect(make).toThrow(`Expected a valid ${name}, got ${value}`)
})

describe('the headers', () => {
  test('tell where to resume and to cancel, to other origins too', async () => {
    const streams = createStreams()
    await streams.start('a', numbers(1))
    const options = { resumeUrl: '?stream=a', cancelUrl: '/cancel/a' }
    for (const id of [undefined, (await read(streams, 'a'))[0]!.lastEventId]) {
      const { headers } = await ask(streams, 'a', id, options)
      expect(headers.get('content-location')).toBe('?stream=a')
      expect(headers.get('brooklet-cancel')).toBe('/cancel/a')
      expect(headers.get('access-control-expose-headers')).toBe('Content-Location, Brooklet-Cancel')
    }
    const exposed = async (given?: StreamResponseOptions) =>
      (await ask(streams, 'a', undefined, given)).headers.get('access-control-expose-headers')
    expect(await exposed({ resumeUrl: '?stream=a' })).toBe('Content-Location')
    expect(await exposed({ cancelUrl: '/cancel/a' })).toBe('Brooklet-Cancel')
    expect(await exposed()).toBe(null)
  })
})

describe('time', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

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
    expect(await streams.list()).toMatchObject([{ status: 'error' }])
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

test('readers that are cut and come back at random get every event once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }),
      fc.array(fc.array(fc.nat(8), { maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      async (pauses, readers) => {
        const streams = createStreams()
        await streams.start('a', async ({ send }) => {
          for (const [index, rounds] of pauses.entries()) {
            void send({ data: `${index}` })
            for (let round = 0; round < rounds; round++) await Promise.resolve()
          }
        })
        /** Leaves after so many events each time, and comes back with the last id. */
        async function readInPieces(pieces: number[]): Promise<string[]> {
          const got: StreamEvent[] = []
          for (const piece of [...pieces, Infinity]) {
            const response = await ask(streams, 'a', got.at(-1)?.lastEventId ?? '')
            if (response.status === 204) break
            const events = readEvents(response)
            for (let n = 0; n < piece; n++) {
              const { done, value } = await events.next()
              if (done) break
              got.push(value)
            }
            await events.return()
          }
          return dataOf(got)
        }
        const expected = pauses.map((_, index) => `${index}`)
        for (const got of await Promise.all(readers.map(readInPieces)))
          expect(got).toEqual(expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('over a real server, a page that is cut goes on where it was', async () => {
  const streams = createStreams()
  const { stream, resolve } = await running(streams)
  const origin = await listen(nodeHandler((request) => streams.response(request, 'a')))
  const page = new AbortController()
  onTestFinished(() => page.abort())
  const first = readEvents(await fetch(origin, { signal: page.signal }))
  await stream.send({ data: '1' })
  await stream.send({ data: '2' })
  const { value } = await first.next()
  page.abort()
  await stream.send({ data: '3' })
  resolve()
  const headers = { 'last-event-id': (value as StreamEvent).lastEventId }
  expect(dataOf(await eventsOf(await fetch(origin, { headers })))).toEqual(['2', '3'])
})

test('one stream is read by many at once', async () => {
  const options: StreamsOptions = {}
  const streams = createStreams(options)
  const { stream, resolve } = await running(streams)
  const readers = Array.from({ length: 500 }, async () => read(streams, 'a'))
  for (let n = 0; n < 20; n++) await stream.send({ data: `${n}` })
  resolve()
  for (const events of await Promise.all(readers)) expect(events).toHaveLength(20)
})
