import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useEventSource, useStreamChat } from 'brooklet'
import { createStreamServer, installTestClock } from 'brooklet/testing'
import type { StreamServer, TestClock } from 'brooklet/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

function Price() {
  const { data, status } = useEventSource<{ amount: number }>('/api/price', { parse: 'json' })
  return (
    <output>
      {data?.amount ?? 'no price'}, {status}
    </output>
  )
}

function Chat() {
  const { messages, status, error, sendMessage, stop } = useStreamChat()
  return (
    <section>
      {messages.map(({ id, role, content }) => (
        <p key={id}>
          {role}: {content}
        </p>
      ))}
      <button onClick={() => void sendMessage('Hello')}>Send</button>
      {status === 'streaming' ? <button onClick={stop}>Stop</button> : null}
      {error ? <p role="alert">{error.code}</p> : null}
    </section>
  )
}

let server: StreamServer
let clock: TestClock
const advance = (milliseconds: number) => act(() => clock.advance(milliseconds))

beforeEach(() => {
  clock = installTestClock()
  server = createStreamServer()
  vi.stubGlobal('fetch', server.fetch)
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  clock.restore()
})

test('a price is shown within a frame', async () => {
  render(<Price />)
  const stream = await server.next()
  stream.send({ amount: 7 }, { id: '1' })
  await advance(16)
  expect(screen.getByRole('status').textContent).toBe('7, open')
})

test('a lost connection is taken up where it was, and the price stays', async () => {
  render(<Price />)
  const first = await server.next()
  first.send({ amount: 7 }, { id: '1' })
  first.cut()
  await advance(16)
  expect(screen.getByRole('status').textContent).toBe('7, reconnecting')

  await advance(1_000)
  const second = await server.next()
  expect(second.request.lastEventId).toBe('1')
  second.send({ amount: 8 }, { id: '2' })
  await advance(16)
  expect(screen.getByRole('status').textContent).toBe('8, open')
})

test('the connection closes with the component, and nothing is left', async () => {
  const { unmount } = render(<Price />)
  const stream = await server.next()
  stream.open()
  await advance(16)
  unmount()
  await advance(0)
  expect(stream.state).toBe('left')
  expect(server.active).toBe(0)
  expect(clock.waiting).toBe(0)
})

test('a reply appears as it comes, and can be stopped', async () => {
  render(<Chat />)
  fireEvent.click(screen.getByText('Send'))
  const reply = await server.next()
  expect(reply.request.method).toBe('POST')
  expect(await reply.request.json()).toEqual({ messages: [{ role: 'user', content: 'Hello' }] })

  reply.send({ content: 'Good ' })
  reply.send({ content: 'mor' })
  await advance(16)
  expect(screen.getByText('assistant: Good mor')).toBeDefined()

  fireEvent.click(screen.getByText('Stop'))
  await advance(0)
  expect(reply.state).toBe('left')
  expect(screen.queryByRole('alert')).toBe(null)
})

test('characters that are cut in two arrive whole', async () => {
  render(<Chat />)
  fireEvent.click(screen.getByText('Send'))
  const reply = await server.next()
  const dripping = reply.drip('data: {"content":"小溪"}\n\n', 10) // a byte every 10 ms
  await advance(1_000)
  await dripping
  expect(screen.getByText('assistant: 小溪')).toBeDefined()
})

test('a reply that breaks off keeps its text and says so', async () => {
  render(<Chat />)
  fireEvent.click(screen.getByText('Send'))
  const reply = await server.next()
  reply.send({ content: 'Good mor' })
  reply.cut()
  await advance(16)
  expect(screen.getByText('assistant: Good mor')).toBeDefined()
  expect(screen.getByRole('alert').textContent).toBe('network')
})

test('what the server refuses is shown', async () => {
  render(<Chat />)
  fireEvent.click(screen.getByText('Send'))
  const reply = await server.next()
  reply.respond(400, { error: { message: 'too long' } })
  await advance(16)
  expect(screen.getByRole('alert').textContent).toBe('http')
})
