import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { Activity, memo, Profiler, StrictMode, useEffect, useState } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, test, vi } from 'vitest'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { ChatMessage } from '../../src/protocols/message/message.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Chat, ChatOptions, ChatSnapshot } from '../../src/stores/chat/chat-types.js'
import { type Call, createTestServer, delta, outcome } from '../stores/chat/chat-support.js'

const headers = { 'content-location': '/replies/7' }

function startServer() {
  const { calls, fetch } = createTestServer()
  /** The newest of so many requests. */
  async function call(count = 1): Promise<Call> {
    await waitFor(() => expect(calls).toHaveLength(count))
    return calls[count - 1]!
  }
  return { calls, fetch, call }
}

function startHook(options: ChatOptions = {}) {
  const server = startServer()
  const hook = renderHook((props: ChatOptions) => useStreamChat(props), {
    initialProps: { fetch: server.fetch, ...options },
  })
  /** Begins a turn, whose reply says so much and goes on. */
  async function begin(...contents: string[]): Promise<Call> {
    act(() => void hook.result.current.sendMessage('Hello'))
    const call = await server.call(server.calls.length + 1)
    await act(() => call.open())
    await act(() => call.send(...contents.map(delta)))
    const text = contents.join('')
    await waitFor(() => expect(hook.result.current.streamingContent).toBe(text))
    return call
  }
  return { ...server, ...hook, begin }
}

/** Longer than a release takes. */
const aMacrotask = () => act(() => new Promise((resolve) => setTimeout(resolve)))

describe('the result', () => {
  test('before anything is sent is ready and empty, and nothing is requested', async () => {
    const { result, calls } = startHook()
    expect(result.current).toEqual({
      messages: [],
      reply: undefined,
      status: 'ready',
      isLoading: false,
      streamingContent: '',
      error: undefined,
      sendMessage: expect.any(Function),
      stop: expect.any(Function),
      regenerate: expect.any(Function),
      requestReply: expect.any(Function),
      resume: expect.any(Function),
      removeMessage: expect.any(Function),
      clear: expect.any(Function),
      setMessages: expect.any(Function),
      chat: expect.objectContaining({ subscribe: expect.any(Function) }),
    })
    await aMacrotask()
    expect(calls).toEqual([])
  })

  test('follows a turn from its submission to its end', async () => {
    const { result, call } = startHook()
    let promise: Promise<string>
    act(() => void (promise = result.current.sendMessage('Hello')))
    expect(result.current).toMatchObject({
      status: 'submitted',
      isLoading: true,
      messages: [{ content: 'Hello' }, { status: 'pending' }],
    })
    const request = await call()
    await act(() => request.open())
    await act(() => request.send(delta('Good ')))
    await waitFor(() => expect(result.current.streamingContent).toBe('Good '))
    expect(result.current).toMatchObject({ status: 'streaming', reply: { content: 'Good ' } })
    await act(() => request.send(delta('day'), '[DONE]'))
    expect(await promise!).toBe('Good day')
    expect(result.current).toMatchObject({ status: 'ready', isLoading: false })
    expect(result.current.messages[1]).toBe(result.current.reply)
  })

  test('is the failure of a turn, too', async () => {
    const { result, call } = startHook()
    const promise = outcome(result.current.sendMessage('Hello'))
    const request = await call()
    await act(() => request.answer(400, '{"error":"too long"}'))
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(await promise).toBe(result.current.error)
    expect(result.current.error).toMatchObject({ code: 'http', message: 'too long' })
  })

  test('has actions that stay the same', async () => {
    const { result, rerender, begin, fetch } = startHook()
    const { sendMessage, stop, regenerate, setMessages } = result.current
    const call = await begin('Hi')
    rerender({ fetch, url: '/other' })
    await act(() => call.send('[DONE]'))
    expect(result.current).toMatchObject({ sendMessage, stop, regenerate, setMessages })
  })

  test('keeps settled messages the same, so that memo works', async () => {
    const rendered: string[] = []
    const Row = memo(({ message }: { message: ChatMessage }) => {
      rendered.push(message.id)
      return <p>{message.content}</p>
    })
    const { fetch, call } = startServer()
    const initialMessages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
    ] as const
    let send: (text: string) => Promise<string>
    function Page() {
      const { messages, sendMessage } = useStreamChat({ fetch, initialMessages })
      useEffect(() => void (send = sendMessage), [sendMessage])
      return messages.map((message) => <Row key={message.id} message={message} />)
    }
    render(<Page />)
    act(() => void send('Hello'))
    const request = await call()
    await act(() => request.open())
    for (const text of ['1', '12', '123']) {
      await act(() => request.send(delta(text.at(-1)!)))
      await screen.findByText(text)
    }
    await act(() => request.send('[DONE]'))
    const ids = [...new Set(rendered)]
    const times = ids.map((id) => rendered.filter((each) => each === id).length)
    // The reply: empty, three times longer, and complete.
    expect(times).toEqual([1, 1, 1, 5])
  })
})

