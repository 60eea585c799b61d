import { act, render, renderHook, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useChatStorage } from '../../src/hooks/use-chat-storage.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { ChatOptions } from '../../src/stores/chat/chat-types.js'
import type { StorageOptions } from '../../src/stores/storage/storage.js'
import { createTestServer, delta } from '../stores/chat/chat-support.js'
import { settle } from '../support/clock.js'
import { hydrateStored } from './hydrate-stored.js'

const transcript = JSON.stringify({
  version: 1,
  messages: [
    { id: 'message-1', role: 'user', content: 'Hello', createdAt: 1 },
    { id: 'message-2', role: 'assistant', content: 'Hi', createdAt: 1 },
  ],
})

beforeEach(() => localStorage.setItem('chat', transcript))
afterEach(() => {
  localStorage.clear()
  vi.restoreAllMocks()
})

const renders: string[] = []
beforeEach(() => void renders.splice(0))

function Page({
  id,
  fetch,
  ...options
}: Partial<Omit<StorageOptions, 'key'>> & Pick<ChatOptions, 'id' | 'fetch'>) {
  const { messages, chat } = useStreamChat({ id, url: 'https://a.test/chat', fetch })
  const { isRestored } = useChatStorage(chat, { key: 'chat', ...options })
  const text = `${isRestored}: ${messages.map(({ content }) => content).join(', ')}`
  renders.push(text)
  return <button onClick={() => void chat.sendMessage('More')}>{text}</button>
}

test('shows what was saved', () => {
  render(<Page />)
  expect(screen.getByRole('button').textContent).toBe('true: Hello, Hi')
})

test('hydrates from what the server rendered, and shows it then', async () => {
  const { html, shown } = await hydrateStored(<Page />)
  expect(html).toContain('false: ')
  expect(shown).toBe('true: Hello, Hi')
})

test('StrictMode and an unmount lose nothing', async () => {
  const { fetch, calls } = createTestServer()
  const page = render(
    <StrictMode>
      <Page fetch={fetch} />
    </StrictMode>,
  )
  await act(async () => screen.getByRole('button').click())
  await act(async () => {
    await calls[0]!.send(delta('Yes'), '[DONE]')
  })
  expect(calls).toHaveLength(1)
  page.unmount()
  render(<Page />)
  expect(screen.getByRole('button').textContent).toBe('true: Hello, Hi, More, Yes')
})

test('several components that store one conversation fetch the rest of a reply once, and it stays stored until the last has left', async () => {
  const { messages } = JSON.parse(transcript) as { messages: [object, object] }
  const [asked, reply] = messages
  const cut = { ...reply, status: 'streaming', resumeUrl: 'https://a.test/replies/1' }
  localStorage.setItem('chat', JSON.stringify({ version: 1, messages: [asked, cut] }))
  const { fetch, calls } = createTestServer()
  function Pages({ count }: { count: number }) {
    return Array.from({ length: count }, (_, index) => (
      <Page key={index} id="several" fetch={fetch} />
    ))
  }
  const { rerender, unmount } = render(<Pages count={10} />)
  await act(settle)
  expect(calls.map(({ method, url }) => [method, url])).toEqual([['GET', cut.resumeUrl]])
  rerender(<Pages count={1} />)
  await act(() => calls[0]!.send(delta('Hi there'), '[DONE]'))
  unmount()
  render(<Page />)
  expect(screen.getByRole('button').textContent).toBe('true: Hello, Hi there')
  expect(calls).toHaveLength(1)
})

test('with the same chat, another key shows only what was saved under it', () => {
  const { rerender } = render(<Keyed name="chat" />)
  expect(screen.getByText('Hello, Hi')).toBeTruthy()
  rerender(<Keyed name="other" />)
  expect(screen.getByText('nothing')).toBeTruthy()
  rerender(<Keyed name="chat" />)
  expect(screen.getByText('Hello, Hi')).toBeTruthy()
  expect(localStorage.getItem('other')).toBeNull()
})

function Keyed({ name }: { name: string }) {
  const { messages, chat } = useStreamChat()
  useChatStorage(chat, { key: name })
  return <p>{messages.map(({ content }) => content).join(', ') || 'nothing'}</p>
}

test('the newest handlers are called', async () => {
  const told: string[] = []
  const { rerender } = renderHook(
    ({ name }) => {
      const { chat } = useStreamChat()
      return useChatStorage(chat, {
        key: 'broken',
        storage: { getItem: () => Promise.reject(new Error('no disk')), setItem() {} },
        onError: ({ message }) => told.push(`${name}: ${message}`),
        onRestored: () => told.push(`${name}: restored`),
      })
    },
    { initialProps: { name: 'old' } },
  )
  rerender({ name: 'new' })
  await act(async () => {})
  expect(told[0]).toContain('new: Expected to read and write "broken"')
  expect(told[0]).toContain('no disk')
  expect(told[1]).toBe('new: restored')
})
