// What leaks.long.test.ts opens: a page that mounts and unmounts streams, or reads a long one.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { useEventSource } from '../../../src/hooks/use-event-source.js'

interface Props {
  url: string
  fetch?: typeof fetch
  onEvent?(): void
  onClose?(): void
}

function Stream({ url, fetch, onEvent, onClose }: Props) {
  const { status, data } = useEventSource(url, {
    fetch,
    initial: 0,
    reduce: (count) => count + 1,
    closeOn: 'done',
    onEvent,
    onClose,
  })
  return (
    <p>
      {status}: {data}
    </p>
  )
}

const container = document.getElementById('root')!
const root = createRoot(container)

const live = new Set<AbortSignal>()

/** A stream of one event, without an end. Chromium can take seconds to close a socket, too long for 10,000. */
async function fetchHere(_url: unknown, init?: RequestInit): Promise<Response> {
  const signal = init!.signal!
  const body = new ReadableStream({
    start(controller) {
      live.add(signal)
      signal.addEventListener('abort', () => {
        live.delete(signal)
        controller.error(signal.reason)
      })
      controller.enqueue(new TextEncoder().encode('data: first\n\n'))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

/** How many are mounted at a time. */
const width = 20

/** So that no component is taken for an earlier one, where React has not seen yet that those have gone. */
let nextKey = 0

/** Not a timer: the browser delays those that timers set. */
const macrotask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })

async function mountAndUnmount(count: number, isAwaited: boolean, fetch?: Props['fetch']) {
  let missing = count
  await new Promise<void>((resolve) => {
    const onEvent = (): void => {
      missing -= 1
      if (missing === 0) resolve()
    }
    const streams = Array.from({ length: count }, () => (
      <Stream key={nextKey++} url="/events" fetch={fetch} onEvent={onEvent} />
    ))
    root.render(<StrictMode>{streams}</StrictMode>)
    if (!isAwaited) void macrotask().then(resolve)
  })
  root.render(null)
  await macrotask()
}

const pages = {
  /** Mounts and unmounts so many streams: half of them have an event by then, the others may be connecting. */
  async mount(times: number): Promise<void> {
    for (let time = 0; time < times; time += width) {
      await mountAndUnmount(width, (time / width) % 2 === 0, fetchHere)
    }
    while (live.size > 0 || container.firstChild) await macrotask()
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    // What is set in a component that has just gone, React keeps until it renders again.
    root.render(null)
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
  },
  /** The same with the server's streams. */
  async mountOverNetwork(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) await mountAndUnmount(1, time % 2 === 0)
  },
  /** Reads a stream to its end. */
  read: (url: string): Promise<void> =>
    new Promise((resolve) => root.render(<Stream url={url} onClose={resolve} />)),
  leave: (): void => root.render(null),
}

Object.assign(globalThis, { pages })
