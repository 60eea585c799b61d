import type { Environment } from '../../../connection/environment.js'
import type { Tabs } from '../../../connection/tabs/tabs.js'
import type { StorableTaskManager } from '../task-seam.js'
import type { Task } from '../task-types.js'
import { packTask, type SavedTasks } from './saved-tasks.js'
import type { NumberedAction, TaskCopy } from './task-copy.js'
import type { TaskAction, TaskKeeper } from './task-keeper.js'
import type { TaskMessage, TaskReport } from './task-messages.js'

/** Milliseconds between two requests for news, give or take a quarter, so that not all tabs ask at once. */
const askInterval = 200

/** Shows the tasks that another tab runs, and tells it what is done to them here. */
export interface TaskFollower {
  /** Something is done in this tab. */
  onAction(action: TaskAction): void
  onMessage(message: TaskMessage): void
  /** Shows what is stored, if it is newer. Returns what this tab still has to save. */
  merge(stored: SavedTasks | undefined): SavedTasks | undefined
  /** The page is shown again, or has joined the others. */
  onReturn(): void
  /** Stops asking: this tab leads from now on, or its page is left. */
  rest(): void
}

export function createTaskFollower(
  manager: StorableTaskManager<unknown, unknown>,
  keeper: TaskKeeper,
  copy: TaskCopy,
  isShown: () => boolean,
  tabs: Tabs<TaskMessage>,
  { delay, random }: Environment,
): TaskFollower {
  let cancelTimer = (): void => {}

  function sendOrder({ name, task, number }: NumberedAction): void {
    tabs.post({ type: 'order', from: copy.tab, number, name, task: task && packTask({ task }) })
  }

  function hear(report: TaskReport): void {
    const ended = copy.hear(report)
    if (ended === 'gap') ask()
    else if (ended) show(ended)
    // A report of all tasks, old or new, may be the first of a new leader, which has not heard of these.
    if (report.after === undefined) copy.pending.forEach(sendOrder)
  }

  /** Shows the tasks as they will be once the leader has obeyed all orders. */
  function show(ended: readonly Task[]): void {
    // By the time a slow storage answers, the manager may show another key's tasks.
    if (!isShown()) return
    keeper.show(copy.saved, copy.pending)
    setTimer()
    for (const task of ended) manager.tellEnd(task)
  }

  /**
   * While a task runs, asks for news regularly. The leader does not send them by itself, because in the
   * background its timers are late, but its answers are not.
   */
  function setTimer(): void {
    cancelTimer()
    if (!tabs.isJoined || globalThis.document?.hidden || !keeper.isRunning()) return
    cancelTimer = delay(askAgain, askInterval * (0.75 + random() / 2))
  }

  function askAgain(): void {
    ask()
    setTimer()
  }

  function ask(): void {
    const { term, revision } = copy.saved
    tabs.post({ type: 'ask', term, revision })
  }

  return {
    onAction(action) {
      sendOrder(copy.note(action))
    },
    onMessage(message) {
      if (message.type === 'report') hear(message)
      // Another tab has asked. All tabs get the answer, so this one need not ask yet.
      else if (message.type === 'ask') setTimer()
    },
    merge(stored) {
      const ended = stored && copy.take(stored)
      if (ended) show(ended)
      return copy.lastWord
    },
    onReturn() {
      askAgain()
      copy.pending.forEach(sendOrder)
    },
    rest() {
      cancelTimer()
    },
  }
}
