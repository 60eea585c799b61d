import { isUnderWay } from './task.js'
import type { StorableTaskManager, TaskActionName, TellAction } from './task-seam.js'
import type { Task } from './task-types.js'
import type { TaskState } from './saved-tasks.js'

/** What somebody has done to a task, which was as it says. */
export interface TaskAction {
  name: TaskActionName
  task?: Task
}

/** The tasks of a manager, run by this page or only shown. */
export interface TaskKeeper {
  states(): TaskState[]
  /** Shows what another page runs; `tell` hears of what is done here. */
  show(states: readonly TaskState[], isPaused: boolean, tell: TellAction<unknown, unknown>): void
  /** Runs what is shown: those that ran go on where they were. What was done meanwhile comes first. */
  run(isPaused: boolean, actions: readonly TaskAction[]): void
  /** Closes the connections. */
  rest(tell: TellAction<unknown, unknown>): void
  /** Does it, unless it has been done. */
  apply(action: TaskAction): void
}

export function createTaskKeeper(manager: StorableTaskManager<unknown, unknown>): TaskKeeper {
  const { entries } = manager

  function states(): TaskState[] {
    return [...entries.values()].map(({ task, run, saved }) => ({
      task,
      run: run?.state() ?? saved,
    }))
  }

  function apply({ name, task }: TaskAction): void {
    if (name === 'pause') return manager.pauseQueue()
    if (name === 'resume') return manager.resumeQueue()
    const known = entries.get(task!.id)?.task
    const isSame = known?.createdAt === task!.createdAt
    if (name === 'start') {
      if (!known || (!isSame && !isUnderWay(known))) manager.add(task!)
    } else if (isSame && known.attempt === task!.attempt) manager[`${name}Task`](known.id)
  }

  return {
    states,
    apply,
    show(shown, isPaused, tell) {
      entries.clear()
      for (const { task, run } of shown) entries.set(task.id, { task, saved: run })
      manager.place(isPaused, tell)
    },
    run(wasPaused, actions) {
      const running = [...entries.values()].filter(({ task }) => task.status === 'processing')
      for (const entry of running) manager.attach(entry)
      let isPaused = wasPaused
      // Until all is done that is to be done, no queued task starts.
      manager.place(true)
      for (const action of actions) {
        if (action.task) apply(action)
        else isPaused = action.name === 'pause'
      }
      for (const { run } of running) run?.reopen()
      manager.place(isPaused)
    },
    rest(tell) {
      for (const entry of entries.values()) {
        if (!entry.run) continue
        entry.saved = entry.run.state()
        manager.stop(entry)
      }
      manager.place(manager.getSnapshot().isPaused, tell)
    },
  }
}
