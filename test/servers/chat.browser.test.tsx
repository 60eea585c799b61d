// The tutorials' chat server and the tutorials' hook, as both are written there.
import { StrictMode, useState } from 'react'
import { expect, onTestFinished, test, vi } from 'vitest'
import { render, renderHook } from 'vitest-browser-react'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { MessageInput } from '../../src/stores/chat/chat-types.js'
import { replyTo, type SeenTurn } from '../support/servers/chat-replies.js'
import { startServer } from './server.js'

async function startChatServer() {
  const { url } = await startServer('chat-express')
  const log = async (): Promise<SeenTurn[]> => (await fetch(`${url}/log`)).json()
  return { url, log }
}

/** As on a page that the same server has sent: `/api/chat` is there. */
function serveApiFrom(url: string, query = ''): void {
  const { fetch } = globalThis
  vi.stubGlobal('fetch', (input: string, init?: RequestInit) =>
    fetch(input === '/api/chat' ? url + input + query : input, init),
  )
  onTestFinished(() => void vi.unstubAllGlobals())
}

/** The page of the tutorials: it holds the messages by itself. */
function TutorialChat() {
  const [messages, setMessages] = useState<MessageInput[]>([])
  const [input, setInput] = useState('')
  const { isLoading, streamingContent, sendMessage } = useStreamChat()

  async function handleSubmit() {
    const asked: MessageInput[] = [...messages, { role: 'user', content: input }]
    setMessages(asked)
    setInput('')
    const reply = await sendMessage(asked)
    setMessages([...asked, { role: 'assistant', content: reply }])
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void handleSubmit()
      }}
    >
      {messages.map(({ role, content }, index) => (
        <p key={index}>
          {role}: {content}
        </p>
      ))}
      {isLoading ? <output>{streamingContent}</output> : null}
      <input aria-label="Message" value={input} onChange={({ target }) => setInput(target.value)} />
      <button disabled={isLoading}>Send</button>
    </form>
  )
}

test.each(['', '?size=1', '?size=7', '?cut=21'])(
  'Express 5: the hook of the tutorials receives replies written in pieces (%s)',
  async (query) => {
    const { url, log } = await startChatServer()
    serveApiFrom(url, query)
    const screen = await render(
      <StrictMode>
        <TutorialChat />
      </StrictMode>,
    )
    const history: MessageInput[] = []
    for (const content of ['你好', 'Hello again']) {
      history.push({ role: 'user', content })
      const reply = replyTo(history)
      await screen.getByLabelText('Message').fill(content)
      await screen.getByRole('button').click()
      await expect.element(screen.getByText(`assistant: ${reply}`)).toBeInTheDocument()
      history.push({ role: 'assistant', content: reply })
    }
    // Each turn was one request, with the whole history.
    expect(await log()).toMatchObject([
      { messages: history.slice(0, 1), state: 'done' },
      { messages: history.slice(0, 3), state: 'done' },
    ])
  },
)

test('Express 5: the text is on the page while the reply streams, and stop() disconnects', async () => {
  const { url, log } = await startChatServer()
  const { result } = await renderHook(() =>
    useStreamChat({
      url: `${url}/api/chat`,
      cancelRequest: () => fetch(`${url}/api/cancel`, { method: 'POST' }),
    }),
  )
  const promise = result.current.sendMessage('wait')
  const reply = replyTo([{ role: 'user', content: 'wait' }])
  await expect.poll(() => result.current.streamingContent).toBe(reply)
  expect(result.current).toMatchObject({ isLoading: true, status: 'streaming' })
  result.current.stop()
  expect(await promise).toBe(reply)
  await expect.poll(() => result.current.status).toBe('ready')
  await expect.poll(log).toMatchObject([{ state: 'disconnected', canceled: true }])
})

test('Express 5: leaving the page disconnects, and cancels nothing', async () => {
  const { url, log } = await startChatServer()
  const cancelRequest = vi.fn<() => void>()
  const { result, unmount } = await renderHook(() =>
    useStreamChat({ url: `${url}/api/chat`, cancelRequest }),
  )
  void result.current.sendMessage('wait')
  await expect.poll(() => result.current.status).toBe('streaming')
  await unmount()
  await expect.poll(log).toMatchObject([{ state: 'disconnected', canceled: false }])
  expect(cancelRequest).not.toHaveBeenCalled()
})
