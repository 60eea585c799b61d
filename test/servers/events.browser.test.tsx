// The event streams that people's servers really send, each by a server of that kind.
import { StrictMode } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { renderHook } from 'vitest-browser-react'
import type { StreamError } from '../../src/errors.js'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { records } from '../support/servers/formats-records.js'
import { startServer } from './server.js'

const collect = {
  initial: [] as string[],
  reduce: (seen: string[], { type, data }: { type: string; data: string }) => [
    ...seen,
    `${type}: ${data}`,
  ],
}

test('Node http, a blank line after each field: receives all, stops at close, does not return', async () => {
  const server = await startServer('node-fields')
  const { result } = await renderHook(() =>
    useEventSource(server.url, { ...collect, closeOn: 'close' }),
  )
  await expect.poll(() => result.current.status).toBe('closed')
  // By the standard a block without data is no event and drops the event's name, but keeps its id.
  expect(result.current.data).toEqual([
    'message: {"count":1}',
    'message: {"count":2}',
    'message: {"count":3}',
    'close: bye',
  ])
  expect(result.current).toMatchObject({ lastEventId: '3', error: undefined })
  expect(await server.seen()).toHaveLength(1)
})

test('Node http, unnamed Chinese events, then end on an open response: the server sees it leave', async () => {
  const server = await startServer('node-chinese')
  const { result } = await renderHook(() =>
    useEventSource(server.url, { ...collect, closeOn: 'end' }),
  )
  await expect.poll(() => result.current.status).toBe('closed')
  expect(result.current.data).toEqual(['message: 你好，世界', 'message: 流式传输', 'end: 完'])
  await expect.poll(server.seen).toMatchObject([{ disconnected: true }])
})

test('Express, progress to 100, then complete: handlers by name, and close() from one', async () => {
  const server = await startServer('express-progress')
  const percents: (number | undefined)[] = []
  const { result } = await renderHook(() => {
    const stream = useEventSource<{ percent?: number; result?: string }>(`${server.url}/progress`, {
      parse: 'json',
      events: {
        progress: (_event, { percent }) => void percents.push(percent),
        complete: () => stream.close(),
      },
    })
    return stream
  })
  await expect.poll(() => result.current.status).toBe('closed')
  expect(percents).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
  expect(result.current.data).toEqual({ result: 'done' })
  await expect.poll(server.seen).toMatchObject([{ disconnected: true }])
})

test('Hono streamSSE from another origin: both kinds of event, no heartbeats, with credentials', async () => {
  document.cookie = 'brooklet=test; path=/'
  onTestFinished(() => void (document.cookie = 'brooklet=; path=/; max-age=0'))
  const server = await startServer('hono-news')
  const news: string[] = []
  const messages: string[] = []
  const { result } = await renderHook(() =>
    useEventSource(`${server.url}/news`, {
      credentials: 'include',
      idleTimeout: 5_000,
      events: { news: ({ data }) => void news.push(data) },
      onEvent: ({ type, data }) => void messages.push(`${type}: ${data}`),
    }),
  )
  await expect.poll(() => news).toEqual(['first line\nsecond line', '{"title":"头条"}'])
  expect(messages).toEqual(['message: welcome'])
  await expect.poll(() => result.current.lastEventId).toBe('3')
  expect(result.current).toMatchObject({ status: 'open', error: undefined })
  const [request] = await server.seen()
  expect(request?.cookie).toContain('brooklet=test')
})

test('Spring SseEmitter, no space after the colon: accumulates with reduce', async () => {
  const server = await startServer('spring-metrics')
  const { result } = await renderHook(() =>
    useEventSource(server.url, {
      initial: { greeting: '', cpu: [] as number[] },
      reduce: (state, { type, data }) =>
        type === 'welcome'
          ? { ...state, greeting: data }
          : { ...state, cpu: [...state.cpu, (JSON.parse(data) as { cpu: number }).cpu] },
    }),
  )
  await expect
    .poll(() => result.current.data)
    .toEqual({ greeting: 'connected', cpu: [0.25, 0.5, 0.75] })
  expect(result.current.lastEventId).toBe('3')
})

test('ASP.NET Core, the name flushed before the data: the event arrives whole', async () => {
  const server = await startServer('aspnet-progress')
  const { result } = await renderHook(() => useEventSource(server.url, collect))
  await expect
    .poll(() => result.current.data)
    .toEqual(['progress: {"percent":0}', 'progress: {"percent":50}', 'progress: {"percent":100}'])
})

