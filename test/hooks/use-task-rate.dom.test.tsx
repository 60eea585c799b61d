import { act, renderHook } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useTaskRate } from '../../src/hooks/use-task-rate.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { newTask } from '../../src/stores/tasks/task.js'
import type { Task, TaskManager } from '../../src/stores/tasks/task-types.js'
import { createTestClock } from '../support/clock.js'

/** A manager of one task that is as far as the test says. */
function manage() {
  let task: Task = { ...newTask('a', 'one', 0), status: 'processing' }
  const { publish, ...store } = createPublisher(() => task, createTestClock())
  return {
    manager: { task: () => store } as unknown as TaskManager,
    reach: (progress: number) => {
      vi.advanceTimersByTime(1_000)
      task = { ...task, progress }
      publish()
    },
  }
}

test('shows the rate of a task while it is known, and measures again for another one', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { manager, reach } = manage()
  const { result, rerender, unmount } = renderHook(({ id }) => useTaskRate(manager, id), {
    initialProps: { id: 'a' },
    wrapper: StrictMode,
  })
  const unknown = { perSecond: undefined, remaining: undefined }
  expect(result.current).toEqual(unknown)
  for (const progress of [10, 20, 30]) act(() => reach(progress))
  expect(result.current).toEqual({ perSecond: expect.closeTo(10), remaining: 7_000 })
  act(() => void vi.advanceTimersByTime(5_000))
  expect(result.current).toEqual(unknown)
  for (const progress of [40, 50, 60]) act(() => reach(progress))
  expect(result.current.remaining).toBe(4_000)
  rerender({ id: 'b' })
  expect(result.current).toEqual(unknown)
  unmount()
  vi.advanceTimersByTime(0)
  expect(vi.getTimerCount()).toBe(0)
})
