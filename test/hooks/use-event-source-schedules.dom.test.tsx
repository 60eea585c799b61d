// Components that come, go, hide, suspend and change what they ask for.
import { act, renderHook } from '@testing-library/react'
import { Activity } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import type { StreamEvent } from '../../src/formats/types.js'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { installTestClock } from '../../src/testing/clock.js'
import { createStreamServer } from '../../src/testing/stream-server.js'
import { testEventSourceSchedules } from './use-event-source-schedules.js'

testEventSourceSchedules(50)

/** A component that an Activity hides, over a stream that is open. */
async function opened() {
  const clock = installTestClock()
  onTestFinished(clock.restore)
  const server = createStreamServer({ handler: (exchange) => exchange.open() })
  const heard: string[] = []
  const onEvent = ({ data }: StreamEvent): unknown => heard.push(data)
  let mode: 'visible' | 'hidden' = 'visible'
  const { result, rerender, unmount } = renderHook(
    ({ enabled, url }) => useEventSource(url, { fetch: server.fetch, enabled, onEvent }),
    {
      initialProps: { enabled: true, url: '/events' },
      wrapper: ({ children }) => <Activity mode={mode}>{children}</Activity>,
    },
  )
  function place(next: typeof mode, enabled = true, url = '/events'): void {
    mode = next
    rerender({ enabled, url })
  }
  await act(() => clock.advance(16))
  expect(result.current.status).toBe('open')
  return {
    server,
    heard,
    result,
    unmount,
    hide: () => place('hidden'),
    show: () => place('visible'),
    moveHidden: () => place('hidden', true, '/others'),
    disable: () => place('visible', false),
    advance: (time: number) => act(() => clock.advance(time)),
  }
}

test('what comes between the hiding of a component and the end of its connection is heard when it is shown', async () => {
  const { server, heard, hide, show, advance } = await opened()
  server.exchanges[0]!.send('a')
  await advance(16)
  hide()
  server.exchanges[0]!.send('b', { id: '2' })
  await advance(0)
  expect(server.active).toBe(0)
  expect(heard).toEqual(['a'])
  show()
  expect(heard).toEqual(['a', 'b'])
  await advance(16)
  expect(server.exchanges[1]!.request.lastEventId).toBe('2')
})

test('what is opened by hand while it is hidden is open once it is shown, and not after it has gone', async () => {
  const { server, result, hide, show, unmount, advance } = await opened()
  act(result.current.close)
  hide()
  await advance(16)
  result.current.open()
  await advance(16)
  expect(server.active).toBe(0)
  show()
  await advance(16)
  expect(result.current.status).toBe('open')
  hide()
  await advance(16)
  result.current.open()
  unmount()
  await advance(16)
  expect(server.active).toBe(0)
})

test('what is opened by hand as soon as it is not wanted any more stays open', async () => {
  const { server, result, disable, advance } = await opened()
  disable()
  act(result.current.open)
  await advance(16)
  expect(result.current.status).toBe('open')
  expect(server.active).toBe(1)
})

test('a stream that it gets while it is hidden is not opened by hand either', async () => {
  const { server, result, hide, moveHidden, unmount, advance } = await opened()
  hide()
  await advance(16)
  moveHidden()
  await advance(16)
  result.current.open()
  await advance(16)
  expect(server.active).toBe(0)
  unmount()
  await advance(16)
  expect(server.active).toBe(0)
})
