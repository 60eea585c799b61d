import { act, renderHook, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { TaskManagerOptions } from '../../src/stores/tasks/task-types.js'
import { script, setup } from './use-task-manager-support.js'

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

test('two components share a manager, and see the same tasks', async () => {
  const { fetch } = script()
  const manager = createTaskManager({ fetch })
  const one = renderHook(() => useTaskManager(manager))
  const two = renderHook(() => useTaskManager(manager))
  act(() => void one.result.current.startTask('one', { id: 'a' }))
  expect(two.result.current.tasks).toBe(one.result.current.tasks)
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
