import type { TaskEntry } from './task.js'
import type { TaskRun } from './task-run.js'
import type { Task, TaskManager, TaskManagerOptions } from './task-types.js'

export type TaskActionName = 'start' | 'cancel' | 'retry' | 'remove' | 'pause' | 'resume'

/** Hands on an action on a task. The task is given as it was before; one that starts, as it will be. */
export type ForwardAction<R, I> = (name: TaskActionName, task?: Task<R, I>) => void

/** What `storeTasks` needs of a manager, to replace its tasks and to say which tab runs them. */
export interface StorableTaskManager<R, I> extends TaskManager<R, I> {
  /** Whoever changes them calls `assign()` afterwards. */
  readonly entries: Map<string, TaskEntry<R, I>>
  add(task: Task<R, I>): void
  attach(entry: TaskEntry<R, I>): TaskRun
  stop(entry: TaskEntry<R, I>): void
  /** Calls `onTaskDone` or `onTaskError`. */
  tellEnd(task: Task<R, I>): void
  /**
   * Says which tab runs the tasks, and publishes: this one or, with `forward`, another, which gets each
   * action.
   */
  assign(isPaused: boolean, forward?: ForwardAction<R, I>): void
  /** Whether the component that has made it uses it. */
  isRetained(): boolean
}

/** What `rateOf` needs of a manager. */
export interface MeasurableTaskManager<R, I> extends TaskManager<R, I> {
  /** The newest ones. */
  options(): TaskManagerOptions<R, I>
}

/** What the hook needs of a manager that it made itself: to hand it the newest options. */
export interface ConfigurableTaskManager<R, I>
  extends StorableTaskManager<R, I>, MeasurableTaskManager<R, I> {
  configure(options: TaskManagerOptions<R, I>): void
}
