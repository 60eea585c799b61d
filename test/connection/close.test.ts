import { expect, test, vi } from 'vitest'
import { connected, type Harness, mayGoOn, opened } from './harness.js'
import { scriptedFetch, sse } from './scripted-fetch.js'

test('close() aborts the request, and leaves no timer', async () => {
  for (const state of ['connecting', 'open', 'waiting']) {
    const { connection, server, clock, log } = await connected({ idleTimeout: 5_000 })
    if (state === 'open') server.last.open()
    await clock.advance(0)
    if (state === 'waiting') server.last.cut()
    await clock.advance(0)
    const before = [...log]
    connection.close()
    expect(clock.waiting).toBe(0)
    if (state !== 'waiting') expect(server.last.init.signal?.aborted).toBe(true)
    await clock.advance(100_000)
    expect(log).toEqual(before)
    expect(server.exchanges).toHaveLength(1)
  }
})

test('close() lets go of the body, even of a fetch that does not listen to its signal', async () => {
  const { connection, server, clock, log } = await opened({ server: scriptedFetch({ deaf: true }) })
  connection.close()
  await clock.advance(0)
  expect(server.last.isCanceled()).toBe(true)
  expect(log).toEqual(['connecting', 'open'])
})

test('a body that fails when it is let go of, open or late, makes no unhandled rejection', async () => {
  const cancel = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('already gone')))
  const response = () => new Response(new ReadableStream({ cancel }), { headers: sse })
  const open = await connected({ fetch: async () => response() })
  open.connection.close()
  let answer = (_late: Response): void => {}
  const late = await connected({ fetch: () => new Promise((resolve) => (answer = resolve)) })
  late.connection.close()
  answer(response())
  await late.clock.advance(0)
  expect(cancel).toHaveBeenCalledTimes(2)
})

test('a fetch that answers its abort by an error of its own, as debugging tools make it, has not failed', async () => {
  const fetch: typeof globalThis.fetch = (_, init) =>
    new Promise((_resolve, reject) =>
      init!.signal!.addEventListener('abort', () => reject(new Error('canceled by a tool'))),
    )
  const { connection, clock, log } = await connected({ fetch })
  connection.close()
  await clock.advance(100_000)
  expect(log).toEqual(['connecting'])
})

test('close() while connecting lets go of the response that still comes', async () => {
  const server = scriptedFetch({ deaf: true })
  const { connection, clock, log } = await connected({}, { server })
  connection.close()
  server.last.open()
  await clock.advance(0)
  expect(server.last.isCanceled()).toBe(true)
  expect(log).toEqual(['connecting'])
})

test('closed by who is told that it connects, it asks for nothing and leaves no timer', async () => {
  let close = (): void => {}
  const server = scriptedFetch()
  const { connection, clock, log } = await connected(
    {},
    { server, sink: { onStatus: () => close() } },
  )
  connection.close()
  ;({ close } = connection)
  connection.open()
  await clock.advance(100_000)
  expect(clock.waiting).toBe(0)
  expect(server.exchanges).toHaveLength(1)
  expect(log).toEqual(['connecting', 'connecting'])
})

test('whenever it is closed after a response has come, nothing is told any more', async () => {
  for (const body of ['data: a\n\n', undefined]) {
    for (let turns = 0; turns < 30; turns += 1) {
      let answer = (_response: Response): void => {}
      let isClosed = false
      const told: string[] = []
      const tell = (what: string): void => void (isClosed && told.push(what))
      const { connection, clock } = await connected(
        { fetch: () => new Promise((resolve) => (answer = resolve)) },
        {
          sink: {
            onStatus: (status) => tell(status),
            onOpen: () => tell('open'),
            onEvent: () => tell('event'),
            onEnd() {
              tell('end')
              return mayGoOn()
            },
          },
        },
      )
      answer(body ? new Response(body, { headers: sse }) : new Response(null, { status: 204 }))
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      connection.close()
      isClosed = true
      await clock.advance(100_000)
      expect(told).toEqual([])
    }
  }
})

test('close() while headers() is pending sends nothing', async () => {
  let give = (_headers: HeadersInit): void => {}
  const headers = () => new Promise<HeadersInit>((resolve) => (give = resolve))
  const { connection, clock, server } = await connected({ headers })
  connection.close()
  give({})
  await clock.advance(0)
  expect(server.exchanges).toHaveLength(0)
})

test('close() in an event keeps back the rest of the same chunk, whatever the format', async () => {
  for (const [type, chunk] of [
    ['text/event-stream', 'data: 1\n\ndata: 2\n\n'],
    ['application/x-ndjson', '1\n2\n'],
    ['application/json-seq', '\u001e1\n\u001e2\n'],
  ] as const) {
    const harness: Harness = await connected(
      {},
      { sink: { onEvent: () => harness.connection.close() } },
    )
    harness.server.last.open({ 'content-type': type })
    harness.server.last.send(chunk)
    await harness.clock.advance(100_000)
    expect(harness.log).toEqual(['connecting', 'open', '1'])
    expect(harness.server.last.isCanceled() || harness.server.last.init.signal?.aborted).toBe(true)
  }
})

test('close() when it opens delivers nothing, and lets go of the body, also of one that is silent', async () => {
  for (const chunk of ['data: 1\n\n', undefined]) {
    const server = scriptedFetch({ deaf: true })
    const harness: Harness = await connected(
      {},
      { server, sink: { onOpen: () => harness.connection.close() } },
    )
    server.last.open()
    if (chunk) server.last.send(chunk)
    await harness.clock.advance(100_000)
    expect(harness.log).toEqual(['connecting', 'open'])
    expect(server.last.isCanceled()).toBe(true)
  }
})

test('close() at an error stops the reconnecting', async () => {
  const harness: Harness = await connected(
    {},
    { sink: { onStatus: (_status, { error }) => error && harness.connection.close() } },
  )
  harness.server.last.cut()
  await harness.clock.advance(100_000)
  expect(harness.log).toEqual(['connecting', 'reconnecting 1 in 1000: network'])
  expect(harness.clock.waiting).toBe(0)
})

test('close() at the end of the stream ends it there', async () => {
  for (const verdict of [mayGoOn(), undefined]) {
    const harness: Harness = await opened({
      sink: {
        onEnd() {
          harness.connection.close()
          return verdict
        },
      },
    })
    harness.server.last.end()
    await harness.clock.advance(100_000)
    expect(harness.log).toEqual(['connecting', 'open'])
  }
})

test('close() in an event keeps the id of that event, not of the rest of the chunk', async () => {
  const harness: Harness = await opened({ sink: { onEvent: () => harness.connection.close() } })
  harness.server.last.send('id: 1\ndata: a\n\nid: 2\ndata: b\n\n')
  await harness.clock.advance(0)
  expect(harness.connection.lastEventId).toBe('1')
})

test('close() in an event that the end of the stream completes: that it ended is not told', async () => {
  for (const [type, chunk] of [
    ['application/x-ndjson', '1'],
    ['application/json-seq', '\u001e{"a":1}'],
  ] as const) {
    const onEnd = vi.fn<() => undefined>()
    const harness: Harness = await connected(
      {},
      { sink: { onEvent: () => harness.connection.close(), onEnd } },
    )
    harness.server.last.open({ 'content-type': type })
    harness.server.last.send(chunk)
    harness.server.last.end()
    await harness.clock.advance(100_000)
    expect(harness.log).toHaveLength(3)
    expect(onEnd).not.toHaveBeenCalled()
  }
})
