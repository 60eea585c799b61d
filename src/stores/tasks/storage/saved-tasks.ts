/** Tasks as they are saved, and as tabs send them to each other: format 1. Reading it, anything may come. */
import { packError, readError } from '../../../plain-error.js'
import { newTask } from '../task.js'
import type { TaskRunState } from '../task-run.js'
import type { Task } from '../task-types.js'

export const savedTasksVersion = 1

/** A task and, while it runs, what is needed to go on with it. */
export interface TaskState<R = unknown, I = unknown> {
  task: Task<R, I>
  run?: TaskRunState
}

/** All tasks, as the leading tab has them and all others take them over. */
export interface SavedTasks {
  /** Counts the leaders: of two versions, that of the later leader is newer. */
  term: number
  /** Counts the versions of one term. */
  revision: number
  isPaused: boolean
  tasks: readonly TaskState[]
}

type Fields = Record<string, unknown>

export interface PackedTask extends Fields {
  id: string
  run?: TaskRunState
}

/** `SavedTasks` as JSON. */
export interface PackedTasks extends Omit<SavedTasks, 'tasks'> {
  tasks: PackedTask[]
}

const statuses: unknown[] = ['queued', 'processing', 'done', 'error', 'canceled']

export function isNewer(
  one: Pick<SavedTasks, 'term' | 'revision'>,
  other: Pick<SavedTasks, 'term' | 'revision'>,
): boolean {
  return one.term > other.term || (one.term === other.term && one.revision > other.revision)
}

export function packTasks(saved: SavedTasks): PackedTasks {
  return { ...saved, tasks: saved.tasks.map(packTask) }
}

export function packTask({ task, run }: TaskState): PackedTask {
  const { input, result, error } = task
  return {
    ...task,
    input: hasJson(input) ? input : null,
    result: hasJson(result) ? result : null,
    error: error && packError(error),
    run,
  }
}

/** A `BigInt`, or a circular object, must not keep the other tasks from being saved. */
function hasJson(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}

/** @throws {TypeError} if there is no list of tasks */
export function readTasks(data: unknown, complain: (problem: string) => void): SavedTasks {
  const { term, revision, isPaused, tasks } = (data ?? {}) as Fields
  if (!Array.isArray(tasks)) throw new TypeError('there are no tasks')
  const read = new Map<string, TaskState>()
  for (const value of tasks) {
    const state = readTask(value, complain)
    if (state) read.set(state.task.id, state)
  }
  return {
    term: numberIn(term),
    revision: numberIn(revision),
    isPaused: isPaused === true,
    tasks: [...read.values()],
  }
}

export function readTask(
  value: unknown,
  complain: (problem: string) => void = () => {},
): TaskState | undefined {
  const fields = (value ?? {}) as Fields
  const { id, status, input = null, logs, result = null, error, run } = fields
  if (typeof id !== 'string' || !statuses.includes(status)) {
    complain(`Expected a task with an id and a status, got ${JSON.stringify(value)?.slice(0, 200)}`)
    return undefined
  }
  const task: Task = {
    ...newTask(id, input, numberIn(fields.createdAt), numberIn(fields.priority)),
    ...only('number', fields, ['progress', 'loaded', 'total', 'attempt']),
    ...only('string', fields, ['prompt', 'stage']),
    ...only('boolean', fields, ['indeterminate', 'isReconnecting']),
    status: status as Task['status'],
    logs: Array.isArray(logs) ? logs.filter((line) => typeof line === 'string') : [],
    result,
    error: readError(error),
  }
  return { task, run: status === 'processing' ? readRun(run) : undefined }
}

/** If a running task was saved without its run, nobody knows what its server has done: it counts as begun. */
function readRun(value: unknown): TaskRunState {
  const { lastEventId, hasEvents, cancelUrl, started } = (value ?? { hasEvents: true }) as Fields
  return {
    lastEventId: typeof lastEventId === 'string' ? lastEventId : '',
    hasEvents: hasEvents === true,
    cancelUrl: typeof cancelUrl === 'string' ? cancelUrl : undefined,
    started,
  }
}

/** The fields of these names whose values have the type. */
function only(
  type: 'number' | 'string' | 'boolean',
  fields: Fields,
  names: readonly (keyof Task)[],
): Partial<Task> {
  return Object.fromEntries(
    names.flatMap((name) => (typeof fields[name] === type ? [[name, fields[name]]] : [])),
  )
}

function numberIn(value: unknown): number {
  return Number.isFinite(value) ? (value as number) : 0
}
