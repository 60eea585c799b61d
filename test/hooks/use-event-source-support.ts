import { act, renderHook, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect } from 'vitest'
import { useEventSource, type EventSourceUrl } from '../../src/hooks/use-event-source.js'
import type { EventStreamHandlers } from '../../src/stores/events/event-stream-types.js'
import type { SubscriptionOptions } from '../../src/connection/types.js'
import { scriptedFetch } from '../connection/scripted-fetch.js'

export interface Props extends SubscriptionOptions, EventStreamHandlers<string> {
  url?: EventSourceUrl
  enabled?: boolean
  key?: string
}

/** The hook over a scripted server. `seen` holds the status of each render. */
export function setup(given: Props = {}, { strict = false } = {}) {
  const server = scriptedFetch()
  const seen: string[] = []
  const initialProps: Props = { url: '/events', ...given }
  const hook = renderHook(
    ({ url, ...options }: Props) => {
      const result = useEventSource(url, { fetch: server.fetch, ...options })
      seen.push(result.status)
      return result
    },
    { initialProps, wrapper: strict ? StrictMode : undefined },
  )
  return { server, seen, ...hook }
}

export async function opened(given: Props = {}) {
  const harness = setup(given)
  await open(harness)
  return harness
}

export async function open({
  server,
  result,
}: Pick<ReturnType<typeof setup>, 'server' | 'result'>) {
  await waitFor(() => expect(server.exchanges.length).toBeGreaterThan(0))
  server.last.open()
  await waitFor(() => expect(result.current.status).toBe('open'))
}

/** Lets what is going to happen happen: effects, promises, and timers of no length. */
export const settled = (): Promise<unknown> =>
  act(() => new Promise((resolve) => setTimeout(resolve)))
