import type { Environment } from '../connection/environment.js'
import type { Task } from './task-types.js'

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

export function newTaskId({ now, random }: Environment): string {
  return `${now().toString(36)}-${random().toString(36).slice(2, 12)}`
}
