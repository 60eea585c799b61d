/** Tasks as a schedule's model and its manager are compared: in words. */
import type { TaskManagerSnapshot } from '../../src/stores/tasks/task-types.js'
import type { Exchange } from '../../src/testing/exchange.js'

/** The connection of a task that holds a slot. */
export interface Run {
  hasEvents: boolean
  lastEventId: string
  failures: number
  openedAt: number
  /** Progress that is less is not shown. */
  furthest: number
  /** When the next request is sent, where none is under way. */
  dueAt: number | undefined
  /** The options that it goes by where it is sent at once: those of that moment. */
  options: number | undefined
  exchange?: Exchange | undefined
}

export interface Job {
  id: string
  status: string
  progress: number
  result: unknown
  error: string | undefined
  isReconnecting: boolean
  priority: number
  attempt: number
  run?: Run | undefined
}

/** A task that waits for its turn. */
export const fresh = {
  status: 'queued',
  progress: 0,
  result: null,
  error: undefined,
  isReconnecting: false,
}

/** How much a task counts in the total. */
export const weightOf = ({ id }: { id: string }): number =>
  1 + (id.length % 2) + id.charCodeAt(1) / 50

export interface Seen {
  tasks: readonly string[]
  taskIds: readonly string[]
  progress: number
  isPaused: boolean
}

export function told(job: Omit<Job, 'run'>): string {
  const { id, status, progress, result, error = '', isReconnecting, priority, attempt } = job
  const lost = isReconnecting ? 'reconnecting' : ''
  return [id, status, progress, result, error, lost, priority, attempt].join('|')
}

export function seen({ tasks, taskIds, progress, isPaused }: TaskManagerSnapshot): Seen {
  const all = [...tasks.values()].map((task) => told({ ...task, error: task.error?.code }))
  return { tasks: all, taskIds, progress, isPaused }
}

export const isUnderWay = ({ status }: Job): boolean =>
  status === 'queued' || status === 'processing'

/** What is heard of each task is in order; what is heard of two at once may not be. */
export function byTask(log: readonly string[]): readonly string[] {
  const idOf = (line: string): string => line.split('|')[0]!
  return [...log].sort((a, b) => Number(idOf(a) > idOf(b)) - Number(idOf(a) < idOf(b)))
}