describe('options', () => {
  test('are the newest ones at each request: url, headers, body and fetch', async () => {
    const { result, rerender, calls } = startHook({ url: '/old', headers: { a: 'old' } })
    const { fetch, call } = startServer()
    rerender({ url: '/new', headers: { a: 'new' }, body: { b: 'new' }, fetch })
    act(() => void result.current.sendMessage('Hello'))
    const { url, headers: sent, body } = await call()
    expect([url, sent.get('a'), body]).toMatchObject(['/new', 'new', { b: 'new' }])
    expect(calls).toEqual([])
  })

  test('are the newest ones within a turn: handlers', async () => {
    const old = vi.fn<() => void>()
    const { rerender, begin, calls, fetch } = startHook({
      onEvent: old,
      onError: old,
      onFinish: old,
    })
    const call = await begin()
    const onEvent = vi.fn<() => void>()
    const onError = vi.fn<() => void>()
    const onFinish = vi.fn<() => void>()
    rerender({ fetch, onEvent, onError, onFinish })
    await act(() => call.send('{broken', '[DONE]'))
    const times = [onEvent, onError, onFinish, old].map(({ mock }) => mock.calls.length)
    expect(times).toEqual([2, 1, 1, 0])
    expect(calls).toHaveLength(1)
  })

  test('that are new objects at each render send nothing again', async () => {
    const { rerender, begin, calls, fetch } = startHook()
    const call = await begin('Hi')
    for (let render = 0; render < 5; render += 1) rerender({ fetch, headers: { n: `${render}` } })
    await aMacrotask()
    expect(call.signal.aborted).toBe(false)
    expect(calls).toHaveLength(1)
  })
})

describe('StrictMode', () => {
  test('makes one request of a message that a mount effect sends, and the reply arrives', async () => {
    const { fetch, calls, call } = startServer()
    function Page() {
      const { sendMessage, streamingContent, status } = useStreamChat({ fetch })
      useEffect(() => void sendMessage('Hello'), [sendMessage])
      return <p>{`${status}: ${streamingContent}`}</p>
    }
    render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    const request = await call()
    await aMacrotask()
    await act(() => request.open())
    await act(() => request.send(delta('Hi'), '[DONE]'))
    expect(await screen.findByText('ready: Hi')).toBeDefined()
    expect(calls).toHaveLength(1)
    expect(request.body).toEqual({ messages: [{ role: 'user', content: 'Hello' }] })
  })

  test('makes one request of a message that the effect of a child sends, and unmounting ends it', async () => {
    const { fetch, calls, call } = startServer()
    function Child({ send }: { send: (text: string) => unknown }) {
      useEffect(() => void send('Hello'), [send])
      return null
    }
    function Page() {
      const { sendMessage } = useStreamChat({ fetch })
      return <Child send={sendMessage} />
    }
    const { unmount } = render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    const request = await call()
    await aMacrotask()
    expect(calls).toHaveLength(1)
    expect(request.signal.aborted).toBe(false)
    unmount()
    await waitFor(() => expect(request.signal.aborted).toBe(true))
  })
})

describe('unmounting', () => {
  test('closes the connection, and cancels nothing', async () => {
    const cancelRequest = vi.fn<() => void>()
    const { begin, unmount } = startHook({ cancelRequest })
    const call = await begin('Hi')
    unmount()
    await waitFor(() => expect(call.signal.aborted).toBe(true))
    expect(cancelRequest).not.toHaveBeenCalled()
  })

  test('rejects for a caller who awaits the reply', async () => {
    const { result, call, unmount } = startHook()
    const promise = outcome(result.current.sendMessage('Hello'))
    const request = await call()
    await act(() => request.open())
    unmount()
    expect(await promise).toMatchObject({ code: 'aborted' })
  })
})

