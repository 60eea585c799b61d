import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readEvents } from '../../src/formats/index.js'
import { createStreams, memoryStore } from '../../src/server/index.js'
import type { DurableStream, StreamResponseOptions, StreamStore } from '../../src/server/index.js'
import { settle } from '../support/clock.js'
import { ask, dataOf, numbers, read, running } from './streams-support.js'
import { eventsOf } from './support.js'

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

  test('is sent to a reader as the options of its response say', async () => {
    const streams = createStreams()
    await streams.start('a', numbers(2))
    const response = await ask(streams, 'a', undefined, { format: 'ndjson', status: 201 })
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('1\n2\n')
  })

  test('whose store answers nonsense is reported where the response says', async () => {
    const store = { ...memoryStore(), read: async () => ({}) as never }
    const streams = createStreams({ store, onError: () => 'to all' })
    await running(streams)
    for (const [options, message] of [
      [{}, 'to all'],
      [{ onError: () => 'to this one' }, 'to this one'],
    ] as const) {
      const [error] = await eventsOf(await ask(streams, 'a', undefined, options))
      expect(JSON.parse(error!.data)).toMatchObject({ code: 'failed', message })
    }
  })

  test('is stored by one write after the other, to its last event, however slow its store', async () => {
    const answers: (() => void)[] = []
    const store = memoryStore()
    const append: StreamStore['append'] = async (...given) => {
      await new Promise<void>((resolve) => answers.push(resolve))
      return store.append(...given)
    }
    const streams = createStreams({ store: { ...store, append } })
    const { stream, resolve } = await running(streams)
    void stream.send({ data: '1' })
    await settle()
    for (const data of ['2', '3']) void stream.send({ data })
    resolve()
    await settle()
    expect(answers).toHaveLength(1)
    answers[0]!()
    await settle()
    expect(answers).toHaveLength(2)
    answers[1]!()
    expect(dataOf(await read(streams, 'a'))).toEqual(['1', '2', '3'])
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

  test('tells its own `onError` of a response that fails, where the response has none', async () => {
    const store = memoryStore()
    const broken: StreamStore = {
      ...store,
      async read(...given) {
        const slice = await store.read(...given)
        return slice && { ...slice, events: [{ event: 'two\nlines', data: '' }] }
      },
    }
    const onError = vi.fn<(error: unknown) => void>()
    const streams = createStreams({ store: broken, onError })
    await streams.start('a', numbers(1))
    await eventsOf(await ask(streams, 'a', undefined, { onError: undefined }))
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'invalid-option' }),
    )
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

test.each([
  ['lease', -1],
  ['maxDuration', Number.NaN],
  ['maxEvents', -1],
  ['maxBytes', Number.NaN],
  ['maxAge', Number('unset')],
])('a limit that is none is refused: %s %d', (name, value) => {
  const make = () => createStreams({ store: memoryStore({ [name]: value }), [name]: value })
  expect(make).toThrow(`Expected ${name} to be 0 or more, got ${value}`)
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

test('one stream is read by many at once', async () => {
  const streams = createStreams()
  const { stream, resolve } = await running(streams)
  const readers = Array.from({ length: 500 }, async () => read(streams, 'a'))
  for (let n = 0; n < 20; n++) await stream.send({ data: `${n}` })
  resolve()
  for (const events of await Promise.all(readers)) expect(events).toHaveLength(20)
})
