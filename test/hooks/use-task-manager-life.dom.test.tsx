// What useTaskManager does as its component comes, hides and goes.
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { Activity, StrictMode, useEffect } from 'react'
import { expect, test } from 'vitest'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { TaskManager } from '../../src/stores/tasks/task-types.js'
import { script, setup } from './use-task-manager-support.js'

test('unmounting closes every connection, and nothing starts after that', async () => {
  const { result, unmount, calls, requested } = setup({ concurrency: 2 })
  act(() => {
    for (const id of 'abc') result.current.startTask(id, { id })
  })
  await requested(2)
  const { startTask } = result.current
  unmount()
  await waitFor(() => expect(calls.map(({ isAborted }) => isAborted)).toEqual([true, true]))
  startTask('late')
  await new Promise((resolve) => setTimeout(resolve))
  expect(calls).toHaveLength(2)
})

test('StrictMode: a task makes one connection, which goes on', async () => {
  const { calls, fetch, call, requested } = script()
  const { result } = renderHook(() => useTaskManager({ fetch }), { wrapper: StrictMode })
  act(() => void result.current.startTask('one', { id: 'a' }))
  await requested(1)
  call('a').send('complete', { result: 1 })
  await waitFor(() => expect(result.current.tasks.get('a')?.status).toBe('done'))
  expect(calls).toHaveLength(1)
})

test('StrictMode: what a mount effect has started is not cut, and with an id it is one task', async () => {
  const { calls, fetch, call } = script()
  const { result } = renderHook(
    () => {
      const { startTask, ...rest } = useTaskManager({ fetch })
      useEffect(() => void startTask('at once', { id: 'a' }), [startTask])
      return rest
    },
    { wrapper: StrictMode },
  )
  await waitFor(() => expect(calls).toHaveLength(1))
  call('a').send('complete', { result: 1 })
  await waitFor(() => expect(result.current.tasks.get('a')?.result).toBe(1))
  expect(calls).toHaveLength(1)
})

test("a child's mount effect, which runs before ours, may start a task too", async () => {
  const { fetch, call, calls, requested } = script()
  function Child({
    startTask,
  }: {
    startTask: (prompt: string, options: { id: string }) => string
  }) {
    useEffect(() => void startTask('early', { id: 'a' }), [startTask])
    return null
  }
  function Parent() {
    const { tasks, startTask } = useTaskManager({ fetch })
    return (
      <>
        <p>{String(tasks.get('a')?.status)}</p>
        <Child startTask={startTask} />
      </>
    )
  }
  const { unmount } = render(<Parent />)
  await requested(1)
  call('a').send('complete', {})
  await screen.findByText('done')
  unmount()
  expect(calls).toHaveLength(1)
})

test('a shared manager: its tasks go on when the last component has left', async () => {
  const { fetch, call, requested, calls } = script()
  const manager = createTaskManager<string>({ fetch })
  manager.startTask('by hand', { id: 'hand' })
  const { result, unmount } = renderHook(() => useTaskManager(manager))
  expect(result.current.manager).toBe(manager)
  expect(result.current.taskIds).toEqual(['hand'])
  act(() => void result.current.startTask('by a component', { id: 'component' }))
  await requested(2)
  unmount()
  await new Promise((resolve) => setTimeout(resolve)) // the macrotask in which a hook lets go
  expect(calls.some(({ isAborted }) => isAborted)).toBe(false)
  for (const id of ['hand', 'component']) call(id).send('complete', { result: id })
  await expect
    .poll(() => [...manager.getSnapshot().tasks.values()].map(({ result: r }) => r))
    .toEqual(['hand', 'component'])
})

test('the owner takes its tasks along even where a child shares the manager', async () => {
  const { fetch, calls, requested } = script()
  function Child({ manager }: { manager: TaskManager }) {
    const { taskIds } = useTaskManager(manager)
    return <p>{taskIds.join()}</p>
  }
  function Parent() {
    const { manager, startTask } = useTaskManager({ fetch })
    return (
      <>
        <button onClick={() => startTask('one', { id: 'a' })}>go</button>
        <Child manager={manager} />
      </>
    )
  }
  const { unmount } = render(<Parent />)
  act(() => screen.getByRole('button').click())
  expect(screen.getByText('a')).toBeTruthy()
  await requested(1)
  unmount()
  await waitFor(() => expect(calls[0]?.isAborted).toBe(true))
})

test('Activity: hidden it closes its connections; shown again it re-attaches, and says what was lost', async () => {
  const { fetch, call, calls, requested } = script()
  function Studio() {
    const { tasks, startTask } = useTaskManager({ fetch })
    return (
      <>
        <button onClick={() => ['withId', 'without'].map((id) => startTask(id, { id }))}>go</button>
        {Array.from(tasks.values(), ({ id, status, progress }) => (
          <p key={id}>{`${id} ${status} ${progress}`}</p>
        ))}
      </>
    )
  }
  const page = (mode: 'visible' | 'hidden') => (
    <Activity mode={mode}>
      <Studio />
    </Activity>
  )
  const { rerender } = render(page('visible'))
  act(() => screen.getByRole('button').click())
  await requested(2)
  call('withId').send('progress', { percent: 40 }, '7')
  call('without').send('progress', { percent: 50 })
  await screen.findByText('withId processing 40')
  await screen.findByText('without processing 50')

  rerender(page('hidden'))
  await waitFor(() => expect(calls.map(({ isAborted }) => isAborted)).toEqual([true, true]))
  rerender(page('visible'))
  await screen.findByText('without error 50')
  await requested(3)
  expect(call('withId').headers.get('last-event-id')).toBe('7')
  call('withId').send('complete', {})
  await screen.findByText('withId done 100')
})
