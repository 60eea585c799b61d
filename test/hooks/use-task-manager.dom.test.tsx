import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { Activity, StrictMode, memo, useEffect } from 'react'
import { expect, test } from 'vitest'
import { useTask } from '../../src/hooks/use-task.js'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { TaskManager, TaskManagerOptions } from '../../src/stores/tasks/task-types.js'
import { scriptTasks, taskIdOf, type TaskCall } from '../support/servers/task-script.js'

function script() {
  const { calls, fetch } = scriptTasks()
  const call = (id: string): TaskCall => {
    const found = calls.findLast((candidate) => taskIdOf(candidate) === id)
    if (!found) throw new Error(`task ${id} has made no request`)
    return found
  }
  const requested = (count: number) => waitFor(() => expect(calls).toHaveLength(count))
  return { calls, fetch, call, requested }
}

function setup(options: TaskManagerOptions = {}) {
  const server = script()
  const hook = renderHook((props: TaskManagerOptions) => useTaskManager(props), {
    initialProps: { fetch: server.fetch, ...options },
  })
  return { ...server, ...hook, task: (id: string) => hook.result.current.tasks.get(id) }
}

test('returns an empty Map, no ids and no progress before a task is started, and asks for nothing', () => {
  const { result, calls } = setup()
  expect(result.current).toMatchObject({ taskIds: [], progress: 0 })
  expect(result.current.tasks).toEqual(new Map())
  expect(calls).toEqual([])
})

test('startTask shows the task at once', () => {
  const { result, task } = setup()
  act(() => void result.current.startTask('a waltz', { id: 'a' }))
  expect(task('a')).toMatchObject({ status: 'processing', prompt: 'a waltz', result: null })
  expect(result.current.taskIds).toEqual(['a'])
})

test('shows the progress, the total and the result', async () => {
  const { result, task, call, requested } = setup()
  act(() => {
    result.current.startTask('one', { id: 'a' })
    result.current.startTask('two', { id: 'b' })
  })
  await requested(2)
  call('a').send('progress', { percent: 40 })
  await waitFor(() => expect(task('a')?.progress).toBe(40))
  expect(result.current.progress).toBe(20)
  call('a').send('complete', { result: { url: '/a.wav' } })
  await waitFor(() => expect(task('a')?.status).toBe('done'))
  expect(task('a')?.result).toEqual({ url: '/a.wav' })
})

test('the manager and every action stay the same', async () => {
  const { result, rerender, requested, call, task, fetch } = setup()
  const { tasks: _, taskIds: __, progress: ___, isPaused: ____, ...stable } = result.current
  expect(Object.keys(stable).sort()).toEqual([
    'cancelTask',
    'clearFinished',
    'manager',
    'pauseQueue',
    'removeTask',
    'resumeQueue',
    'retryTask',
    'startTask',
  ])
  act(() => void result.current.startTask('one', { id: 'a' }))
  await requested(1)
  call('a').send('progress', { percent: 40 })
  await waitFor(() => expect(task('a')?.progress).toBe(40))
  rerender({ fetch, concurrency: 2, onTaskDone() {} })
  expect(result.current).toMatchObject(stable)
  for (const [name, value] of Object.entries(stable)) {
    expect(result.current[name as keyof typeof stable]).toBe(value)
  }
})

test('the queue pauses and resumes', async () => {
  const { result, requested } = setup({ concurrency: 1 })
  act(() => result.current.pauseQueue())
  act(() => void result.current.startTask('one', { id: 'a' }))
  expect(result.current.isPaused).toBe(true)
  expect(result.current.tasks.get('a')?.status).toBe('queued')
  act(() => result.current.resumeQueue())
  expect(result.current.isPaused).toBe(false)
  await requested(1)
})

test('cancel, retry, remove and clear', async () => {
  const { result, requested, call, task } = setup({ keepCanceled: true })
  act(() => {
    for (const id of 'abc') result.current.startTask(id, { id })
  })
  await requested(3)
  act(() => result.current.cancelTask('a'))
  expect(task('a')?.status).toBe('canceled')
  expect(call('a').isAborted).toBe(true)
  act(() => result.current.retryTask('a'))
  expect(task('a')).toMatchObject({ status: 'processing', attempt: 2 })
  act(() => result.current.removeTask('b'))
  expect(result.current.taskIds).toEqual(['a', 'c'])
  await requested(4)
  call('c').send('complete', {})
  await waitFor(() => expect(task('c')?.status).toBe('done'))
  act(() => result.current.clearFinished())
  expect(result.current.taskIds).toEqual(['a'])
})

