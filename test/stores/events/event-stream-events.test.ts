import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { StreamError } from '../../../src/errors.js'
import type { StreamEvent } from '../../../src/formats/types.js'
import type { AnyOptions } from '../../../src/stores/events/event-stream-seam.js'
import { opened } from './event-stream-harness.js'

test('an event goes to the handler of its name, and what no entry names to onEvent', async () => {
  const log: string[] = []
  const { send } = await opened({
    events: {
      progress: ({ data }, value) => log.push(`progress ${data} ${value}`),
      message: ({ data }) => log.push(`message ${data}`),
    },
    onEvent: ({ type, data }) => log.push(`other ${type} ${data}`),
  })
  await send('event: progress\ndata: 5\n\ndata: hello\n\nevent: news\ndata: x\n\n')
  expect(log).toEqual(['progress 5 5', 'message hello', 'other news x'])
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'error', 'open', 'close'])(
  'an event may be named %s',
  async (type) => {
    const onError = vi.fn<(error: StreamError) => void>()
    const onOpen = vi.fn<(response: Response) => void>()
    const onEvent = vi.fn<(event: StreamEvent, value: unknown) => void>()
    const own = vi.fn<(event: StreamEvent, value: unknown) => void>()
    const { send, stream, now } = await opened({
      events: { other: own },
      onEvent,
      onError,
      onOpen,
    })
    await send(`event: ${type}\ndata: a\n\n`)
    expect(onEvent).toHaveBeenCalledWith({ type, data: 'a', lastEventId: '' }, 'a')
    stream.configure({ events: Object.fromEntries([[type, own]]), onEvent })
    await send(`event: ${type}\ndata: b\n\n`)
    expect(own).toHaveBeenCalledWith({ type, data: 'b', lastEventId: '' }, 'b')
    expect(onEvent).toHaveBeenCalledOnce()
    expect(onError).not.toHaveBeenCalled()
    expect(onOpen).toHaveBeenCalledOnce()
    expect(await now()).toMatchObject({ status: 'open', data: 'b', error: undefined })
  },
)

test('data is the last value, whatever the name of the event', async () => {
  const { send, now } = await opened()
  expect((await now()).data).toBe(undefined)
  await send('data: a\n\nevent: named\nid: 1\ndata: b\n\n')
  expect(await now()).toMatchObject({
    data: 'b',
    lastEvent: { type: 'named', data: 'b', lastEventId: '1' },
    lastEventId: '1',
  })
})

test('an id that comes without an event is shown as well', async () => {
  const { send, now, published } = await opened()
  await send('id: 7\n\n')
  expect((await now()).lastEventId).toBe('7')
  published.length = 0
  await send('id: 7\n\n: heartbeat\n\n')
  await now()
  expect(published).toHaveLength(0)
  await send('id\n\n')
  expect((await now()).lastEventId).toBe('')
})

test('with initial and reduce, data is the accumulated state', async () => {
  const { send, now } = await opened<number, number[]>({
    parse: 'json',
    initial: [],
    reduce: (seen, event, value) => [...seen, value + event.data.length],
  })
  expect((await now()).data).toEqual([])
  await send('data: 1\n\ndata: 20\n\n')
  expect((await now()).data).toEqual([2, 22])
})

test('parse text leaves the data, and json gives its value, while event.data stays raw', async () => {
  const values: unknown[] = []
  const onEvent: AnyOptions<unknown, unknown>['onEvent'] = ({ data }, value) =>
    values.push(data, value)
  const text = await opened<unknown, unknown>({ onEvent })
  await text.send('data: {"a":1}\n\n')
  const json = await opened<unknown, unknown>({ parse: 'json', onEvent })
  await json.send('data: {"a":1}\n\n')
  expect(values).toEqual(['{"a":1}', '{"a":1}', '{"a":1}', { a: 1 }])
  expect((await json.now()).data).toEqual({ a: 1 })
  expect((await json.now()).lastEvent?.data).toBe('{"a":1}')
})

