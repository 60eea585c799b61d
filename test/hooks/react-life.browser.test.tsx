import * as React from 'react'
import { Component, StrictMode, Suspense, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { hydrateRoot } from 'react-dom/client'
import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'

interface Request {
  path: string
  signal: AbortSignal | null | undefined
}

/** A server whose every answer is an open stream. */
function openStreams() {
  const requests: Request[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    requests.push({ path: String(input).replace(/\?.*/, ''), signal: init?.signal })
    const headers = { 'content-type': 'text/event-stream' }
    return new Response(new ReadableStream(), { headers })
  }
  return {
    requests,
    fetch,
    paths: () => requests.map(({ path }) => path).sort(),
    open: () => requests.filter(({ signal }) => !signal?.aborted).length,
  }
}

function Page({ fetch }: { fetch: typeof globalThis.fetch }) {
  const { status } = useEventSource('/events', { fetch })
  const chat = useStreamChat({ url: '/chat', fetch })
  const { taskIds, startTask } = useTaskManager({ url: '/tasks', fetch })
  return (
    <>
      <p>{`${status} ${chat.status} ${taskIds.length}`}</p>
      <button
        onClick={() => {
          void chat.sendMessage('Hello')
          startTask('a waltz')
        }}
      >
        go
      </button>
    </>
  )
}

test('StrictMode: each hook makes one connection, and unmounting closes them all', async () => {
  const { fetch, requests, paths, open } = openStreams()
  const screen = await render(
    <StrictMode>
      <Page fetch={fetch} />
    </StrictMode>,
  )
  await expect.element(screen.getByText('open ready 0')).toBeInTheDocument()
  expect(paths()).toEqual(['/events'])
  await screen.getByRole('button').click()
  await expect.element(screen.getByText('open submitted 1')).toBeInTheDocument()
  await expect.poll(paths).toEqual(['/chat', '/events', '/tasks'])
  expect(open()).toBe(3)
  await screen.unmount()
  await expect.poll(open).toBe(0)
  expect(requests).toHaveLength(3)
})

test('a render that is thrown away, because it suspends, opens nothing', async () => {
  const { fetch, requests } = openStreams()
  let resolve: () => void = () => {}
  let isReady = false
  const ready = new Promise<void>((done) => (resolve = done))
  function Slow() {
    const { status } = useEventSource('/events', { fetch })
    useStreamChat({ url: '/chat', fetch })
    useTaskManager({ url: '/tasks', fetch })
    if (!isReady) throw ready
    return <p>{status}</p>
  }
  const screen = await render(
    <Suspense fallback="waiting">
      <Slow />
    </Suspense>,
  )
  await expect.element(screen.getByText('waiting')).toBeInTheDocument()
  expect(requests).toEqual([])
  isReady = true
  resolve()
  await expect.element(screen.getByText('open')).toBeInTheDocument()
  expect(requests).toHaveLength(1)
})

test('what came while a page was suspended is there when it is shown again', async () => {
  const manager = createTaskManager()
  manager.pauseQueue()
  let resolve!: () => void
  const promise = new Promise<void>((done) => (resolve = done))
  let isReady = false
  function Count() {
    return <p>{useTaskManager(manager, ({ taskIds }) => taskIds).length} tasks</p>
  }
  function Slow({ isNeeded }: { isNeeded: boolean }) {
    if (isNeeded && !isReady) throw promise
    return null
  }
  const page = (isNeeded: boolean): ReactNode => (
    <Suspense fallback="loading">
      <Count />
      <Slow isNeeded={isNeeded} />
    </Suspense>
  )
  const screen = await render(page(false))
  await expect.element(screen.getByText('0 tasks')).toBeVisible()
  await screen.rerender(page(true))
  await expect.element(screen.getByText('loading')).toBeVisible()
  manager.startTask('a waltz')
  isReady = true
  resolve()
  await expect.element(screen.getByText('1 tasks')).toBeVisible()
  manager.startTask('a march')
  await expect.element(screen.getByText('2 tasks')).toBeVisible()
})

test('Suspense that hides a page cuts none of its connections, and neither does StrictMode then', async () => {
  const { fetch, requests, open } = openStreams()
  let resolve!: () => void
  const promise = new Promise<void>((done) => (resolve = done))
  let isReady = false
  function Slow({ isNeeded }: { isNeeded: boolean }) {
    if (isNeeded && !isReady) throw promise
    return null
  }
  const page = (isNeeded: boolean): ReactNode => (
    <StrictMode>
      <Suspense fallback="loading">
        <Page fetch={fetch} />
        <Slow isNeeded={isNeeded} />
      </Suspense>
    </StrictMode>
  )
  const screen = await render(page(false))
  await screen.getByRole('button').click()
  await expect.poll(open).toBe(3)
  await screen.rerender(page(true))
  await expect.element(screen.getByText('loading')).toBeVisible()
  isReady = true
  resolve()
  await expect.element(screen.getByText('open submitted 1')).toBeVisible()
  expect(open()).toBe(3)
  expect(requests).toHaveLength(3)
})

test('a component may suspend until the store that it shows has changed', async () => {
  const manager = createTaskManager()
  manager.pauseQueue()
  const second = new Promise<void>((resolve) => {
    manager.subscribe(() => {
      if (manager.getSnapshot().taskIds.length === 2) resolve()
    })
  })
  function Count() {
    const { taskIds } = useTaskManager(manager)
    if (taskIds.length === 1) throw second
    return <p>{taskIds.length} tasks</p>
  }
  const screen = await render(
    <Suspense fallback="waiting">
      <Count />
    </Suspense>,
  )
  await expect.element(screen.getByText('0 tasks')).toBeVisible()
  flushSync(() => void manager.startTask('a waltz'))
  await expect.element(screen.getByText('waiting')).toBeVisible()
  manager.startTask('a march')
  await expect.element(screen.getByText('2 tasks')).toBeVisible()
})

test('a page that fails beside the hooks closes their connections', async () => {
  const { fetch, open, paths } = openStreams()
  class Boundary extends Component<{ children: ReactNode }> {
    override state = { hasFailed: false }
    static getDerivedStateFromError() {
      return { hasFailed: true }
    }
    override render() {
      return this.state.hasFailed ? 'failed' : this.props.children
    }
  }
  function Fragile({ isBroken }: { isBroken: boolean }) {
    if (isBroken) throw new Error('on purpose')
    return null
  }
  const page = (isBroken: boolean) => (
    <Boundary>
      <Page fetch={fetch} />
      <Fragile isBroken={isBroken} />
    </Boundary>
  )
  const screen = await render(page(false))
  await expect.poll(paths).toEqual(['/events'])
  await screen.rerender(page(true))
  await expect.element(screen.getByText('failed')).toBeInTheDocument()
  await expect.poll(open).toBe(0)
})

test('hydrates without a complaint where the store has advanced, in this React too', async () => {
  const { fetch } = openStreams()
  const manager = createTaskManager({ url: '/tasks', fetch })
  manager.startTask('early')
  onTestFinished(() => manager.clearFinished())
  const complaints: unknown[] = []
  function Count() {
    return <p>{useTaskManager(manager, ({ taskIds }) => taskIds.length)}</p>
  }
  const container = document.createElement('div')
  container.innerHTML = '<p>0</p>'
  const paragraph = container.firstElementChild
  const root = hydrateRoot(container, <Count />, {
    onRecoverableError: (error) => complaints.push(error),
  })
  onTestFinished(() => root.unmount())
  await expect.poll(() => container.textContent).toBe('1')
  expect(container.firstElementChild).toBe(paragraph)
  expect(complaints).toEqual([])
})

test('what is rendered at once after an action is already the newest', async () => {
  const { fetch } = openStreams()
  const manager = createTaskManager({ url: '/tasks', fetch })
  function Count() {
    return <p>{`tasks: ${useTaskManager(manager).taskIds.length}`}</p>
  }
  const screen = await render(<Count />)
  flushSync(() => void manager.startTask('one'))
  expect(screen.getByText('tasks: 1').element()).toBeTruthy()
})

// Before React 19 a transition is over at the first `await`.
test.runIf('use' in React)('what an action begins is shown before the action is over', async () => {
  const fetch: typeof globalThis.fetch = () => new Promise(() => {})
  const manager = createTaskManager({ url: '/tasks', fetch })
  onTestFinished(() => manager.removeTask('a'))
  function Ids() {
    return <p>{`ids: ${useTaskManager(manager, ({ taskIds }) => taskIds).join()}`}</p>
  }
  function Form() {
    const { status, messages, sendMessage } = useStreamChat({ url: '/chat', fetch })
    async function act(): Promise<void> {
      manager.startTask('a waltz', { id: 'a' })
      await sendMessage('Hello')
    }
    return (
      <form action={act}>
        <button>{`${status} ${messages.length}`}</button>
      </form>
    )
  }
  const screen = await render(
    <>
      <Form />
      <Ids />
    </>,
  )
  await screen.getByRole('button').click()
  await expect.element(screen.getByText('submitted 2')).toBeVisible()
  await expect.element(screen.getByText('ids: a')).toBeVisible()
})
