import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readEvents, type StreamEvent } from '../../src/formats/index.js'
import { createStreams, memoryStore, nodeHandler, type Streams } from '../../src/server/index.js'
import { settle } from '../support/clock.js'
import { ask, dataOf, numbers, read, running } from './streams-support.js'
import { eventsOf, listen } from './support.js'

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

  test('a request that is not one of the web, with what to pass', async () => {
    const ofExpress = { method: 'GET', url: '/api', headers: {} }
    const response = createStreams().response(ofExpress as never, 'a')
    await expect(response).rejects.toThrow('use nodeHandler')
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