test('a value that does not parse is reported and leaves the data, and the stream goes on', async () => {
  const onError = vi.fn<(error: StreamError) => void>()
  const onEvent = vi.fn<(event: StreamEvent, value: unknown) => void>()
  const { send, now, server } = await opened<number, number>({ parse: 'json', onError, onEvent })
  await send('data: 1\n\nevent: reading\ndata: {"half\n\n')
  const broken = await now()
  expect(broken).toMatchObject({ status: 'open', data: 1, lastEvent: { data: '{"half' } })
  expect(broken.error).toMatchObject({
    code: 'parse',
    url: 'https://example.test/events',
    body: '{"half',
  })
  expect(broken.error?.message).toMatch(/reading.*{"half/s)
  expect(broken.error?.cause).toBeInstanceOf(SyntaxError)
  expect(onError.mock.calls).toEqual([[broken.error]])
  expect(onEvent).toHaveBeenCalledTimes(1)

  await send('data: 2\n\ndata: bare\n\n')
  expect(await now()).toMatchObject({ data: 2, error: { code: 'parse', body: 'bare' } })
  expect(server.exchanges).toHaveLength(1)
})

test('one event goes to its handler, then reduce, then closeOn', async () => {
  const log: string[] = []
  const { send } = await opened<string, string>({
    onEvent: ({ data }) => log.push(`handler ${data}`),
    initial: '',
    reduce: (_state, { data }) => {
      log.push(`reduce ${data}`)
      return data
    },
    closeOn: ({ data }) => {
      log.push(`closeOn ${data}`)
      return data === 'b'
    },
    onClose: () => log.push('closed'),
  })
  await send('data: a\n\ndata: b\n\ndata: c\n\n')
  expect(log).toEqual([
    'handler a',
    'reduce a',
    'closeOn a',
    'handler b',
    'reduce b',
    'closeOn b',
    'closed',
  ])
})

test.each([
  ['a name', 'done'],
  ['names', ['end', 'done']],
  ['a test', ({ type }: { type: string }) => type === 'done'],
] as const)('closeOn takes %s', async (_what, closeOn) => {
  const { send, stream, server, clock } = await opened({
    closeOn: typeof closeOn === 'object' ? [...closeOn] : closeOn,
  })
  await send('event: progress\ndata: 1\n\nevent: done\ndata: 2\n\ndata: 3\n\n')
  expect(stream.getSnapshot()).toMatchObject({ status: 'closed', data: '2', error: undefined })
  await clock.advance(100_000)
  expect(server.exchanges).toHaveLength(1)
  expect(clock.waiting).toBe(0)
})

test('the final data and closed are published together, at once', async () => {
  const { send, published, now } = await opened<string, string[]>({
    closeOn: 'done',
    initial: [],
    reduce: (seen, { data }) => [...seen, data],
  })
  published.length = 0
  await send('data: 1\n\nevent: done\ndata: 2\n\n')
  expect(published).toMatchObject([{ status: 'closed', data: ['1', '2'] }])
  await now()
  expect(published).toHaveLength(1)
})

test('a terminal event whose data is a bare word ends a stream of JSON without an error', async () => {
  const onError = vi.fn<(error: StreamError) => void>()
  for (const word of ['bye', '[DONE]', '']) {
    const { send, stream } = await opened<unknown, unknown>({
      parse: 'json',
      closeOn: 'close',
      onError,
    })
    await send(`data: {"a":1}\n\nevent: close\ndata: ${word}\n\n`)
    const end = { status: 'closed', data: { a: 1 }, error: undefined }
    expect(stream.getSnapshot()).toMatchObject(end)
  }
  expect(onError).not.toHaveBeenCalled()
})

test('a terminal event whose data is broken JSON ends the stream, and is reported', async () => {
  for (const [parse, data] of [
    ['json', '{"result": 4'],
    ['json', '[{"result": 4}'],
    [z.object({ a: z.number() }), '{"b":1}'],
  ] as const) {
    const onError = vi.fn<(error: StreamError) => void>()
    const { send, stream } = await opened<unknown, unknown>({ parse, closeOn: 'end', onError })
    await send(`data: {"a":1}\n\nevent: end\ndata: ${data}\n\n`)
    expect(stream.getSnapshot()).toMatchObject({
      status: 'closed',
      data: { a: 1 },
      error: { code: 'parse', body: data },
    })
    expect(onError).toHaveBeenCalledOnce()
  }
})

test('an event that did not parse is still told of when its stream has ended', async () => {
  const { send, server, now } = await opened({ parse: 'json', retry: false })
  await send('data: {"a":\n\n')
  server.last.end()
  expect(await now()).toMatchObject({ status: 'closed', error: { code: 'parse' } })
})

test('after close() in a handler nothing more of the same chunk is delivered', async () => {
  const seen: string[] = []
  const { send, stream, server, published } = await opened({
    onEvent: ({ data }) => {
      seen.push(data)
      if (data === '2') stream.close()
    },
  })
  published.length = 0
  await send('data: 1\n\ndata: 2\n\ndata: 3\n\n')
  expect(seen).toEqual(['1', '2'])
  expect(published).toMatchObject([{ status: 'closed', data: '2' }])
  expect(server.last.init.signal?.aborted).toBe(true)
})

test('close() and open() in a handler begin again by the last id', async () => {
  const { send, stream, server, clock } = await opened({
    events: {
      restart: () => {
        stream.close()
        stream.open()
      },
    },
    closeOn: 'restart', // its handler was first
  })
  await send('id: 8\nevent: restart\ndata: x\n\ndata: lost\n\n')
  await clock.advance(0)
  expect(stream.getSnapshot()).toMatchObject({ status: 'connecting', data: 'x' })
  expect(server.exchanges).toHaveLength(2)
  expect(server.last.headers.get('last-event-id')).toBe('8')
})

test('what came before a cut, an overlong event and a refusal is kept', async () => {
  const cut = await opened({ retry: false })
  await cut.send('data: kept\n\ndata: half')
  cut.server.last.cut()
  expect(await cut.now()).toMatchObject({ status: 'failed', data: 'kept' })

  const long = await opened({ maxEventSize: 20 })
  await long.send(`data: kept\n\ndata: ${'x'.repeat(40)}\n\n`)
  expect(await long.now()).toMatchObject({
    status: 'failed',
    data: 'kept',
    error: { code: 'too-large' },
  })
})
