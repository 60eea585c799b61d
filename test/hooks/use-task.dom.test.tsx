import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { memo, useEffect } from 'react'
import { expect, test } from 'vitest'
import { useTask } from '../../src/hooks/use-task.js'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { TaskManager } from '../../src/stores/tasks/task-types.js'
import { script } from './use-task-manager-support.js'

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
