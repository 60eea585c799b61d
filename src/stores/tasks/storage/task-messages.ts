import type { PackedTask, SavedTasks } from './saved-tasks.js'
import type { TaskActionName } from '../task-seam.js'

/** What the leader tells the other tabs. */
export interface TaskReport extends Pick<SavedTasks, 'term' | 'revision' | 'isPaused'> {
  type: 'report'
  /** The revision that it goes on from, if it has only what has changed since. */
  after?: number
  /** The ids of all tasks, in their order. */
  ids: string[]
  tasks: PackedTask[]
  /** The number of the last action of each tab that is done. */
  done: Record<string, number>
}

/** Asks the leader for what is new since this version. */
export interface TaskAsk extends Pick<SavedTasks, 'term' | 'revision'> {
  type: 'ask'
}

/** Tells the leader what was done in another tab. */
export interface TaskOrder {
  type: 'order'
  from: string
  number: number
  name: TaskActionName
  task?: PackedTask
}

export type TaskMessage = TaskReport | TaskAsk | TaskOrder
