import { StrictMode, Suspense, type ReactNode } from 'react'
import { renderToReadableStream, renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createChat, createEventStream, createTaskManager } from '../../src/stores/index.js'
import { useEventSource } from '../../src/hooks/use-event-source.js'
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

function Page(): ReactNode {
  const { status, data } = useEventSource('/api/events')
  const chat = useStreamChat({ initialMessages: [{ role: 'user', content: 'Hello' }] })
  const { tasks, manager } = useTaskManager()
  const task = useTask(manager, 'a')
  return (
    <p>
      {[status, data, chat.status, chat.messages[0]?.id, tasks.size, task?.id].map(String).join()}
    </p>
  )
}

test('rendering all hooks on a server makes no request and starts no timer', () => {
  expect(globalThis).not.toHaveProperty('document')
  const html = renderToString(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
  expect(html).toMatch(/^<p>connecting,undefined,ready,[^,]+,0,undefined<\/p>$/)
  expect(requests).not.toHaveBeenCalled()
  expect(setTimer).not.toHaveBeenCalled()
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
