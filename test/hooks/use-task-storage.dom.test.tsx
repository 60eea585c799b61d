import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { StrictMode, Suspense, useEffect } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import { useTaskStorage } from '../../src/hooks/use-task-storage.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { KeyValueStorage } from '../../src/stores/storage/storage.js'
import type { TaskManager } from '../../src/stores/tasks/task-types.js'
import { settle } from '../support/clock.js'
import { createTestStorage } from '../stores/storage/storage-support.js'
import { scriptTasks, taskIdOf } from '../support/servers/task-script.js'
import { hydrateStored } from './hydrate-stored.js'

// jsdom has no locks, and so each tab's tasks are its own.
const saved = JSON.stringify({
  version: 1,
  tasks: [
    { id: 'a', status: 'done', input: 'a tune', prompt: 'a tune', progress: 100, result: 7 },
    {
      id: 'b',
      status: 'processing',
      input: 'a jig',
      progress: 40,
      run: { lastEventId: '7', hasEvents: true },
    },
  ],
})

beforeEach(() => sessionStorage.setItem('tasks', saved))
afterEach(() => {
  sessionStorage.clear()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const script = scriptTasks()
beforeEach(() => void script.calls.splice(0))

function texts({ tasks }: { tasks: ReturnType<TaskManager['getSnapshot']>['tasks'] }): string {
  return [...tasks.values()].map(({ id, status, progress }) => `${id} ${status} ${progress}`).join()
}

function Page({ name = 'tasks', starts }: { name?: string; starts?: string }) {
  const options = { url: 'http://page.test/tasks', fetch: script.fetch }
  const { tasks, manager, startTask } = useTaskManager(options)
  const { isRestored } = useTaskStorage(manager, { key: name })
  useEffect(() => {
    if (starts) startTask('a march', { id: starts })
  }, [startTask, starts])
  return <p>{`${isRestored}: ${texts({ tasks })}`}</p>
}

function text(): string | null {
  return screen.getByText(/true|false/).textContent
}

test('shows what was saved, and goes on with it', async () => {
  render(<Page />)
  expect(text()).toBe('true: a done 100,b processing 40')
  await act(settle)
  expect(script.calls.map((call) => [taskIdOf(call), call.headers.get('last-event-id')])).toEqual([
    ['b', '7'],
  ])
  await act(async () => {
    script.calls[0]!.send('complete', { result: 8 })
    await settle()
  })
  expect(text()).toBe('true: a done 100,b done 100')
})

test('hydrates from what the server rendered, and shows it then', async () => {
  const { html, shown } = await hydrateStored(<Page />)
  expect(html).toContain('false: ')
  expect(shown).toBe('true: a done 100,b processing 40')
})

test('StrictMode opens one connection, keeps what an effect has started, and an unmount closes all', async () => {
  const page = render(
    <StrictMode>
      <Page starts="c" />
    </StrictMode>,
  )
  await act(settle)
  expect(text()).toBe('true: a done 100,b processing 40,c processing 0')
  const open = script.calls.filter(({ isAborted }) => !isAborted)
  expect(open.map(taskIdOf)).toEqual(['b', 'c'])
  page.unmount()
  expect(script.calls.every(({ isAborted }) => isAborted)).toBe(true)
  await act(settle)
  render(<Page />)
  expect(text()).toBe('true: a done 100,b processing 40,c processing 0')
})

test('tasks go on while Suspense hides the component that stores them', async () => {
  let resolve = (): void => {}
  let promise: Promise<void> | undefined
  function Slow() {
    if (promise) throw promise
    return null
  }
  const page = () => (
    <Suspense fallback="waiting">
      <Page />
      <Slow />
    </Suspense>
  )
  const { rerender, unmount } = render(page())
  await act(settle)
  promise = new Promise((done) => (resolve = done))
  rerender(page())
  expect(screen.getByText('waiting')).toBeDefined()
  await act(async () => {
    script.calls[0]!.send('progress', { percent: 60 })
    await settle()
    promise = undefined
    resolve()
  })
  expect(script.calls.map(({ isAborted }) => isAborted)).toEqual([false])
  await waitFor(() => expect(text()).toBe('true: a done 100,b processing 60'))
  unmount()
  expect(script.calls.map(({ isAborted }) => isAborted)).toEqual([true])
})

test('with the same manager, another key shows only what was saved under it', () => {
  const { rerender } = render(<Page />)
  rerender(<Page name="other" />)
  expect(text()).toBe('true: ')
  rerender(<Page />)
  expect(text()).toBe('true: a done 100,b processing 40')
})

test('with another key, tasks are saved where the page says, and nowhere else', async () => {
  const { values, ...storage } = createTestStorage()
  const { result, rerender, unmount } = renderHook(
    ({ key }) => {
      const { manager } = useTaskManager({ fetch: script.fetch })
      useTaskStorage(manager, { key, storage })
      return manager
    },
    { initialProps: { key: 'one' } },
  )
  rerender({ key: 'other' })
  act(() => void result.current.startTask('a march', { id: 'c' }))
  unmount()
  expect(values.get('other')).toContain('a march')
  expect(sessionStorage.getItem('other')).toBeNull()
})

test('stored by two components, it stays stored until the last of them is gone', async () => {
  function Keeper({ manager }: { manager: TaskManager }) {
    useTaskStorage(manager, { key: 'tasks' })
    return null
  }
  function Both({ isShort = false }) {
    const { manager } = useTaskManager({ url: 'http://page.test/tasks', fetch: script.fetch })
    return (
      <>
        <Keeper manager={manager} />
        {isShort ? null : <Keeper manager={manager} />}
      </>
    )
  }
  const page = render(<Both />)
  await act(settle)
  page.rerender(<Both isShort />)
  expect(script.calls.map(({ isAborted }) => isAborted)).toEqual([false])
  page.unmount()
  expect(script.calls.map(({ isAborted }) => isAborted)).toEqual([true])
})

test('the tasks of a manager of its own life go on, and are saved, when the component is gone', async () => {
  const manager = createTaskManager({ url: 'http://page.test/tasks', fetch: script.fetch })
  function Shared() {
    const { tasks } = useTaskManager(manager)
    const { isRestored } = useTaskStorage(manager, { key: 'tasks' })
    return <p>{`${isRestored}: ${texts({ tasks })}`}</p>
  }
  const page = render(<Shared />)
  await act(settle)
  page.unmount()
  expect(script.calls[0]!.isAborted).toBe(false)
  script.calls[0]!.send('complete', { result: 8 }, '8')
  await act(settle)
  window.dispatchEvent(new Event('pagehide'))
  expect(sessionStorage.getItem('tasks')).toContain('"result":8')
  window.dispatchEvent(new Event('pageshow'))
  render(<Shared />)
  expect(text()).toBe('true: a done 100,b done 100')
  expect(script.calls).toHaveLength(1)
})

test('the newest handlers are called', async () => {
  const told: string[] = []
  const storage: KeyValueStorage = {
    getItem: () => Promise.reject(new Error('no disk')),
    setItem() {},
  }
  const { rerender } = renderHook(
    ({ name }) => {
      const { manager } = useTaskManager()
      return useTaskStorage(manager, {
        key: 'broken',
        storage,
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