describe('an Activity', () => {
  function startActivity() {
    const server = startServer()
    const chat: { send: (text: string) => unknown } = { send: () => {} }
    function Page() {
      const { sendMessage, streamingContent, reply } = useStreamChat({ fetch: server.fetch })
      useEffect(() => void (chat.send = sendMessage), [sendMessage])
      return <p>{`${reply?.status}: ${streamingContent}`}</p>
    }
    const page = (mode: 'visible' | 'hidden') => (
      <StrictMode>
        <Activity mode={mode}>
          <Page />
        </Activity>
      </StrictMode>
    )
    const { rerender } = render(page('visible'))
    const setMode = (mode: 'visible' | 'hidden'): void => rerender(page(mode))
    return { ...server, chat, setMode }
  }

  test('that is hidden detaches, and shown again goes on with a reply that can be resumed', async () => {
    const { chat, calls, call, setMode } = startActivity()
    act(() => void chat.send('Hello'))
    const request = await call()
    await act(() => request.open({ headers }))
    await act(() => request.write('id: 1\ndata: {"content":"Half "}\n\n'))
    await screen.findByText('streaming: Half')
    setMode('hidden')
    await waitFor(() => expect(request.signal.aborted).toBe(true))
    expect(calls).toHaveLength(1)

    setMode('visible')
    const resumed = await call(2)
    expect([resumed.method, resumed.headers.get('last-event-id')]).toEqual(['GET', '1'])
    await act(() => resumed.open())
    await act(() => resumed.write('id: 2\ndata: {"content":"and half"}\n\ndata: [DONE]\n\n'))
    expect(await screen.findByText('complete: Half and half')).toBeDefined()
  })

  test('that is hidden interrupts a reply that cannot be resumed', async () => {
    const { chat, calls, call, setMode } = startActivity()
    act(() => void chat.send('Hello'))
    const request = await call()
    await act(() => request.open())
    await act(() => request.send(delta('Half')))
    await screen.findByText('streaming: Half')
    setMode('hidden')
    await waitFor(() => expect(request.signal.aborted).toBe(true))
    setMode('visible')
    expect(await screen.findByText('interrupted: Half')).toBeDefined()
    expect(calls).toHaveLength(1)
  })
})

