import { guard } from '../../guard.js'
import type { TaskRun, TaskRunState } from './task-run.js'
import type { Task, TaskManagerOptions } from './task-types.js'

/** A task as its manager keeps it. */
export interface TaskEntry<R, I> {
  task: Task<R, I>
  /** While it holds a slot. */
  run?: TaskRun
  /** The state of its run in an earlier page, or in another tab. */
  saved?: TaskRunState
}

/** The fields that can be true only while a task runs. */
export const atRest = { indeterminate: false, isReconnecting: false }

/** A task before it has begun. */
export function newTask<R, I>(
  id: string,
  input: string | I,
  createdAt: number,
  priority?: number,
  attempt = 1,
): Task<R, I> {
  return {
    id,
    prompt: typeof input === 'string' ? input : '',
    input,
    status: 'queued',
    progress: 0,
    loaded: undefined,
    total: undefined,
    stage: undefined,
    logs: [],
    result: null,
    error: undefined,
    ...atRest,
    // NaN would mix up the order of the others.
    priority: priority || 0,
    attempt,
    createdAt,
  }
}

export function isUnderWay({ status }: Task): boolean {
  return status === 'queued' || status === 'processing'
}

export function totalProgress<R, I>(
  tasks: ReadonlyMap<string, Task<R, I>>,
  options: Pick<TaskManagerOptions<R, I>, 'weight'>,
): number {
  let done = 0
  let whole = 0
  for (const task of tasks.values()) {
    const weight = guard(() => options.weight?.(task)) ?? 1
    if (weight > 0) {
      done += weight * task.progress
      whole += weight
    }
  }
  return done / whole || 0
}

/** The first of the queued tasks with the highest priority, if a slot is free. */
export function nextQueued<R, I>(
  entries: ReadonlyMap<string, TaskEntry<R, I>>,
  { concurrency = 4 }: Pick<TaskManagerOptions<R, I>, 'concurrency'>,
): TaskEntry<R, I> | undefined {
  let slots = Math.max(1, concurrency)
  let next: TaskEntry<R, I> | undefined
  for (const entry of entries.values()) {
    const { status, priority } = entry.task
    if (entry.run) slots -= 1
    if (status === 'queued' && !(next && next.task.priority >= priority)) next = entry
  }
  return slots <= 0 ? undefined : next
}
