import { StrictMode, Suspense, type ReactNode } from 'react'
import { renderToReadableStream, renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createChat, createEventStream, createTaskManager } from '../../src/stores/index.js'
import { useChatInput } from '../../src/hooks/use-chat-input.js'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { useSmoothText } from '../../src/hooks/use-smooth-text.js'
import { useStickToBottom } from '../../src/hooks/use-stick-to-bottom.js'
import { useStreamAnnouncer } from '../../src/hooks/use-stream-announcer.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { useTask } from '../../src/hooks/use-task.js'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'

// A server has no `document` and no frames: this project runs in plain Node.
const requests = vi.fn<typeof fetch>()
let setTimer: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  requests.mockReset()
  vi.stubGlobal('fetch', requests)
  setTimer = vi.spyOn(globalThis, 'setTimeout')
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const kept = { initial: 'nothing yet', reduce: (state: string) => state }

function Page(): ReactNode {
  const { status, data } = useEventSource('/api/events', kept)
  const { status: withoutUrl } = useEventSource(null)
  const chat = useStreamChat({ initialMessages: [{ role: 'user', content: 'Hello' }] })
  const { tasks, manager } = useTaskManager()
  const task = useTask(manager, 'a')
  const [{ id, content } = { id: '', content: '' }] = chat.messages
  return (
    <p>{[status, data, withoutUrl, chat.status, id, content, tasks.size, String(task)].join()}</p>
  )
}

test('rendering all hooks on a server makes no request and starts no timer', () => {
  expect(globalThis).not.toHaveProperty('document')
  const html = renderToString(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
  expect(html).toBe('<p>connecting,nothing yet,idle,ready,message-1,Hello,0,undefined</p>')
  expect(requests).not.toHaveBeenCalled()
  expect(setTimer).not.toHaveBeenCalled()
})

test('a conversation with an id is that of one rendering: no user is shown what another one said', () => {
  function Said({ content }: { content: string }): ReactNode {
    const { messages } = useStreamChat({
      id: 'support',
      initialMessages: [{ role: 'user', content }],
    })
    return messages.map((message) => message.content).join()
  }
  expect(renderToString(<Said content="of one user" />)).toBe('of one user')
  expect(renderToString(<Said content="of another" />)).toBe('of another')
})

test('of a chat it renders the whole text, an empty field and a silent region', () => {
  function Chat(): ReactNode {
    const chat = useStreamChat({ initialMessages: [{ role: 'assistant', content: 'Hi' }] })
    const { getInputProps } = useChatInput({ onSend: chat.sendMessage })
    const { scrollerRef, contentRef, isAtBottom } = useStickToBottom()
    const { role, children } = useStreamAnnouncer(chat)
    return (
      <div ref={scrollerRef}>
        <p ref={contentRef}>{useSmoothText(chat.messages[0]!.content)}</p>
        <input {...getInputProps()} />
        {isAtBottom ? null : 'scrolled up'}
        <p role={role}>{children}</p>
      </div>
    )
  }
  expect(renderToString(<Chat />)).toBe(
    '<div><p>Hi</p><input enterKeyHint="send" value=""/><p role="status"></p></div>',
  )
})

test('two renderings are the same, ids included, so that hydration agrees', () => {
  expect(renderToString(<Page />)).toBe(renderToString(<Page />))
})

test('a streamed rendering makes no request either', async () => {
  const stream = await renderToReadableStream(
    <Suspense fallback={null}>
      <Page />
    </Suspense>,
  )
  expect(await new Response(stream).text()).toContain('connecting')
  expect(requests).not.toHaveBeenCalled()
})

test('a store that has already advanced is rendered from its initial snapshot', async () => {
  const tasks = createTaskManager()
  requests.mockImplementation(() => new Promise(() => {}))
  tasks.startTask('one', { id: 'a' })
  const chat = createChat({ initialMessages: [{ role: 'user', content: 'first' }] })
  chat.setMessages([])
  const events = createEventStream('https://x.test/events')
  events.open()
  function Shared() {
    const { taskIds } = useTaskManager(tasks)
    const { messages } = useStreamChat(chat)
    const { status } = useEventSource(events)
    return (
      <p>{[taskIds.length, messages.length, status, useTask(tasks, 'a')?.id].map(String).join()}</p>
    )
  }
  expect(renderToString(<Shared />)).toBe('<p>0,1,connecting,undefined</p>')
  tasks.removeTask('a')
  events.close()
})
