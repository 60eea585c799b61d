import type { Environment } from '../connection/environment.js'
import type { Task } from './task-types.js'

/** A task before it has begun. */
export function newTask<R, I>(id: string, input: string | I, createdAt: number): Task<R, I> {
  return {
    id,
    prompt: typeof input === 'string' ? input : '',
    input,
    status: 'queued',
    progress: 0,
    indeterminate: false,
    result: null,
    error: undefined,
    isReconnecting: false,
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

/** What no task is any more once it has ended. */
export const settled = { error: undefined, indeterminate: false, isReconnecting: false }
