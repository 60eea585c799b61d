import { isUnderWay } from '../task.js'
import type { StorableTaskManager, TaskActionName } from '../task-seam.js'
import type { Task } from '../task-types.js'
import type { SavedTasks, TaskState } from './saved-tasks.js'

/** What has been done to a task, or to the queue. */
export interface TaskAction {
  name: TaskActionName
  /** The task as it was before; one that starts, as it begins. */
  task?: Task
}

type Tasks = Pick<SavedTasks, 'tasks' | 'isPaused'>

/** The tasks of a manager, run by this page or only shown. */
export interface TaskKeeper {
  /** The tasks that this page runs. */
  states(): TaskState[]
  /** Whether a task runs, here or in another tab. */
  isRunning(): boolean
  /** Replaces the manager's tasks by these, with the actions done. */
  show(saved: Tasks, actions: readonly TaskAction[]): void
  /** The same, and runs them: those that ran go on where they were, once the actions are done. */
  run(saved: Tasks, actions: readonly TaskAction[]): void
  /** Closes the connections: from now on another tab may run the tasks. */
  rest(): void
  /** Does an action, unless it has been done already, or the task has been started anew since. */
  apply(action: TaskAction): void
}

/** `onAction` is told of what is done here while the tasks are only shown. */
export function createTaskKeeper(
  manager: StorableTaskManager<unknown, unknown>,
  onAction: (action: TaskAction) => void,
): TaskKeeper {
  const { entries } = manager
  /** The next action that the manager forwards is one of `applyAll`, and not new. */
  let isKnown = false

  function forward(name: TaskActionName, task?: Task): void {
    if (!isKnown) onAction({ name, task })
    isKnown = false
  }

  function states(): TaskState[] {
    return [...entries.values()].map(({ task, run }) => ({ task, run: run?.state() }))
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

  function put({ tasks }: Tasks): void {
    entries.clear()
    for (const { task, run } of tasks) entries.set(task.id, { task, saved: run })
  }

  /** Returns whether the queue is paused afterwards. */
  function applyAll(actions: readonly TaskAction[], { isPaused }: Tasks): boolean {
    let isPausedThen = isPaused
    for (const action of actions) {
      isKnown = true
      if (action.task) apply(action)
      else isPausedThen = action.name === 'pause'
    }
    isKnown = false
    return isPausedThen
  }

  return {
    states,
    isRunning: () => [...entries.values()].some(({ task }) => task.status === 'processing'),
    apply,
    show(saved, actions) {
      put(saved)
      manager.assign(applyAll(actions, saved), forward)
    },
    run(saved, actions) {
      put(saved)
      const running = [...entries.values()].filter(({ task }) => task.status === 'processing')
      for (const entry of running) manager.attach(entry)
      const isPaused = applyAll(actions, saved)
      for (const { run } of running) run?.reopen()
      manager.assign(isPaused)
    },
    rest() {
      for (const entry of entries.values()) manager.stop(entry)
      manager.assign(manager.getSnapshot().isPaused, forward)
    },
  }
}
