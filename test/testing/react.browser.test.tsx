/** The clock and the server in a browser, and with each version of React. */
import { useEventSource } from 'brooklet'
import { createStreamServer, installTestClock, type TestClock } from 'brooklet/testing'
import { act } from 'react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { render } from 'vitest-browser-react'

let clock: TestClock
beforeEach(() => {
  clock = installTestClock()
})
afterEach(() => clock.restore())

/** In `act`, as Testing Library does it. */
async function advance(milliseconds: number): Promise<void> {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true)
  await act(() => clock.advance(milliseconds))
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', false)
}

test('a component shows each state at the moment it comes to it', async () => {
  const server = createStreamServer()
  function Log() {
    const { status, data } = useEventSource('/log', {
      fetch: server.fetch,
      initial: '',
      reduce: (text, { data }) => text + data,
    })
    return `${status} ${data}`
  }
  const { container, unmount } = await render(<Log />)
  const first = await server.next()
  for (const letter of 'abc') first.send(letter, { id: letter })
  await advance(15)
  expect(container.textContent).toBe('connecting ')
  await advance(16)
  expect(container.textContent).toBe('open abc')

  first.write('data: d\n\nid: d\ndata: cut off', [3, 11])
  first.cut()
  await advance(16)
  expect(container.textContent).toBe('reconnecting abcd')
  await advance(1_000)
  const second = await server.next()
  expect(second.request.lastEventId).toBe('c')
  void second.drip('data: é\n\n', 100)
  await advance(900)
  expect(container.textContent).toBe('open abcd')
  await advance(16)
  expect(container.textContent).toBe('open abcdé')

  await unmount()
  await advance(0)
  expect([second.state, server.active, clock.waiting]).toEqual(['left', 0, 0])
})
