/** The server under test: in memory with time that takes none, or on a real port. */
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { onTestFinished } from 'vitest'
import { readEvents } from '../../src/formats/index.js'
import type { StreamEvent } from '../../src/formats/index.js'
import { createApp } from '../../playground/server/app.js'
import type { Overrides } from '../../playground/server/environment.js'

/** Every pause is one turn of the event loop; the clock moves by what was slept. */
export function hurried(overrides: Overrides = {}): Overrides {
  let now = 1_700_000_000_000
  return {
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds
      return new Promise((resolve) => setImmediate(resolve))
    },
    variables: {},
    ...overrides,
  }
}

/** A clock that stands still until it is told to go on. */
export function stoppedClock(): Overrides & {
  tick: () => void
  readonly sleepers: number
} {
  let now = 1_700_000_000_000
  const sleepers = new Set<() => void>()
  return {
    now: () => now,
    sleep: (_, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(wake)
        signal?.addEventListener('abort', wake)
        if (signal?.aborted) wake()
      }),
    variables: {},
    /** Ends every pause that has begun. */
    tick() {
      now += 1000
      for (const wake of sleepers) wake()
    },
    get sleepers() {
      return sleepers.size
    },
  }
}

/** Lets time go on until the work is done. */
export async function ticking<T>(clock: { tick(): void }, work: Promise<T>): Promise<T> {
  const timer = setInterval(clock.tick, 1)
  return work.finally(() => clearInterval(timer))
}

/** Listens on a free port of this machine until the test is over. */
export async function listen(app: ReturnType<typeof createApp>): Promise<string> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The events up to the first that `last` accepts, or all; then the connection is closed. */
export async function eventsOf(
  response: Response,
  last: (event: StreamEvent, count: number) => boolean = () => false,
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = []
  for await (const event of readEvents(response)) {
    events.push(event)
    if (last(event, events.length)) break
  }
  return events
}

export function post(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
}
