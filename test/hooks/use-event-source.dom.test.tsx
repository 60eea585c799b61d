import { act, renderHook, waitFor } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import type { StreamError } from '../../src/errors.js'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { scriptedFetch } from '../connection/scripted-fetch.js'
import { type Props, setup, opened, open, settled } from './use-event-source-support.js'

test('the first render says connecting, and then what there is', async () => {
  const { server, seen, result } = setup()
  expect(seen[0]).toBe('connecting')
  expect(result.current.data).toBe(undefined)
  await waitFor(() => expect(server.exchanges).toHaveLength(1))
  server.last.open()
  server.last.send('id: 1\ndata: hello\n\n')
  await waitFor(() => expect(result.current.data).toBe('hello'))
  expect(result.current).toMatchObject({
    status: 'open',
    error: undefined,
    attempt: 0,
    retryAt: undefined,
    lastEventId: '1',
    lastEvent: { type: 'message', data: 'hello', lastEventId: '1' },
  })
})

test('a relative URL is one of the page, a URL object is as good, and the page may move', async () => {
  const { server, rerender } = setup({ url: '/events?a=1' })
  await waitFor(() => expect(server.exchanges).toHaveLength(1))
  expect(new URL(server.last.url, location.href).href).toBe(`${location.origin}/events?a=1`)
  rerender({ url: new URL('https://example.test/b') })
  await waitFor(() => expect(server.last.url).toBe('https://example.test/b'))
  rerender({ url: new URL('https://example.test/b') })
  await settled()
  expect(server.exchanges).toHaveLength(2)
})

test.each([{ url: null }, { url: undefined }, { enabled: false }])(
  'with %o it is idle and makes no request',
  async (props) => {
    const { server, seen } = setup(props)
    await settled()
    expect(seen).toEqual(['idle'])
    expect(server.exchanges).toHaveLength(0)
  },
)

test('a URL that comes later is connected to, and one that goes is closed', async () => {
  const { server, result, rerender } = setup({ url: null })
  rerender({ url: '/events' })
  expect(result.current.status).toBe('connecting')
  await open({ server, result })
  server.last.send('data: a\n\n')
  await waitFor(() => expect(result.current.data).toBe('a'))
  rerender({ url: null })
  expect(result.current).toMatchObject({ status: 'idle', data: undefined })
  await waitFor(() => expect(server.last.init.signal?.aborted).toBe(true))
})

test('enabled: false closes and is idle, with the data kept; enabled again, it goes on by id', async () => {
  const harness = await opened()
  const { server, result, rerender } = harness
  server.last.send('id: 4\ndata: a\n\n')
  await waitFor(() => expect(result.current.data).toBe('a'))
  rerender({ url: '/events', enabled: false })
  await waitFor(() => expect(result.current.status).toBe('idle'))
  expect(server.last.init.signal?.aborted).toBe(true)
  expect(result.current.data).toBe('a')
  rerender({ url: '/events', enabled: true })
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  expect(server.last.headers.get('last-event-id')).toBe('4')
})

test('enabled: false is idle whatever came before, and enabled again connects', async () => {
  for (const ended of ['failed', 'closed']) {
    const { server, result, rerender } = setup()
    await waitFor(() => expect(server.exchanges).toHaveLength(1))
    server.last.answer(ended === 'failed' ? 404 : 204)
    await waitFor(() => expect(result.current.status).toBe(ended))
    rerender({ url: '/events', enabled: false })
    await waitFor(() => expect(result.current.status).toBe('idle'))
    rerender({ url: '/events', enabled: true })
    await waitFor(() => expect(server.exchanges).toHaveLength(2))
  }
})

test('not enabled and enabled again before anything could happen, it connects again', async () => {
  const { server, result, rerender } = await opened()
  rerender({ url: '/events', enabled: false })
  rerender({ url: '/events', enabled: true })
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  server.last.open()
  await waitFor(() => expect(result.current.status).toBe('open'))
})

test('a changed URL starts afresh: no data, no id, and the old stream is closed', async () => {
  const { server, result, rerender, seen } = await opened()
  server.last.send('id: 9\ndata: old\n\n')
  await waitFor(() => expect(result.current.data).toBe('old'))
  seen.length = 0
  rerender({ url: '/other' })
  expect(result.current).toMatchObject({
    status: 'connecting',
    data: undefined,
    lastEvent: undefined,
    lastEventId: '',
  })
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  const [old, fresh] = server.exchanges
  expect(fresh?.url).toContain('/other')
  expect(fresh?.headers.has('last-event-id')).toBe(false)
  await waitFor(() => expect(old?.init.signal?.aborted).toBe(true))
  fresh?.open()
  fresh?.send('data: new\n\n')
  await waitFor(() => expect(result.current.data).toBe('new'))
})

