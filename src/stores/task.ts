import type { Environment } from '../connection/environment.js'
import type { TaskRun, TaskRunState } from './task-run.js'
import type { Task } from './task-types.js'

/** A task as its manager has it. */
export interface TaskEntry<R, I> {
  task: Task<R, I>
  /** While it holds a slot. */
  run?: TaskRun
  /** Where the run of an earlier page, or of another tab, was. */
  saved?: TaskRunState
}

/** What only a task that is under way can have, or one that failed: the rest is rid of it. */
export const settled = { error: undefined, indeterminate: false, isReconnecting: false }

/** A task before it has begun. */
export function newTask<R, I>(
  id: string,
  input: string | I,
  createdAt: number,
  priority = 0,
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
    ...settled,
    priority,
    attempt: 1,
    createdAt,
  }
}

export function isUnderWay({ status }: Task): boolean {
  return status === 'queued' || status === 'processing'
}

/** The first one of those with the highest priority. */
export function nextQueued<R, I>(
  entries: ReadonlyMap<string, TaskEntry<R, I>>,
): TaskEntry<R, I> | undefined {
  let next: TaskEntry<R, I> | undefined
  for (const entry of entries.values()) {
    const { status, priority } = entry.task
    if (status === 'queued' && !(next && next.task.priority >= priority)) next = entry
  }
  return next
}

export function newTaskId({ now, random }: Environment): string {
  return `${now().toString(36)}-${random().toString(36).slice(2, 12)}`
}