describe('a chat made by createChat', () => {
  function Status({ chat }: { chat: Chat }) {
    const { status, streamingContent } = useStreamChat(chat)
    return <p>{`${status}: ${streamingContent}`}</p>
  }

  test('is one connection for all the components it is passed to', async () => {
    const { fetch, calls, call } = startServer()
    const chat = createChat({ fetch })
    render(
      <StrictMode>
        <Status chat={chat} />
        <Status chat={chat} />
      </StrictMode>,
    )
    act(() => void chat.sendMessage('Hello'))
    const request = await call()
    await act(() => request.open())
    await act(() => request.send(delta('Hi'), '[DONE]'))
    expect(await screen.findAllByText('ready: Hi')).toHaveLength(2)
    expect(calls).toHaveLength(1)
  })

  test('is released by the last of them', async () => {
    const { fetch, call } = startServer()
    const chat = createChat({ fetch })
    const { rerender } = render([<Status key="1" chat={chat} />, <Status key="2" chat={chat} />])
    act(() => void chat.sendMessage('Hello'))
    const request = await call()
    rerender([<Status key="1" chat={chat} />])
    await aMacrotask()
    expect(request.signal.aborted).toBe(false)
    rerender([])
    await waitFor(() => expect(request.signal.aborted).toBe(true))
  })

  test('goes on without them where the turn was begun by hand', async () => {
    const { fetch, call } = startServer()
    const chat = createChat({ fetch })
    const promise = chat.sendMessage('Hello')
    const { unmount } = render(<Status chat={chat} />)
    const request = await call()
    unmount()
    await aMacrotask()
    await request.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  test('is shown at once in place of another', async () => {
    const one = createChat({ initialMessages: [{ role: 'user', content: 'one' }] })
    const two = createChat({ initialMessages: [{ role: 'user', content: 'two' }] })
    const seen: string[] = []
    const { rerender } = renderHook(
      ({ chat }) => {
        const { messages } = useStreamChat(chat)
        seen.push(messages[0]!.content)
      },
      { initialProps: { chat: one } },
    )
    rerender({ chat: two })
    expect(new Set(seen)).toEqual(new Set(['one', 'two']))
    expect(seen.indexOf('two')).toBe(seen.lastIndexOf('one') + 1)
  })
})

describe('a selector', () => {
  test('renders only when its result changes', async () => {
    const { fetch, call } = startServer()
    const chat = createChat({ fetch })
    const seen: unknown[] = []
    renderHook(() => {
      const status = useStreamChat(chat, (snapshot: ChatSnapshot) => snapshot.status)
      seen.push(status)
    })
    act(() => void chat.sendMessage('Hello'))
    const request = await call()
    await act(() => request.open())
    for (const text of ['1', '12', '123']) {
      await act(() => request.send(delta(text.at(-1)!)))
      await waitFor(() => expect(chat.getSnapshot().streamingContent).toBe(text))
    }
    await act(() => request.send('[DONE]'))
    expect(seen).toEqual(['ready', 'submitted', 'streaming', 'ready'])
  })

  test('that changes is asked at once', () => {
    const chat = createChat({ initialMessages: [{ role: 'user', content: 'one' }] })
    const { result, rerender } = renderHook(({ select }) => useStreamChat(chat, select), {
      initialProps: { select: (s: ChatSnapshot): unknown => s.status },
    })
    expect(result.current).toBe('ready')
    rerender({ select: (s) => s.messages.length })
    expect(result.current).toBe(1)
  })
})

test('ten thousand deltas in one tick do not trip the update-depth check, and render few times', async () => {
  const errors = vi.spyOn(console, 'error')
  const { fetch, call } = startServer()
  let send: (text: string) => Promise<string>
  function Page() {
    const { streamingContent, sendMessage } = useStreamChat({ fetch })
    const [, setLength] = useState(0)
    // oxlint-disable-next-line react/set-state-in-effect -- people write it, and it trips the check where each delta is an update
    useEffect(() => setLength(streamingContent.length), [streamingContent])
    useEffect(() => void (send = sendMessage), [sendMessage])
    return <p>{streamingContent.length}</p>
  }
  let commits = 0
  render(
    <Profiler id="page" onRender={() => (commits += 1)}>
      <Page />
    </Profiler>,
  )
  let promise: Promise<string>
  act(() => void (promise = send('Hello')))
  const request = await call()
  await act(() => request.open())
  commits = 0
  const data = Array.from({ length: 10_000 }, () => delta('a'))
  await act(() => request.send(...data, '[DONE]'))
  expect(await promise!).toHaveLength(10_000)
  expect(await screen.findByText('10000')).toBeDefined()
  // A frame or two for every 8 ms that reading them takes, and each is a commit and its effect's.
  expect(commits).toBeLessThanOrEqual(30)
  expect(errors).not.toHaveBeenCalled()
})

test('hydration agrees with what the server rendered, ids too', async () => {
  const errors = vi.spyOn(console, 'error')
  function Page() {
    const { messages, status } = useStreamChat({
      initialMessages: [
        { role: 'system', content: 'Be brief' },
        { role: 'assistant', content: 'Hi' },
      ],
    })
    return (
      <ul>
        {messages.map(({ id, role, content }) => (
          <li key={id} id={id}>{`${role}: ${content} (${status})`}</li>
        ))}
      </ul>
    )
  }
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML = renderToString(<Page />)
  const html = container.innerHTML
  const [rendered] = container.getElementsByTagName('li')
  render(<Page />, { container, hydrate: true })
  await aMacrotask()
  expect(container.innerHTML).toBe(html)
  expect(html).toContain('id="message-2"')
  expect(container.getElementsByTagName('li')[0]).toBe(rendered)
  expect(errors).not.toHaveBeenCalled()
})

test('hydration of a chat that has gone on meanwhile starts from its first state, then shows the newest', async () => {
  const errors = vi.spyOn(console, 'error')
  const chat = createChat({ initialMessages: [{ role: 'assistant', content: 'Hi' }] })
  function Page() {
    const { messages } = useStreamChat(chat)
    return <p>{messages.map(({ content }) => content).join(', ')}</p>
  }
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML = renderToString(<Page />)
  chat.setMessages((messages) => [...messages, { role: 'user', content: 'Hello' }])
  render(<Page />, { container, hydrate: true })
  await waitFor(() => expect(container.textContent).toBe('Hi, Hello'))
  expect(errors).not.toHaveBeenCalled()
})