test('a changed key starts afresh as well', async () => {
  const { server, result, rerender } = await opened({ key: 'alice' })
  server.last.send('id: 9\ndata: for alice\n\n')
  await waitFor(() => expect(result.current.data).toBe('for alice'))
  rerender({ url: '/events', key: 'bob' })
  expect(result.current.data).toBe(undefined)
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  expect(server.last.headers.has('last-event-id')).toBe(false)
})

test('new options and handlers do not reconnect, and the newest are used', async () => {
  const log: string[] = []
  const props = (version: string): Props => ({
    url: '/events',
    headers: { 'x-version': version },
    onEvent: ({ data }) => log.push(`${version} ${data}`),
    retry: { minDelay: 1, jitter: 0 },
  })
  const { server, rerender } = await opened(props('one'))
  rerender(props('two'))
  rerender(props('three'))
  server.last.send('data: a\n\n')
  await waitFor(() => expect(log).toEqual(['three a']))
  expect(server.exchanges).toHaveLength(1)
  server.last.end()
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  expect(server.last.headers.get('x-version')).toBe('three')
})

test('open and close are the same functions for ever', async () => {
  const { result, rerender } = await opened()
  const { open: firstOpen, close: firstClose } = result.current
  rerender({ url: '/other', onEvent: () => {} })
  rerender({ url: null })
  expect(result.current.open).toBe(firstOpen)
  expect(result.current.close).toBe(firstClose)
})

test('open() after close() keeps the id', async () => {
  const { server, result } = await opened()
  server.last.send('id: 6\ndata: a\n\n')
  await waitFor(() => expect(result.current.data).toBe('a'))
  act(() => result.current.close())
  expect(result.current).toMatchObject({ status: 'closed', data: 'a' })
  act(() => result.current.open())
  expect(result.current.status).toBe('connecting')
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  expect(server.last.headers.get('last-event-id')).toBe('6')
})

test('open() and close() without a URL do nothing', async () => {
  const { server, result } = setup({ url: null })
  act(() => {
    result.current.open()
    result.current.close()
  })
  await settled()
  expect(result.current.status).toBe('idle')
  expect(server.exchanges).toHaveLength(0)
})

test('a closed stream stays closed when the component renders again', async () => {
  const { server, result, rerender } = await opened()
  act(() => result.current.close())
  rerender({ url: '/events', onEvent: () => {} })
  await settled()
  expect(result.current.status).toBe('closed')
  expect(server.exchanges).toHaveLength(1)
})

test('close() inside onError stops the reconnecting', async () => {
  const server = scriptedFetch()
  const errors: StreamError[] = []
  const { result } = renderHook(() => {
    const stream = useEventSource('/events', {
      fetch: server.fetch,
      retry: { minDelay: 1, maxDelay: 1 },
      onError: (error) => {
        errors.push(error)
        if (errors.length === 2) stream.close()
      },
    })
    return stream
  })
  await waitFor(() => expect(server.exchanges).toHaveLength(1))
  server.last.cut()
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  server.last.cut()
  await waitFor(() => expect(result.current.status).toBe('closed'))
  await settled()
  expect(server.exchanges).toHaveLength(2)
  expect(result.current.error).toBe(errors[1])
})

test('a wrong option, or a bad URL, is an error to show and not an exception', async () => {
  for (const props of [
    { url: 'http://:bad' },
    { idleTimeout: -1 },
    { headers: { 'bad name': '' } },
  ]) {
    const { result, server } = setup(props)
    await waitFor(() => expect(result.current.status).toBe('failed'))
    expect(result.current.error?.code).toBe('invalid-option')
    expect(server.exchanges).toHaveLength(0)
  }
})

const mocked = setupServer()
beforeAll(() => mocked.listen())
afterEach(() => mocked.resetHandlers())
afterAll(() => mocked.close())

test('it works over a mocked network as over a real one', async () => {
  mocked.use(
    http.get('*/api/prices', ({ request }) =>
      HttpResponse.text('data: {"price":7}\n\nevent: end\ndata: {"price":8}\n\n', {
        headers: { 'content-type': request.headers.get('accept')!.split(',')[0]! },
      }),
    ),
  )
  const { result } = renderHook(() =>
    useEventSource<{ price: number }>('/api/prices', { parse: 'json', closeOn: 'end' }),
  )
  await waitFor(() => expect(result.current.status).toBe('closed'))
  expect(result.current.data).toEqual({ price: 8 })
})
