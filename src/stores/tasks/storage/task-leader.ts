import type { Environment } from '../../../connection/environment.js'
import type { Tabs } from '../../../connection/tabs/tabs.js'
import { isSameList } from '../../same-list.js'
import type { SavedValue } from '../../storage/saved-value.js'
import type { TaskRunState } from '../task-run.js'
import type { TaskManager } from '../task-types.js'
import { isNewer, packTask, readTask, type SavedTasks, type TaskState } from './saved-tasks.js'
import { byId, type TaskCopy } from './task-copy.js'
import type { TaskKeeper } from './task-keeper.js'
import type { TaskAsk, TaskMessage, TaskOrder } from './task-messages.js'

/** Milliseconds between two savings of tasks that run. */
const saveInterval = 1_000

/** Reports the tasks that this tab runs to the other tabs, and does what they order. */
export interface TaskLeader {
  /** The tasks as they are, with a new revision if they differ from the last one. */
  current(): SavedTasks
  /** The manager has published: tasks that came, went or ended are reported and saved at once. */
  onPublication(): void
  onMessage(message: TaskMessage): void
  end(): void
}

export function createTaskLeader(
  manager: TaskManager,
  keeper: TaskKeeper,
  copy: TaskCopy,
  saved: SavedValue,
  tabs: Tabs<TaskMessage>,
  environment: Environment,
): TaskLeader {
  let last = copy.saved
  /** What the other tabs know, and its tasks by their ids. */
  let told = last
  let toldTasks = new Map<string, TaskState>()
  let isDue = false
  let cancelTimer = (): void => {}

  function current(): SavedTasks {
    const { isPaused } = manager.getSnapshot()
    const tasks = keeper.states()
    const isSame = isPaused === last.isPaused && isSameList(tasks, last.tasks, isKnown)
    const revision = last.revision + (isSame ? 0 : 1)
    return (last = { term: copy.saved.term, revision, isPaused, tasks })
  }

  function send(isWhole: boolean): void {
    isDue = false
    const { tasks: states, ...head } = current()
    const tasks = (isWhole ? states : states.filter(isNews)).map(packTask)
    const after = isWhole ? undefined : told.revision
    told = last
    toldTasks = byId(states)
    tabs.post({
      type: 'report',
      ...head,
      after,
      ids: [...toldTasks.keys()],
      tasks,
      done: copy.done,
    })
  }

  function isNews(state: TaskState): boolean {
    return !isKnown(state, toldTasks.get(state.task.id))
  }

  /** In a microtask, because many tasks may start at once. */
  function sendSoon(): void {
    isDue = true
    queueMicrotask(() => {
      if (!isDue) return
      send(false)
      saved.save(true)
    })
  }

  function answer(known: TaskAsk): void {
    // The asking tab has heard of a leader unknown here, because what that one saved was deleted.
    if (isNewer(known, last)) copy.outrank(known.term)
    if (known.term < copy.saved.term || known.revision !== told.revision) send(true)
    else if (current().tasks.some(isNews)) send(false)
  }

  function obey({ from, number, name, task }: TaskOrder): void {
    const { done } = copy
    if (number <= (done[from] ?? 0)) return
    done[from] = number
    keeper.apply({ name, task: readTask(task)?.task })
  }

  /** Also saves what changes without a publication, such as the last event id. */
  function setTimer(): void {
    cancelTimer()
    if (keeper.isRunning()) cancelTimer = environment.delay(save, saveInterval)
  }

  function save(): void {
    saved.save(false)
    setTimer()
  }

  send(true)
  setTimer()

  return {
    current,
    onPublication() {
      const { tasks, isPaused } = manager.getSnapshot()
      const isUrgent =
        isPaused !== told.isPaused ||
        tasks.size !== toldTasks.size ||
        [...tasks.values()].some(({ id, status }) => toldTasks.get(id)?.task.status !== status)
      if (isUrgent) sendSoon()
      save()
    },
    onMessage(message) {
      if (message.type === 'ask') answer(message)
      else if (message.type === 'order') obey(message)
    },
    end() {
      isDue = false
      cancelTimer()
    },
  }
}

function isKnown({ task, run }: TaskState, known: TaskState | undefined): boolean {
  return known?.task === task && reachedBy(known.run) === reachedBy(run)
}

/**
 * What has to be reported of a run even if its task has not changed: that the server has answered, and
 * that a first event has come. A tab that goes on with the task must not start a second job.
 */
function reachedBy(run: TaskRunState | undefined): string {
  return `${run?.hasEvents} ${!!run?.started} ${run?.cancelUrl}`
}
