'use client'

import { buildTaskManager } from '../stores/tasks/task-manager.js'
import type {
  TaskManager,
  TaskManagerActions,
  TaskManagerOptions,
  TaskManagerSnapshot,
} from '../stores/tasks/task-types.js'
import { useRetainedStore } from './use-retained-store.js'
import { useStore } from './use-store.js'

/** What `useTaskManager` returns: the manager's snapshot, its actions, and the manager. */
export interface UseTaskManagerResult<Result = unknown, Input = unknown>
  extends TaskManagerSnapshot<Result, Input>, TaskManagerActions<Input> {
  /** The store itself, which is stable: for hooks such as `useTask`, and for child components. */
  manager: TaskManager<Result, Input>
}

/**
 * Runs long tasks side by side. With a selector, it returns what that returns for the manager's snapshot,
 * and renders only when this changes.
 */
export function useTaskManager<Selected, Result = unknown, Input = unknown>(
  managerOrOptions: TaskManager<Result, Input> | TaskManagerOptions<Result, Input> | undefined,
  select: (snapshot: TaskManagerSnapshot<Result, Input>) => Selected,
): Selected
// Last of the overloads, because `ReturnType` looks at that one.
/**
 * Runs long tasks side by side, each over a connection of its own. Unmounting closes the connections.
 *
 * Takes options, or a manager made by `createTaskManager`, whose tasks outlive the component. With a
 * selector, it returns what the selector returns for the manager's snapshot, and renders only when that
 * changes.
 *
 * @example
 * ```tsx
 * import { useTaskManager } from 'brooklet'
 *
 * function Tunes() {
 *   const { tasks, startTask, cancelTask } = useTaskManager<{ url: string }>({ url: '/api/generate' })
 *   return (
 *     <>
 *       <button onClick={() => startTask('a slow waltz')}>Compose</button>
 *       {[...tasks.values()].map(({ id, prompt, progress, result }) => (
 *         <p key={id}>
 *           {prompt} <progress value={progress} max={100} />
 *           {result ? <audio src={result.url} controls /> : null}
 *           <button onClick={() => cancelTask(id)}>Cancel</button>
 *         </p>
 *       ))}
 *     </>
 *   )
 * }
 * ```
 */
export function useTaskManager<Result = unknown, Input = unknown>(
  managerOrOptions?: TaskManager<Result, Input> | TaskManagerOptions<Result, Input>,
): UseTaskManagerResult<Result, Input>
export function useTaskManager<Result, Input>(
  managerOrOptions: TaskManager<Result, Input> | TaskManagerOptions<Result, Input> = {},
  select?: (snapshot: TaskManagerSnapshot<Result, Input>) => unknown,
): unknown {
  const manager = useRetainedStore<TaskManager<Result, Input>, TaskManagerOptions<Result, Input>>(
    managerOrOptions,
    buildTaskManager,
  )
  const selected = useStore(manager, select)
  if (select) return selected
  const { startTask, cancelTask, retryTask, removeTask, clearFinished, pauseQueue, resumeQueue } =
    manager
  return {
    ...(selected as TaskManagerSnapshot<Result, Input>),
    startTask,
    cancelTask,
    retryTask,
    removeTask,
    clearFinished,
    pauseQueue,
    resumeQueue,
    manager,
  }
}
