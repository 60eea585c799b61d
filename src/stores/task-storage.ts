import { defaultEnvironment, type Environment } from '../connection/environment.js'
import {
  packTask,
  packTasks,
  readTasks,
  savedTasksVersion,
  type SavedTasks,
} from './saved-tasks.js'
import { createSavedValue, type StorageOptions } from './storage.js'
import { createTaskCopy, type NumberedAction, type TaskCopy } from './task-copy.js'
import { createTaskKeeper } from './task-keeper.js'
import { createTaskReporter } from './task-reporter.js'
import type { StorableTaskManager, TaskActionName } from './task-seam.js'
import { isUnderWay, newTask, newTaskId } from './task.js'
import { createTaskTabs, hasTabs, type TaskMessage } from './task-tabs.js'
import type { Task, TaskManager } from './task-types.js'

/** Milliseconds between two questions of the tabs that show what another one runs, a quarter more or less: lest all ask at once. */
const pace = 200
/** Milliseconds between two savings. */
const interval = 1_000

/** What a page knows of a manager's tasks, stored just then or not. */
const copies = new WeakMap<object, { key: string; copy: TaskCopy }>()

/**
 * Keeps tasks over a reload, and the same in all tabs: what was saved is shown, those that ran go on
 * where they were, and one tab at a time runs them, whichever they are started or canceled in.
 * Returns how to stop, which closes the connections.
 *
 * What comes, goes or ends is saved at once, progress once a second and when the page is left. Store
 * a manager before its first task starts. With another key it shows other tasks; those of the first
 * go on in another tab, or when their key is back.
 *
 * @example
 * ```ts
 * import { createTaskManager, storeTasks } from 'brooklet/core'
 *
 * const tunes = createTaskManager({ url: '/api/generate' })
 * storeTasks(tunes, { key: 'tunes' })
 * ```
 */
export function storeTasks<Result, Input>(
  given: TaskManager<Result, Input>,
  options: StorageOptions,
  environment: Environment = defaultEnvironment,
): () => void {
  const { key, storage = defaultStorage } = options
  const manager = given as unknown as StorableTaskManager<unknown, unknown>
  const keeper = createTaskKeeper(manager)
  const copy = copyOf(manager, key, environment)
  let isLeading = false
  let isStopped = false
  let isRepeating = false
  /** How the tasks were when this page ceased to run them: a storage may take its time to save it. */
  let lastWord: SavedTasks | undefined
  let cancelTimer = (): void => {}

  const saved = createSavedValue<SavedTasks>(
    { ...options, storage },
    { version: savedTasksVersion, read: readTasks, write: packTasks, merge },
    environment,
  )
  const tabs = createTaskTabs(`brooklet-tasks:${key}`, environment, {
    onElected,
    onMessage,
    onLeave,
    onReturn,
  })
  const reporter = createTaskReporter(manager, keeper, copy, tabs.post, () => saved.save(true))

  function merge(stored: SavedTasks | undefined): SavedTasks | undefined {
    if (isLeading) return reporter.current()
    const ended = stored && copy.take(stored)
    if (ended) news(ended)
    return lastWord
  }

  function tell(name: TaskActionName, task?: Task): void {
    if (!isRepeating) order(copy.note({ name, task }))
  }

  function order({ name, task, number }: NumberedAction): void {
    tabs.post({ type: 'order', from: copy.tab, number, name, task: task && packTask({ task }) })
  }

  function onMessage(message: TaskMessage): void {
    if (message.type === 'report') hear(message)
    else if (message.type === 'order') {
      if (isLeading) reporter.obey(message)
    } else if (isLeading) reporter.answer(message)
    // The answer is for all.
    else watch()
  }

  function hear(report: Extract<TaskMessage, { type: 'report' }>): void {
    if (isLeading) return
    const ended = copy.hear(report)
    if (ended === 'gap') ask()
    if (typeof ended === 'string') return
    news(ended)
    // It may be new, and not have heard them.
    if (report.after === undefined) copy.pending.forEach(order)
  }

  function news(ended: readonly Task[]): void {
    lastWord = undefined
    // A slow storage answers when another key's tasks may be shown.
    if (copies.get(manager)?.copy !== copy) return
    show()
    for (const task of ended) manager.tellEnd(task)
  }

  /** What another tab runs, and what it will have done soon. */
  function show(): void {
    isRepeating = true
    keeper.show(copy.saved, copy.pending, tell)
    isRepeating = false
    watch()
  }

  /**
   * What the tasks do without a publication is saved as well. A page in the background is late with
   * its timers, but not with its answers: so the others ask it.
   */
  function watch(): void {
    cancelTimer()
    const tasks = Array.from(manager.entries.values(), ({ task }) => task)
    if (isStopped || !tasks.some(({ status }) => status === 'processing')) return
    if (isLeading) again(() => saved.save(false), interval)
    else if (!globalThis.document?.hidden) again(ask, pace * (0.75 + environment.random() / 2))
  }

  function again(act: () => void, time: number): void {
    cancelTimer = environment.delay(() => {
      act()
      watch()
    }, time)
  }

  function ask(): void {
    const { term, revision } = copy.saved
    tabs.post({ type: 'ask', term, revision })
  }

  function onReturn(): void {
    ask()
    copy.pending.forEach(order)
    watch()
  }

  function onElected(): void {
    const reading = saved.refresh()
    if (reading) void reading.then(lead)
    else lead()
  }

  function lead(): void {
    if (isLeading || isStopped || !tabs.isElected) return
    isRepeating = true
    keeper.run(copy.saved, copy.begin())
    isRepeating = false
    isLeading = true
    reporter.begin()
    saved.save(false)
    watch()
  }

  function onLeave(): void {
    cancelTimer()
    if (!isLeading) return
    copy.end((lastWord = reporter.current()))
    saved.save(true)
    saved.flush()
    isLeading = false
    keeper.rest(tell)
  }

  const unsubscribe = manager.subscribe(() => {
    if (!isLeading) return
    reporter.onPublication()
    saved.save(false)
    watch()
  })
  keeper.rest(tell)
  saved.start()
  tabs.join()

  return () => {
    isStopped = true
    tabs.leave()
    unsubscribe()
    saved.stop()
  }
}

/** Where tabs cannot know of each other, each has its own tasks. */
function defaultStorage(): Storage {
  return hasTabs() ? localStorage : sessionStorage
}

function copyOf(
  manager: StorableTaskManager<unknown, unknown>,
  key: string,
  environment: Environment,
): TaskCopy {
  const known = copies.get(manager)
  if (known?.key === key) return known.copy
  if (known) manager.entries.clear()
  const own = createTaskKeeper(manager).states()
  const copy = createTaskCopy(newTaskId(environment), own)
  // What was started before it was stored: where another tab runs the tasks, it has to run these too.
  for (const { task } of own) {
    const { id, input, createdAt, priority } = task
    if (isUnderWay(task)) {
      copy.note({ name: 'start', task: newTask(id, input, createdAt, priority) })
    }
  }
  copies.set(manager, { key, copy })
  return copy
}
