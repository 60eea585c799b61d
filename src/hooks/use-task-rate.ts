'use client'

import { useMemo } from 'react'
import type { TaskRate } from '../stores/tasks/rate-meter.js'
import { rateOf } from '../stores/tasks/task-rate.js'
import type { TaskManager } from '../stores/tasks/task-types.js'
import { useStore } from './use-store.js'

/**
 * The speed of a task and the time that it still needs, measured while the component is mounted; without
 * an id, those of all tasks together. Both are `undefined` while they cannot be known; see `rateOf`.
 *
 * @example
 * ```tsx
 * import { useTaskRate, type TaskManager } from 'brooklet'
 *
 * function TimeLeft({ manager, id }: { manager: TaskManager; id: string }) {
 *   const { remaining } = useTaskRate(manager, id)
 *   return remaining === undefined ? null : <span>{Math.ceil(remaining / 1_000)} s left</span>
 * }
 * ```
 */
export function useTaskRate<Result, Input>(
  manager: TaskManager<Result, Input>,
  id?: string,
): TaskRate {
  const store = useMemo(() => rateOf(manager, id), [manager, id])
  return useStore(store)
}
