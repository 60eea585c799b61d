import { act, renderHook, waitFor } from '@testing-library/react'
import { expect } from 'vitest'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { ChatOptions } from '../../src/stores/chat/chat-types.js'
import { type Call, createTestServer, delta } from '../stores/chat/chat-support.js'

export function startServer() {
  const { calls, fetch } = createTestServer()
  /** The newest of so many requests. */
  async function call(count = 1): Promise<Call> {
    await waitFor(() => expect(calls).toHaveLength(count))
    return calls[count - 1]!
  }
  return { calls, fetch, call }
}

export function startHook(options: ChatOptions = {}) {
  const server = startServer()
  const hook = renderHook((props: ChatOptions) => useStreamChat(props), {
    initialProps: { fetch: server.fetch, ...options },
  })
  /** Begins a turn, whose reply says so much and goes on. */
  async function begin(...contents: string[]): Promise<Call> {
    act(() => void hook.result.current.sendMessage('Hello'))
    const call = await server.call(server.calls.length + 1)
    await act(() => call.send(...contents.map(delta)))
    const text = contents.join('')
    await waitFor(() => expect(hook.result.current.streamingContent).toBe(text))
    return call
  }
  return { ...server, ...hook, begin }
}

/** Longer than a release takes. */
export const aMacrotask = () => act(() => new Promise((resolve) => setTimeout(resolve)))
