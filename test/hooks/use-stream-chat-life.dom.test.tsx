// What useStreamChat does as its component comes, hides and goes.
import { act, render, screen, waitFor } from '@testing-library/react'
import { Activity, StrictMode, useEffect } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { Chat } from '../../src/stores/chat/chat-types.js'
import { delta, outcome } from '../stores/chat/chat-support.js'
import { startServer, startHook, aMacrotask } from './use-stream-chat-support.js'

const headers = { 'content-location': '/replies/7' }

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
    function Text({ chat }: { chat: Chat }) {
      return useStreamChat(chat, ({ streamingContent }) => streamingContent)
    }
    function Page() {
      const { sendMessage, chat } = useStreamChat({ fetch })
      return (
        <>
          <Child send={sendMessage} />
          <Text chat={chat} />
        </>
      )
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
    await act(() => resumed.write('id: 2\ndata: {"content":"and half"}\n\ndata: [DONE]\n\n'))
    expect(await screen.findByText('complete: Half and half')).toBeDefined()
  })

  test('that is hidden interrupts a reply that cannot be resumed', async () => {
    const { chat, calls, call, setMode } = startActivity()
    act(() => void chat.send('Hello'))
    const request = await call()
    await act(() => request.send(delta('Half')))
    await screen.findByText('streaming: Half')
    setMode('hidden')
    await waitFor(() => expect(request.signal.aborted).toBe(true))
    setMode('visible')
    expect(await screen.findByText('interrupted: Half')).toBeDefined()
    expect(calls).toHaveLength(1)
  })
})
