'use client'

import { useMemo } from 'react'
import type { Task, TaskManager } from '../stores/tasks/task-types.js'
import { useStore } from './use-store.js'

/**
 * One task of a manager, or `undefined` if none has this id. Renders only when this task changes: in a
 * list over `taskIds`, the progress of one task renders one row.
 *
 * @example
 * ```tsx
 * import { useTask, type TaskManager } from 'brooklet'
 *
 * function Row({ manager, id }: { manager: TaskManager; id: string }) {
 *   const task = useTask(manager, id)
 *   return task ? <progress value={task.progress} max={100} aria-label={task.prompt} /> : null
 * }
 * ```
 */
export function useTask<Result, Input>(
  manager: TaskManager<Result, Input>,
  id: string,
): Task<Result, Input> | undefined {
  const store = useMemo(() => manager.task(id), [manager, id])
  return useStore(store)
}