test('the newest options are the ones used', async () => {
  const first = script()
  const second = script()
  const heard: string[] = []
  const { result, rerender } = renderHook((props: TaskManagerOptions) => useTaskManager(props), {
    initialProps: { fetch: first.fetch, url: '/old', onTaskDone: () => heard.push('old') },
  })
  act(() => void result.current.startTask('one', { id: 'a' }))
  await first.requested(1)
  rerender({ fetch: second.fetch, url: '/new', onTaskDone: () => heard.push('new') })
  act(() => void result.current.startTask('two', { id: 'b' }))
  await second.requested(1)
  expect(second.call('b').url.pathname).toBe('/new')
  expect(first.call('a').isAborted).toBe(false) // new options do not reconnect
  first.call('a').send('complete', {})
  await waitFor(() => expect(heard).toEqual(['new']))
})

test('a higher concurrency starts the tasks that waited', async () => {
  const { result, rerender, fetch, task } = setup({ concurrency: 1 })
  act(() => {
    for (const id of 'abc') result.current.startTask(id, { id })
  })
  expect(task('b')?.status).toBe('queued')
  rerender({ fetch, concurrency: 2 })
  await waitFor(() => expect(task('b')?.status).toBe('processing'))
  expect(task('c')?.status).toBe('queued')
})

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

test('two components share a manager, and see the same tasks', async () => {
  const { fetch } = script()
  const manager = createTaskManager({ fetch })
  const one = renderHook(() => useTaskManager(manager))
  const two = renderHook(() => useTaskManager(manager))
  act(() => void one.result.current.startTask('one', { id: 'a' }))
  expect(two.result.current.tasks).toBe(one.result.current.tasks)
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

test('with a selector the component renders only when its result changes', async () => {
  const { fetch, call, requested } = script()
  const manager = createTaskManager({ fetch })
  let renders = 0
  const { result } = renderHook(() => {
    renders += 1
    return useTaskManager(manager, ({ taskIds }) => taskIds.length)
  })
  act(() => void manager.startTask('one', { id: 'a' }))
  expect(result.current).toBe(1)
  const before = renders
  await requested(1)
  call('a').send('progress', { percent: 40 })
  await waitFor(() => expect(manager.getSnapshot().tasks.get('a')?.progress).toBe(40))
  call('a').send('complete', {})
  await waitFor(() => expect(manager.getSnapshot().tasks.get('a')?.status).toBe('done'))
  expect(renders).toBe(before)
})

test('a list over taskIds renders one row for the progress of one task', async () => {
  const { fetch, call, requested } = script()
  const renders: Record<string, number> = {}
  const count = (name: string) => (renders[name] = (renders[name] ?? 0) + 1)
  const Row = memo(function Row({ manager, id }: { manager: TaskManager; id: string }) {
    const task = useTask(manager, id)
    count(id)
    return <li>{`${id} ${task?.progress}`}</li>
  })
  const manager = createTaskManager({ fetch })
  function List() {
    const ids = useTaskManager(manager, ({ taskIds }) => taskIds)
    count('list')
    return ids.map((id) => <Row key={id} manager={manager} id={id} />)
  }
  render(<List />)
  act(() => {
    for (const id of 'abc') manager.startTask(id, { id })
  })
  await requested(3)
  for (const id of 'abc') call(id).accept()
  await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(3))
  const before = { ...renders }
  call('b').send('progress', { percent: 40 })
  await screen.findByText('b 40')
  expect(renders).toEqual({ ...before, b: (before.b ?? 0) + 1 })
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

test('useTask follows one task through its life, and another id', async () => {
  const { fetch, call, requested } = script()
  const manager = createTaskManager<number>({ fetch })
  const { result, rerender } = renderHook(({ id }) => useTask(manager, id), {
    initialProps: { id: 'a' },
  })
  expect(result.current).toBeUndefined()
  act(() => {
    manager.startTask('one', { id: 'a' })
    manager.startTask('two', { id: 'b' })
  })
  expect(result.current?.prompt).toBe('one')
  await requested(2)
  call('a').send('complete', { result: 7 })
  await waitFor(() => expect(result.current?.result).toBe(7))
  rerender({ id: 'b' })
  expect(result.current?.prompt).toBe('two')
  act(() => manager.removeTask('b'))
  expect(result.current).toBeUndefined()
})

test('a task that changes between the render and the effect is not missed', () => {
  const manager = createTaskManager({ fetch: script().fetch })
  function Starter() {
    useEffect(() => void manager.startTask('one', { id: 'a' }), [])
    return null
  }
  function Status() {
    return <p>{String(useTask(manager, 'a')?.status)}</p>
  }
  render(
    <>
      <Starter />
      <Status />
    </>,
  )
  expect(screen.getByText('processing')).toBeTruthy()
})

test('one thousand events are far fewer renders, and none goes missing at rest', async () => {
  const { fetch, call, requested } = script()
  let renders = 0
  const { result } = renderHook(() => {
    renders += 1
    return useTaskManager({ fetch })
  })
  act(() => void result.current.startTask('one', { id: 'a' }))
  await requested(1)
  const before = renders
  for (let step = 1; step <= 1_000; step += 1) call('a').send('progress', { percent: step / 10 })
  await waitFor(() => expect(result.current.tasks.get('a')?.progress).toBe(100))
  expect(renders - before).toBeLessThan(200)
})