interface Entry {
  id: number
  text: string
}

test.each(['sse', 'ndjson', 'jsonl', 'json-seq'])(
  'the same hook reads the records as %s, each as it comes',
  async (format) => {
    const server = await startServer('formats')
    const { result } = await renderHook(() =>
      useEventSource<Entry, Entry[]>(`${server.url}/${format}?wait`, {
        parse: 'json',
        initial: [],
        reduce: (entries, _event, entry) => [...entries, entry],
      }),
    )
    await expect.poll(() => result.current.data).toEqual(records.slice(0, 1))
    await fetch(`${server.url}/go`)
    await expect.poll(() => result.current.data).toEqual(records)
    await expect.poll(() => result.current.status).toBe(format === 'sse' ? 'open' : 'closed')
    expect(result.current.error).toBe(undefined)
  },
)

const asText = records.map((record) => `${JSON.stringify(record)}\n`)
const joined = { initial: '', reduce: (text: string, { data }: { data: string }) => text + data }

test('the same hook reads the records as plain text, as they come where it is not sniffed', async () => {
  const server = await startServer('formats')
  const { result } = await renderHook(() =>
    useEventSource(`${server.url}/text?wait&nosniff`, joined),
  )
  await expect.poll(() => result.current.data).toBe(asText[0])
  await fetch(`${server.url}/go`)
  await expect.poll(() => result.current.data).toBe(asText.join(''))
  await expect.poll(() => result.current.status).toBe('closed')
})

test('plain text that the browser holds back to sniff it comes whole in the end', async () => {
  const server = await startServer('formats')
  const { result } = await renderHook(() => useEventSource(`${server.url}/text`, joined))
  await expect.poll(() => result.current.status).toBe('closed')
  expect(result.current.data).toBe(asText.join(''))
})

test('close() inside onError stops the reconnecting', async () => {
  const server = await startServer('answers')
  const errors: StreamError[] = []
  const { result } = await renderHook(() => {
    const stream = useEventSource(`${server.url}/busy`, {
      retry: { minDelay: 1, maxDelay: 1 },
      onError: (error) => {
        errors.push(error)
        if (errors.length === 2) stream.close()
      },
    })
    return stream
  })
  await expect.poll(() => result.current.status).toBe('closed')
  expect(errors.map(({ status, body }) => [status, body])).toEqual([
    [503, 'busy'],
    [503, 'busy'],
  ])
  expect(await server.seen()).toHaveLength(2)
})

test('Access-Control-Allow-Origin: * with credentials fails, and the error names the cause', async () => {
  const server = await startServer('answers')
  const { result } = await renderHook(() =>
    useEventSource(`${server.url}/star`, { credentials: 'include', retry: false }),
  )
  await expect.poll(() => result.current.status).toBe('failed')
  const { error } = result.current
  expect(error).toMatchObject({ code: 'network', url: `${server.url}/star` })
  expect(error?.message).toContain('forbidden by CORS')
  expect(error?.hint).toMatch(/Access-Control-Allow-Origin.*credentials it must not be \*/)
  expect(error?.cause).toBeInstanceOf(TypeError)
})

test('the same stream without credentials is read', async () => {
  const server = await startServer('answers')
  const { result } = await renderHook(() => useEventSource(`${server.url}/star`))
  await expect.poll(() => result.current.data).toBe('not for you')
})

test('a page in place of a stream fails with its status and first bytes', async () => {
  const server = await startServer('answers')
  const { result } = await renderHook(() => useEventSource(`${server.url}/html`))
  await expect.poll(() => result.current.status).toBe('failed')
  expect(result.current.error).toMatchObject({
    code: 'content-type',
    status: 200,
    url: `${server.url}/html`,
    body: '<!doctype html><title>Sign in',
  })
})

test('a connection that breaks is resumed by id: nothing lost, nothing doubled', async () => {
  const server = await startServer('numbers', { count: 20, cut: 7 })
  const { result } = await renderHook(
    () =>
      useEventSource(server.url, {
        retry: { minDelay: 1 },
        initial: [] as number[],
        reduce: (seen, { data }) => [...seen, Number(data)],
      }),
    { wrapper: StrictMode },
  )
  await expect
    .poll(() => result.current.data)
    .toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  expect(result.current).toMatchObject({ status: 'open', error: undefined, attempt: 0 })
  const resumed = (await server.seen()).filter(({ lastEventId }) => lastEventId)
  expect(resumed).toMatchObject([{ lastEventId: '7' }])
})
