import {
  isNewer,
  packTask,
  readTask,
  type PackedTask,
  type SavedTasks,
  type TaskState,
} from './saved-tasks.js'
import { isUnderWay } from '../task.js'
import type { TaskAction } from './task-keeper.js'
import type { TaskReport } from './task-messages.js'
import type { Task } from '../task-types.js'

export interface NumberedAction extends TaskAction {
  number: number
}

/** The leading tab's tasks, as this tab knows them, and what was done here that the leader may not know. */
export interface TaskCopy {
  /** The name of this tab. */
  readonly tab: string
  readonly saved: SavedTasks
  readonly pending: readonly NumberedAction[]
  /** By tab, the number of its last action that the leader has done. */
  readonly done: Record<string, number>
  /** How the tasks were when this tab ceased to lead, until another leader has told more. */
  readonly lastWord: SavedTasks | undefined
  note(action: TaskAction): NumberedAction
  /** This tab leads from now on, and has done what was pending. */
  begin(): void
  /** Gives this tab, which leads, a later term than one that another tab has heard of. */
  outrank(term: number): void
  /** This tab has ceased to lead; `saved` is how the tasks were then. */
  end(saved: SavedTasks): void
  /** Takes over what was saved, if it is newer. Returns the tasks that have ended since. */
  take(saved: SavedTasks): Task[] | undefined
  /** Takes over what the leader reports, if it is new. Returns what `take` does, or `gap` if one was missed. */
  hear(report: TaskReport): Task[] | 'gap' | undefined
}

export function createTaskCopy(tab: string, own: readonly TaskState[]): TaskCopy {
  let saved: SavedTasks = { term: -1, revision: 0, isPaused: false, tasks: own }
  let lastWord: SavedTasks | undefined
  let pending: readonly NumberedAction[] = []
  let done: Record<string, number> = {}
  let number = 0

  function become(next: SavedTasks): Task[] {
    const before = byId(saved.tasks)
    saved = next
    lastWord = undefined
    return next.tasks.flatMap(({ task }) => {
      const known = before.get(task.id)?.task
      return known && isUnderWay(known) && !isUnderWay(task) ? [task] : []
    })
  }

  function outrank(term: number): void {
    saved = { ...saved, term: term + 1 }
  }

  /** Drops the pending actions that the leader has done. Returns whether there were any. */
  function settle(given: Record<string, number>): boolean {
    done = given
    const { length } = pending
    pending = pending.filter(({ number }) => number > (done[tab] ?? 0))
    return pending.length < length
  }

  return {
    tab,
    get saved() {
      return saved
    },
    get pending() {
      return pending
    },
    get done() {
      return done
    },
    get lastWord() {
      return lastWord
    },
    note(action) {
      const numbered = { ...action, number: (number += 1) }
      pending = [...pending, numbered]
      return numbered
    },
    begin() {
      pending = []
      outrank(Math.max(0, saved.term))
    },
    outrank,
    end(given) {
      saved = lastWord = given
    },
    take(given) {
      if (!isNewer(given, saved)) return undefined
      const known = byId(given.tasks)
      // Before anything is read, the tasks are those that the manager had: they are kept.
      const own = saved.term < 0 ? saved.tasks.filter(({ task }) => !known.has(task.id)) : []
      return become({ ...given, tasks: [...given.tasks, ...own] })
    },
    hear(report) {
      const { term, revision, after, isPaused, ids, tasks } = report
      const isWhole = after === undefined
      const isNext = isWhole
        ? !isNewer(saved, report)
        : term === saved.term && after === saved.revision
      if (!isNext) {
        if (isWhole || term !== saved.term || revision > saved.revision) return 'gap'
        // It may have been read from the storage already, which does not say which actions are done.
        return settle(report.done) ? [] : undefined
      }
      const known = byId(saved.tasks)
      for (const packed of tasks) {
        const mine = known.get(packed.id)
        const isKnown = isWhole && mine && isSame(mine, packed)
        const theirs = isKnown ? mine : readTask(packed)
        if (theirs) known.set(packed.id, theirs)
      }
      shareLastEventId([...known.values()], tasks)
      settle(report.done)
      return become({ term, revision, isPaused, tasks: ids.flatMap((id) => known.get(id) ?? []) })
    },
  }
}

function isSame(state: TaskState, packed: PackedTask): boolean {
  return JSON.stringify(packTask(state)) === JSON.stringify(packed)
}

/** If all tasks share one stream, its last event id is also that of the tasks that have not changed. */
function shareLastEventId(states: readonly TaskState[], told: readonly PackedTask[]): void {
  const newest = told.find(({ run }) => run?.started === true)?.run
  if (!newest) return
  for (const { run } of states) {
    if (run?.started === true) run.lastEventId = newest.lastEventId
  }
}

export function byId(states: readonly TaskState[]): Map<string, TaskState> {
  return new Map(states.map((state) => [state.task.id, state]))
}
