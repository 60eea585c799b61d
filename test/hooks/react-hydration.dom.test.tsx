import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { useTask } from '../../src/hooks/use-task.js'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import { createChat, createEventStream, createTaskManager } from '../../src/stores/index.js'

const pending: typeof fetch = () => new Promise(() => {})

/** Hydrates what a server has rendered; whatever React has to say about it fails the test. */
function hydrate(node: ReactNode, html = renderToString(node)) {
  const complaints: unknown[] = []
  const onRecoverableError = (error: unknown) => complaints.push(error)
  const consoleError = vi
    .spyOn(console, 'error')
    .mockImplementation((...all) => void complaints.push(all))
  onTestFinished(() => consoleError.mockRestore())
  const container = document.createElement('div')
  container.innerHTML = html
  document.body.append(container)
  const first = container.firstElementChild
  render(node, { container, hydrate: true, onRecoverableError })
  return { container, complaints, html, first }
}

function Page() {
  const { status } = useEventSource('/api/events', { fetch: pending })
  const { messages } = useStreamChat({
    fetch: pending,
    initialMessages: [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'Hello' },
    ],
  })
  const { tasks, manager } = useTaskManager({ fetch: pending })
  const task = useTask(manager, 'a')
  return (
    <ul>
      <li>{status}</li>
      {messages.map(({ id, content }) => (
        <li key={id} id={id}>
          {content}
        </li>
      ))}
      <li>{`${tasks.size} ${String(task)}`}</li>
    </ul>
  )
}

test('what a server rendered is taken over as it is, ids of messages included', () => {
  const { container, complaints, html, first } = hydrate(<Page />)
  expect(complaints).toEqual([])
  expect(container.firstElementChild).toBe(first)
  expect(container.innerHTML).toBe(html)
  expect(html).toContain('id="message-2"')
})

test('stores that have already advanced hydrate from their initial snapshot, then show the newest', () => {
  const tasks = createTaskManager({ fetch: pending })
  const chat = createChat({ fetch: pending })
  const events = createEventStream('/api/events', { fetch: pending })
  function Shared() {
    const { taskIds } = useTaskManager(tasks)
    const { messages } = useStreamChat(chat)
    const { status } = useEventSource(events)
    const task = useTask(tasks, 'a')
    return <p>{`${taskIds.length} ${messages.length} ${status} ${String(task?.prompt)}`}</p>
  }
  const html = renderToString(<Shared />)
  expect(html).toBe('<p>0 0 connecting undefined</p>')
  tasks.startTask('a waltz', { id: 'a' })
  chat.setMessages([{ role: 'user', content: 'Hello' }])
  events.close()
  const { container, complaints, first } = hydrate(<Shared />, html)
  expect(complaints).toEqual([])
  expect(container.firstElementChild).toBe(first)
  expect(container.textContent).toBe('1 1 closed a waltz')
})

test('a page that differs from its server is found by these tests', () => {
  const { complaints } = hydrate(<Page />, '<ul><li>other</li></ul>')
  expect(complaints).not.toEqual([])
})
