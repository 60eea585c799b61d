import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { Profiler } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StreamEvent } from '../../src/formats/types.js'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import type { SubscriptionOptions } from '../../src/connection/types.js'
import { scriptedFetch } from '../connection/scripted-fetch.js'

interface LogOptions extends SubscriptionOptions {
  onEvent?(event: StreamEvent): void
}

function Log(options: LogOptions) {
  const { status, data } = useEventSource('/events', {
    ...options,
    initial: 0,
    reduce: (count) => count + 1,
  })
  return (
    <p role="status">
      {status} {data}
    </p>
  )
}

const frames = new Map<number, FrameRequestCallback>()
/** How many frames have been asked for, and how many of them waited for. */
let asked: number
let awaited: number
let errors: unknown[][]

beforeEach(() => {
  frames.clear()
  asked = 0
  awaited = 0
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    frames.set((asked += 1), callback)
    return asked
  })
  vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id))
  errors = []
  vi.spyOn(console, 'error').mockImplementation((...args) => void errors.push(args))
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  setHidden(false)
})

function setHidden(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

async function frameAsked(): Promise<void> {
  await waitFor(() => expect(asked).toBeGreaterThan(awaited))
  awaited = asked
}

/** Runs the frame that is due, once the stream has asked for it; a slow machine's timer may have done it. */
async function nextFrame(): Promise<void> {
  await frameAsked()
  runFrame()
}

function runFrame(): void {
  const due = [...frames.values()]
  frames.clear()
  act(() => due.forEach((callback) => callback(0)))
}

async function mounted(options: LogOptions = {}) {
  const server = scriptedFetch()
  let renders = 0
  render(
    <Profiler id="log" onRender={() => (renders += 1)}>
      <Log fetch={server.fetch} {...options} />
    </Profiler>,
  )
  await waitFor(() => expect(server.exchanges).toHaveLength(1))
  server.last.open()
  await nextFrame()
  expect(shown()).toBe('open 0')
  return { server, renders: () => renders }
}

/** However long they take: a busy machine is slower than the timer that stands in for them. */
function waitForFrames(): void {
  const { setTimeout } = globalThis
  const set = (run: () => void, time?: number) => (time === 500 ? 0 : setTimeout(run, time))
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(set as typeof setTimeout)
}

const shown = (): string | null => screen.getByRole('status').textContent

test('10,000 events in one tick are one render, and no error of React', async () => {
  const onEvent = vi.fn<(event: StreamEvent) => void>()
  const { server, renders } = await mounted({ onEvent })
  const before = renders()
  waitForFrames()
  server.last.send(`${'data: x\n\n'.repeat(9_999)}data: last\n\n`)
  // A busy machine reads them in several turns.
  await waitFor(() => expect(onEvent.mock.lastCall?.[0].data).toBe('last'))
  runFrame()
  expect(shown()).toBe('open 10000')
  expect(renders() - before).toBe(1)
  expect(errors).toEqual([])
})

test('each frame that something came in is one render', async () => {
  const { server, renders } = await mounted()
  const before = renders()
  for (let frame = 0; frame < 5; frame += 1) {
    for (let event = 0; event < 20; event += 1) server.last.send('data: x\n\n')
    await nextFrame()
  }
  await waitFor(() => expect(shown()).toBe('open 100'))
  expect(renders() - before).toBeLessThanOrEqual(5 + 1)
  expect(frames.size).toBe(0)
})

test('where the page is hidden, a timer takes the place of the frames', async () => {
  const { server } = await mounted()
  setHidden(true)
  const askForFrame = vi.spyOn(globalThis, 'requestAnimationFrame')
  server.last.send('data: x\n\n')
  await waitFor(() => expect(shown()).toBe('open 1'))
  expect(askForFrame).not.toHaveBeenCalled()
})

test.each([
  ['when the page is hidden', true],
  ['to a frame out of sight', false],
])('a frame that is due and does not come %s is not waited for', async (_, hidden) => {
  const { server } = await mounted()
  server.last.send('data: x\n\n')
  await frameAsked()
  act(() => setHidden(hidden))
  await waitFor(() => expect(shown()).toBe('open 1'))
  expect(frames.size).toBe(0)
})

test('where there are no frames at all, a timer takes their place', async () => {
  const { server } = await mounted()
  vi.stubGlobal('requestAnimationFrame', undefined)
  server.last.send('data: x\n\n')
  await waitFor(() => expect(shown()).toBe('open 1'))
})

test('the end of a stream does not wait for a frame', async () => {
  const { server } = await mounted()
  server.last.cut()
  await nextFrame()
  expect(shown()).toBe('reconnecting 0')
  cleanup()

  const next = scriptedFetch()
  render(<Log fetch={next.fetch} closeOn="end" />)
  await waitFor(() => expect(next.exchanges).toHaveLength(1))
  next.last.open()
  await nextFrame()
  next.last.send('event: end\ndata: x\n\n')
  await waitFor(() => expect(shown()).toBe('closed 1'))
  expect(frames.size).toBe(0)
})
