/**
 * How tasks are kept over a reload, and shared by tabs:
 *
 * - The tabs elect one of them (`task-tabs.ts`). It leads: it runs the tasks (`task-keeper.ts`), saves
 *   them, and reports what changes to the others (`task-reporter.ts`).
 * - The others show a copy of its tasks (`task-copy.ts`). What is done in one of them is shown there at
 *   once and sent to the leader as an order; it is pending until a report says that it is done.
 * - What is saved or reported has the term of its leader, and a revision within that term. By these a
 *   tab knows the newer of two versions, and notices a gap, after which it asks for all.
 *
 * A manager knows nothing of this but `task-seam.ts`.
 */
import { defaultEnvironment, type Environment } from '../../../connection/environment.js'
import { hasTabs } from '../../../connection/tabs/channel.js'
import {
  packTask,
  packTasks,
  readTasks,
  savedTasksVersion,
  type SavedTasks,
} from './saved-tasks.js'
import { createSavedValue, type StorageOptions } from '../../storage/storage.js'
import { createTaskCopy, type NumberedAction, type TaskCopy } from './task-copy.js'
import { createTaskKeeper, type TaskKeeper } from './task-keeper.js'
import { createTaskReporter } from './task-reporter.js'
import type { StorableTaskManager, TaskActionName } from '../task-seam.js'
import { isUnderWay, newTask, newTaskId } from '../task.js'
import { createTaskTabs, type TaskMessage } from './task-tabs.js'
import type { Task, TaskManager } from '../task-types.js'

/** Milliseconds after which a tab that does not lead asks what is new: a quarter more or less, lest all ask at once. */
const askInterval = 200
/** Milliseconds between two savings of tasks that run. */
const saveInterval = 1_000

/** What this page knows of a manager's tasks: kept while the manager is not stored, for when it is again. */
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
  const copy = copyOf(manager, keeper, key, environment)
  let isLeading = false
  /** The manager is put in its place: what is done to it meanwhile was done before, and told. */
  let isPlacing = false
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
    if (ended) showNews(ended)
    return lastWord
  }

  /** Called with what is done in this tab while another one leads. */
  function tell(name: TaskActionName, task?: Task): void {
    if (!isPlacing) sendOrder(copy.note({ name, task }))
  }

  function sendOrder({ name, task, number }: NumberedAction): void {
    tabs.post({ type: 'order', from: copy.tab, number, name, task: task && packTask({ task }) })
  }

  function onMessage(message: TaskMessage): void {
    if (message.type === 'report') hear(message)
    else if (isLeading && message.type === 'order') reporter.obey(message)
    else if (isLeading && message.type === 'ask') reporter.answer(message)
    // Another tab has asked: the answer is for all, so this one need not ask yet.
    else if (message.type === 'ask') setTimer()
  }

  function hear(report: Extract<TaskMessage, { type: 'report' }>): void {
    if (isLeading) return
    const ended = copy.hear(report)
    if (ended === 'gap') return ask()
    if (ended) showNews(ended)
    // A report of all tasks may be the first of a new leader, which has not heard these.
    if (report.after === undefined) copy.pending.forEach(sendOrder)
  }

  function showNews(ended: readonly Task[]): void {
    lastWord = undefined
    // By the time a slow storage answers, the manager may show another key's tasks.
    if (copies.get(manager)?.copy !== copy) return
    show()
    for (const task of ended) manager.tellEnd(task)
  }

  /** Shows what another tab runs, as it will be once that tab has obeyed all orders. */
  function show(): void {
    isPlacing = true
    keeper.show(copy.saved, copy.pending, tell)
    isPlacing = false
    setTimer()
  }

  /**
   * While a task runs, the leader saves what changes without a publication, such as the last event id,
   * and the others ask for what is new. They ask, because a leader in the background is late with its
   * timers, but not with its answers.
   */
  function setTimer(): void {
    cancelTimer()
    const tasks = Array.from(manager.entries.values(), ({ task }) => task)
    if (!tabs.isJoined || !tasks.some(({ status }) => status === 'processing')) return
    if (isLeading) repeat(() => saved.save(false), saveInterval)
    else if (!globalThis.document?.hidden) {
      repeat(ask, askInterval * (0.75 + environment.random() / 2))
    }
  }

  function repeat(act: () => void, time: number): void {
    cancelTimer = environment.delay(() => {
      act()
      setTimer()
    }, time)
  }

  function ask(): void {
    const { term, revision } = copy.saved
    tabs.post({ type: 'ask', term, revision })
  }

  function onReturn(): void {
    ask()
    copy.pending.forEach(sendOrder)
    setTimer()
  }

  function onElected(): void {
    const reading = saved.refresh()
    if (reading) void reading.then(lead)
    else lead()
  }

  function lead(): void {
    if (isLeading || !tabs.isElected) return
    isPlacing = true
    keeper.run(copy.saved, copy.begin())
    isPlacing = false
    isLeading = true
    reporter.begin()
    saved.save(true)
    setTimer()
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
    setTimer()
  })
  keeper.rest(tell)
  const stopSaving = saved.start()
  tabs.join()

  return () => {
    tabs.leave()
    unsubscribe()
    stopSaving()
  }
}

/** Where tabs cannot know of each other, each has its own tasks. */
function defaultStorage(): Storage {
  return hasTabs() ? localStorage : sessionStorage
}

function copyOf(
  manager: StorableTaskManager<unknown, unknown>,
  keeper: TaskKeeper,
  key: string,
  environment: Environment,
): TaskCopy {
  const known = copies.get(manager)
  if (known?.key === key) return known.copy
  if (known) manager.entries.clear()
  const own = keeper.states()
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
