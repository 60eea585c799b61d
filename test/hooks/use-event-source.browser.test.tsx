import { Profiler, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { render, renderHook } from 'vitest-browser-react'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { startServer } from '../servers/server.js'

function Ticks({ url }: { url: string }) {
  const { status, data } = useEventSource(url, {
    closeOn: 'close',
    initial: [] as string[],
    reduce: (seen, event) => [...seen, event.data],
  })
  return (
    <p>
      {status}: {data.join(', ')}
    </p>
  )
}

function Count({ url }: { url: string }) {
  const { status, data } = useEventSource(url, { initial: 0, reduce: (count) => count + 1 })
  return (
    <p>
      {status}: {data}
    </p>
  )
}

test('shows what a real server streams, and stops at its terminal event', async () => {
  const { url } = await startServer('ticks', { count: 3 })
  const screen = await render(<Ticks url={url} />)
  await expect.element(screen.getByText('closed: tick 1, tick 2, tick 3, bye')).toBeInTheDocument()
})

test('StrictMode makes one connection, which unmounting closes: the server sees it leave', async () => {
  const server = await startServer('numbers', { count: 3 })
  const screen = await render(
    <StrictMode>
      <Count url={server.url} />
    </StrictMode>,
  )
  await expect.element(screen.getByText('open: 3')).toBeInTheDocument()
  expect(await server.seen()).toMatchObject([{ disconnected: false }])
  await screen.unmount()
  await expect.poll(server.seen).toMatchObject([{ disconnected: true }])
})

test('a changed URL leaves the old server for the new one, and starts afresh', async () => {
  const [one, two] = await Promise.all([
    startServer('numbers', { count: 3 }),
    startServer('numbers', { count: 5 }),
  ])
  const screen = await render(<Count url={one.url} />)
  await expect.element(screen.getByText('open: 3')).toBeInTheDocument()
  await screen.rerender(<Count url={two.url} />)
  await expect.element(screen.getByText('open: 5')).toBeInTheDocument()
  await expect.poll(one.seen).toMatchObject([{ disconnected: true }])
  expect((await two.seen())[0]?.lastEventId).toBe(undefined)
})

test('10,000 events at once are at most a render a frame, and no error of React', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => errors.mockRestore())
  const server = await startServer('numbers', { count: 10_000 })
  let frames = 0
  let frame = requestAnimationFrame(function next() {
    frames += 1
    frame = requestAnimationFrame(next)
  })
  onTestFinished(() => cancelAnimationFrame(frame))
  const onRender = vi.fn<() => void>()
  const screen = await render(
    <Profiler id="count" onRender={onRender}>
      <Count url={server.url} />
    </Profiler>,
  )
  await expect.element(screen.getByText('open: 10000')).toBeInTheDocument()
  // The chunks come over some frames. The first render and the opening have no events.
  expect(onRender.mock.calls.length).toBeLessThanOrEqual(frames + 2)
  expect(errors).not.toHaveBeenCalled()
})

test('open() after close() resumes by id', async () => {
  const server = await startServer('numbers', { count: 3 })
  const { result, act: actHook } = await renderHook(() => useEventSource(server.url))
  await expect.poll(() => result.current.lastEventId).toBe('3')
  await actHook(() => result.current.close())
  expect(result.current).toMatchObject({ status: 'closed', data: '3' })
  await actHook(() => result.current.open())
  await expect.poll(() => result.current.status).toBe('open')
  expect(await server.seen()).toMatchObject([{}, { lastEventId: '3' }])
})

test('a page that a server has rendered hydrates without complaint, and connects once', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
  const server = await startServer('numbers', { count: 3 })
  const page = <Count url={server.url} />
  const container = document.body.appendChild(document.createElement('div'))
  // What renderToString makes of the page in either React.
  container.innerHTML = '<p>connecting<!-- -->: <!-- -->0</p>'
  expect(await server.seen()).toEqual([])
  const root = hydrateRoot(container, page)
  onTestFinished(() => {
    errors.mockRestore()
    root.unmount()
    container.remove()
  })
  await expect.poll(() => container.textContent).toBe('open: 3')
  expect(errors).not.toHaveBeenCalled()
  expect(await server.seen()).toHaveLength(1)
})
