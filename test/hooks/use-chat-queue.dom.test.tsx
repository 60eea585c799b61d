import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, test } from 'vitest'
import { useChatQueue } from '../../src/hooks/use-chat-queue.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { createTestServer, delta } from '../stores/chat/chat-support.js'

function Page({ fetch }: { fetch: typeof globalThis.fetch }) {
  const { messages, chat } = useStreamChat({ fetch, url: 'http://localhost/api/chat' })
  const { queued, sendMessage, interrupt, removeQueued } = useChatQueue(chat)
  return (
    <>
      <ol aria-label="messages">
        {messages.map(({ id, content }) => (
          <li key={id}>{content}</li>
        ))}
      </ol>
      <ol aria-label="queued">
        {queued.map(({ id, content }) => (
          <li key={id}>
            {content} <button onClick={() => removeQueued(id)}>Remove {content}</button>
          </li>
        ))}
      </ol>
      <button onClick={() => void sendMessage(`Message ${messages.length + queued.length}`)}>
        Send
      </button>
      <button onClick={() => void interrupt('Stop that')}>Interrupt</button>
    </>
  )
}

const listed = (name: string) =>
  [...screen.getByRole('list', { name }).children].map((item) => item.firstChild?.textContent)
const press = (name: string) => fireEvent.click(screen.getByText(name))
const aMacrotask = () => act(() => new Promise((resolve) => setTimeout(resolve)))

test('shows what waits, takes it away, sends the rest, and interrupts', async () => {
  const { fetch, calls } = createTestServer()
  render(<Page fetch={fetch} />, { wrapper: StrictMode })
  press('Send')
  press('Send')
  press('Send')
  expect(listed('queued')).toEqual(['Message 2', 'Message 3'])
  press('Remove Message 2')
  expect(listed('queued')).toEqual(['Message 3'])
  await waitFor(() => expect(calls).toHaveLength(1))
  await act(() => calls[0]!.open())
  await act(() => calls[0]!.send(delta('First'), '[DONE]'))
  await waitFor(() => expect(calls).toHaveLength(2))
  expect(listed('queued')).toEqual([])
  press('Interrupt')
  await waitFor(() => expect(calls).toHaveLength(3))
  expect(listed('messages').filter(Boolean)).toEqual([
    'Message 0',
    'First',
    'Message 3',
    'Stop that',
  ])
})

test('unmounted, sends nothing more', async () => {
  const { fetch, calls } = createTestServer()
  const page = render(<Page fetch={fetch} />)
  press('Send')
  press('Send')
  await waitFor(() => expect(calls).toHaveLength(1))
  page.unmount()
  await aMacrotask()
  await aMacrotask()
  expect(calls).toHaveLength(1)
  expect(calls[0]!.signal.aborted).toBe(true)
})
