import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Chat } from '../../src/stores/chat/chat-types.js'
import { delta, outcome } from '../stores/chat/chat-support.js'
import { startServer, startHook, aMacrotask } from './use-stream-chat-support.js'

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
