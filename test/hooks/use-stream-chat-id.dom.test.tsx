// Conversations with ids: switching between them, and several components on one.
import { act, render, renderHook, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { ChatOptions } from '../../src/stores/chat/chat-types.js'
import { createTestServer, delta, type TestServer } from '../stores/chat/chat-support.js'

let server: TestServer
let unique = 0
/** Conversations outlive a test: each has ids of its own. */
let prefix = ''

beforeEach(() => {
  server = createTestServer()
  prefix = `test-${(unique += 1)}-`
})
afterEach(async () => {
  await act(async () => {})
})

const macrotask = () => act(() => new Promise<void>((resolve) => setTimeout(resolve)))

function startHook(first = 'a') {
  return renderHook(
    ({ id }: { id: string }) => useStreamChat({ id: prefix + id, fetch: server.fetch }),
    { initialProps: { id: first }, wrapper: StrictMode },
  )
}

test('switching to another conversation neither aborts nor mixes: its reply is there on return', async () => {
  const { result, rerender } = startHook('a')
  let promise: Promise<string>
  await act(async () => void (promise = result.current.sendMessage('to a')))
  await act(() => server.calls[0]!.open())
  await act(() => server.calls[0]!.send(delta('So ')))
  rerender({ id: 'b' })
  await macrotask()
  expect(result.current).toMatchObject({ messages: [], status: 'ready', streamingContent: '' })
  await act(async () => void result.current.sendMessage('to b'))
  expect(server.calls[0]!.signal.aborted).toBe(false)
  await act(() => server.calls[0]!.send(delta('far'), '[DONE]'))
  expect(await promise!).toBe('So far')
  expect(result.current.messages.map(({ content }) => content)).toEqual(['to b', ''])
  rerender({ id: 'a' })
  expect(result.current.messages.map(({ content }) => content)).toEqual(['to a', 'So far'])
})

test('a page that is left and entered again finds its conversation, the reply still streaming', async () => {
  const { result, unmount } = startHook()
  await act(async () => void result.current.sendMessage('Hello'))
  await act(() => server.calls[0]!.open())
  await act(() => server.calls[0]!.send(delta('So ')))
  unmount()
  await macrotask()
  expect(server.calls[0]!.signal.aborted).toBe(false)
  const { result: returned } = startHook()
  await expect.poll(() => returned.current.streamingContent).toBe('So ')
  await act(() => server.calls[0]!.send(delta('far'), '[DONE]'))
  expect(returned.current.messages.at(-1)).toMatchObject({ content: 'So far', status: 'complete' })
})

test('without an id the last one to leave aborts it', async () => {
  const { result, unmount } = renderHook(() => useStreamChat({ fetch: server.fetch }))
  await act(async () => void result.current.sendMessage('Hello'))
  unmount()
  await macrotask()
  expect(server.calls[0]!.signal.aborted).toBe(true)
})

test('several components show one conversation over one connection', async () => {
  function Part({ name }: { name: string }) {
    const { streamingContent, sendMessage } = useStreamChat({ id: prefix, fetch: server.fetch })
    return (
      <button onClick={() => void sendMessage('Hello')}>
        {name}: {streamingContent}
      </button>
    )
  }
  render(
    <StrictMode>
      <Part name="left" />
      <Part name="right" />
    </StrictMode>,
  )
  await act(async () => screen.getByText(/left/).click())
  await act(() => server.calls[0]!.open())
  await act(() => server.calls[0]!.send(delta('one reply'), '[DONE]'))
  expect(await screen.findByText('left: one reply')).toBeDefined()
  expect(await screen.findByText('right: one reply')).toBeDefined()
  expect(server.calls).toHaveLength(1)
})

test('components share a conversation, however many others are first shown with it', async () => {
  function Row({ name }: { name: number }) {
    return <i>{useStreamChat({ id: `${prefix}${name}` }, ({ messages }) => messages.length)}</i>
  }
  function Conversation() {
    const { setMessages } = useStreamChat({ id: `${prefix}0` })
    return <button onClick={() => setMessages([{ role: 'user', content: 'Hello' }])}>Add</button>
  }
  const { container } = render(
    <StrictMode>
      {Array.from({ length: 150 }, (_, name) => (
        <Row key={name} name={name} />
      ))}
      <Conversation />
    </StrictMode>,
  )
  await act(async () => screen.getByText('Add').click())
  expect(container.textContent).toMatch(/^10+Add$/)
})

test.each([
  ['only the id', {}],
  ['undefined for the rest', { url: undefined, fetch: undefined }],
])('a component that gives %s changes nothing of what another one gives', async (_, rest) => {
  function Conversation({ credentials }: { credentials: RequestCredentials | undefined }) {
    const options = { url: 'https://a.test/chat', fetch: server.fetch, credentials }
    const { sendMessage } = useStreamChat({ id: prefix, ...options })
    return <button onClick={() => void sendMessage('Hello')}>Send</button>
  }
  function Status() {
    return <i>{useStreamChat({ id: prefix, ...rest }, ({ status }) => status)}</i>
  }
  const page = (credentials?: RequestCredentials) => (
    <StrictMode>
      <Status />
      <Conversation credentials={credentials} />
      <Status />
    </StrictMode>
  )
  const { rerender } = render(page('include'))
  rerender(page())
  await act(async () => screen.getByText('Send').click())
  expect(server.calls.map(({ url }) => url)).toEqual(['https://a.test/chat'])
  expect(screen.getAllByText('submitted')).toHaveLength(2)
})

test.each([
  ['undefined', { headers: undefined }],
  ['nothing', {}],
])('where its component gives %s instead, an option is taken back', async (_, instead) => {
  const initialProps: Pick<ChatOptions, 'headers'> = { headers: { authorization: 'Bearer 1' } }
  const { result, rerender } = renderHook(
    (options) => useStreamChat({ id: prefix, fetch: server.fetch, ...options }),
    { initialProps, wrapper: StrictMode },
  )
  const authorizations = () => server.calls.map(({ headers }) => headers.get('authorization'))
  await act(async () => void result.current.sendMessage('Hello'))
  act(result.current.stop)
  rerender(instead)
  await act(async () => void result.current.sendMessage('Hello'))
  expect(authorizations()).toEqual(['Bearer 1', null])
})

test('what a component gave for another conversation is not taken back from this one', async () => {
  const [before, now, url] = [`${prefix}0`, `${prefix}1`, 'https://a.test/chat']
  renderHook(() => useStreamChat({ id: now, url, fetch: server.fetch }))
  const initialProps: ChatOptions = { id: before, url }
  const { result, rerender } = renderHook((options) => useStreamChat(options), { initialProps })
  rerender({ id: now })
  await act(async () => void result.current.sendMessage('Hello'))
  expect(server.calls.map((call) => call.url)).toEqual([url])
})
