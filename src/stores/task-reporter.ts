import { packTask, readTask, type SavedTasks, type TaskState } from './saved-tasks.js'
import type { TaskCopy } from './task-copy.js'
import type { TaskKeeper } from './task-keeper.js'
import type { TaskAsk, TaskMessage, TaskOrder } from './task-tabs.js'
import type { TaskManager } from './task-types.js'

/** Tells the other tabs of the tasks that this one runs, and does what they say. */
export interface TaskReporter {
  begin(): void
  /** As the tasks are. */
  current(): SavedTasks
  /** The manager has published: what came, went or ended is told at once. */
  onPublication(): void
  answer(ask: TaskAsk): void
  obey(order: TaskOrder): void
}

export function createTaskReporter(
  manager: TaskManager,
  keeper: TaskKeeper,
  copy: TaskCopy,
  post: (message: TaskMessage) => void,
): TaskReporter {
  let revision = 0
  /** What the others know. */
  let reported = new Map<string, TaskState>()
  let reportedRevision = 0
  let wasPaused = false
  let isDue = false

  function current(): SavedTasks {
    const { isPaused } = manager.getSnapshot()
    return { term: copy.saved.term, revision, isPaused, tasks: keeper.states() }
  }

  function isNews({ task, run }: TaskState): boolean {
    const known = reported.get(task.id)
    return known?.task !== task || known.run?.hasEvents !== run?.hasEvents
  }

  function send(isWhole: boolean): void {
    isDue = false
    const { tasks: states, isPaused, term } = current()
    const changed = isWhole ? states : states.filter(isNews)
    const after = isWhole ? undefined : reportedRevision
    reported = new Map(states.map((state) => [state.task.id, state]))
    reportedRevision = revision += 1
    wasPaused = isPaused
    const { done } = copy
    const ids = [...reported.keys()]
    post({
      type: 'report',
      term,
      revision,
      after,
      isPaused,
      ids,
      done,
      tasks: changed.map(packTask),
    })
  }

  /** Later in the same turn: many tasks may start at once. */
  function sendSoon(): void {
    if (isDue) return
    isDue = true
    queueMicrotask(() => {
      if (isDue) send(false)
    })
  }

  function report(): void {
    const { tasks } = current()
    if (isDue || tasks.some(isNews)) send(false)
  }

  return {
    begin() {
      ;({ revision } = copy.saved)
      send(true)
    },
    current,
    onPublication() {
      revision += 1
      const { tasks, isPaused } = manager.getSnapshot()
      const isUrgent =
        isPaused !== wasPaused ||
        tasks.size !== reported.size ||
        [...tasks.values()].some(({ id, status }) => reported.get(id)?.task.status !== status)
      if (isUrgent) sendSoon()
    },
    answer({ term, revision: known }) {
      if (term === copy.saved.term && known === reportedRevision) report()
      else send(true)
    },
    obey({ from, number, name, task }) {
      const { done } = copy
      if (number <= (done[from] ?? 0)) return
      done[from] = number
      keeper.apply({ name, task: task && readTask(task)?.task })
      // Even where nothing has changed: it waits to hear that it is done.
      sendSoon()
    },
  }
}
