// How seldom a component renders that uses a chat.
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { memo, Profiler, useEffect, useState } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { ChatMessage } from '../../src/protocols/message/message.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { ChatSnapshot } from '../../src/stores/chat/chat-types.js'
import { delta } from '../stores/chat/chat-support.js'
import { startServer } from './use-stream-chat-support.js'

test('it keeps settled messages the same, so that memo works', async () => {
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
