// What useEventSource does as its component comes, hides and goes.
import { act, render, renderHook, waitFor } from '@testing-library/react'
import { Activity } from 'react'
import { expect, test, vi } from 'vitest'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { createEventStream } from '../../src/stores/events/event-stream.js'
import { scriptedFetch } from '../connection/scripted-fetch.js'
import { setup, opened, open, settled } from './use-event-source-support.js'

test.each([false, true])(
  'what was opened by hand closes with the component, enabled since or not: %s',
  async (enabled) => {
    const { server, result, rerender, unmount } = setup({ enabled: false })
    act(() => result.current.open())
    expect(result.current.status).toBe('connecting')
    rerender({ url: '/events', enabled })
    await open({ server, result })
    unmount()
    await waitFor(() => expect(server.last.init.signal?.aborted).toBe(true))
  },
)

test('StrictMode makes one connection', async () => {
  const { server, result } = setup({}, { strict: true })
  await open({ server, result })
  await settled()
  expect(server.exchanges).toHaveLength(1)
  expect(server.last.init.signal?.aborted).toBe(false)
})

test('unmounting closes the connection, and nothing is called after it', async () => {
  const onClose = vi.fn<() => void>()
  const onError = vi.fn<() => void>()
  const { server, unmount } = await opened({ onClose, onError })
  unmount()
  await waitFor(() => expect(server.last.init.signal?.aborted).toBe(true))
  await settled()
  expect(onClose).not.toHaveBeenCalled()
  expect(onError).not.toHaveBeenCalled()
  expect(server.exchanges).toHaveLength(1)
})

test('open() after unmounting does nothing', async () => {
  const onEvent = vi.fn<() => void>()
  const { server, result, unmount } = await opened({ onEvent })
  unmount()
  await settled()
  act(() => result.current.open())
  await settled()
  expect(server.exchanges).toHaveLength(1)
  expect(onEvent).not.toHaveBeenCalled()
})

/** A stream in an Activity, of which this field is shown. */
async function inActivity(field: 'data' | 'status') {
  const server = scriptedFetch()
  const Shown = () => <i>{useEventSource('/events', { fetch: server.fetch })[field]}</i>
  const page = (mode: 'visible' | 'hidden') => (
    <Activity mode={mode}>
      <Shown />
    </Activity>
  )
  const { rerender, container } = render(page('visible'))
  await waitFor(() => expect(server.exchanges).toHaveLength(1))
  return { server, container, setMode: (mode: 'visible' | 'hidden') => rerender(page(mode)) }
}

test('a hidden Activity closes the connection, and goes on by id when it is shown again', async () => {
  const { server, container, setMode } = await inActivity('data')
  server.last.open()
  server.last.send('id: 3\ndata: kept\n\n')
  await waitFor(() => expect(container.textContent).toBe('kept'))
  setMode('hidden')
  await waitFor(() => expect(server.last.init.signal?.aborted).toBe(true))
  setMode('visible')
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  expect(server.last.headers.get('last-event-id')).toBe('3')
  expect(container.textContent).toBe('kept')
})

test('a stream that is over is not opened again when its Activity is shown again', async () => {
  const { server, container, setMode } = await inActivity('status')
  server.last.answer(204)
  await waitFor(() => expect(container.textContent).toBe('closed'))
  setMode('hidden')
  await settled()
  setMode('visible')
  await settled()
  expect(container.textContent).toBe('closed')
  expect(server.exchanges).toHaveLength(1)
})

test('unmounting before the effects have settled sends nothing that stays', async () => {
  const { server, unmount } = setup()
  unmount()
  await settled()
  for (const { init } of server.exchanges) expect(init.signal?.aborted).toBe(true)
})

test('a store that is given is opened by the first component and released by the last', async () => {
  const server = scriptedFetch()
  const stream = createEventStream('https://example.test/', { fetch: server.fetch })
  const Shown = () => <i>{useEventSource(stream).data}</i>
  const both = render(
    <p>
      <Shown />
      <Shown />
    </p>,
  )
  await waitFor(() => expect(server.exchanges).toHaveLength(1))
  server.last.open()
  server.last.send('data: x\n\n')
  await waitFor(() => expect(both.container.textContent).toBe('xx'))
  both.rerender(
    <p>
      <Shown />
    </p>,
  )
  await settled()
  expect(server.last.init.signal?.aborted).toBe(false)
  both.unmount()
  await waitFor(() => expect(server.last.init.signal?.aborted).toBe(true))
  expect(server.exchanges).toHaveLength(1)
})

test('a store that was opened by hand outlives its components', async () => {
  const server = scriptedFetch()
  const stream = createEventStream('https://example.test/', { fetch: server.fetch })
  stream.open()
  const { unmount } = renderHook(() => useEventSource(stream))
  unmount()
  await settled()
  expect(server.last.init.signal?.aborted).toBe(false)
  stream.close()
})

test('a component that has left, or has another URL, hears no more of the old stream', async () => {
  const seen: string[] = []
  let url = '/a'
  const { server, rerender, unmount } = await opened({
    url,
    onEvent: ({ data }) => seen.push(`${url} ${data}`),
    onError: () => seen.push('error'),
  })
  const old = server.last
  url = '/b'
  rerender({ url, onEvent: ({ data }) => seen.push(`${url} ${data}`) })
  old.send('data: of a\n\n')
  old.cut()
  await waitFor(() => expect(server.exchanges).toHaveLength(2))
  server.last.open()
  server.last.send('data: of b\n\n')
  await waitFor(() => expect(seen).toEqual(['/b of b']))
  unmount()
  server.last.send('data: too late\n\n')
  await settled()
  await settled()
  expect(seen).toEqual(['/b of b'])
})

test('a component that is unmounted by a handler hears nothing more of the same chunk', async () => {
  const seen: string[] = []
  const { server, unmount } = await opened({
    onEvent({ data }) {
      seen.push(data)
      unmount()
    },
  })
  server.last.send('data: 1\n\ndata: 2\n\n')
  await settled()
  expect(seen).toEqual(['1'])
  await waitFor(() => expect(server.last.isCanceled()).toBe(true))
})
