import { defaultEnvironment, type Environment } from '../connection/environment.js'
import { guard } from '../guard.js'
import { progressEvents } from '../protocols/progress-events.js'
import { createListeners, type Listeners } from './listeners.js'
import { createPublisher, type Store } from './publisher.js'
import { createRetention } from './retention.js'
import { taskOptions, taskUrl } from './task-request.js'
import { createTaskRun, type TaskRun } from './task-run.js'
import type { Task, TaskManager, TaskManagerOptions, TaskManagerSnapshot } from './task-types.js'

const defaultConcurrency = 4

interface Entry<R, I> {
  task: Task<R, I>
  /** While it holds a slot. */
  run?: TaskRun
  /** Started while no component used the manager, so that none takes it along when it leaves. */
  isPinned: boolean
}

/** What the hook needs of a manager that it made itself: to hand it the newest options. */
export interface ConfigurableTaskManager<R, I> extends TaskManager<R, I> {
  configure(options: TaskManagerOptions<R, I>): void
}

/**
 * Long tasks side by side, outside React: they go on whatever is mounted.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 *
 * const tunes = createTaskManager<{ url: string }>({ url: '/api/generate', concurrency: 2 })
 * const id = tunes.startTask('a slow waltz')
 * tunes.task(id).subscribe(() => console.log(tunes.task(id).getSnapshot()?.progress))
 * ```
 */
export function createTaskManager<Result = unknown, Input = unknown>(
  options: TaskManagerOptions<Result, Input> = {},
  environment?: Environment,
): TaskManager<Result, Input> {
  return buildTaskManager(options, environment)
}

export function buildTaskManager<R, I>(
  given: TaskManagerOptions<R, I>,
  environment: Environment = defaultEnvironment,
): ConfigurableTaskManager<R, I> {
  let options = given
  const entries = new Map<string, Entry<R, I>>()
  let published: ReadonlyMap<string, Task<R, I>> = new Map()
  let taskIds: readonly string[] = []
  const changedIds = new Set<string>()
  const taskListeners = new Map<string, Listeners>()

  const publisher = createPublisher(build, environment)
  const { retain, isRetained } = createRetention(environment, mount, release)
  publisher.subscribe(notifyTasks)

  function build(): TaskManagerSnapshot<R, I> {
    if (changedIds.size > 0) published = new Map([...entries].map(([id, { task }]) => [id, task]))
    let progress = 0
    for (const task of published.values()) progress += task.progress
    return { tasks: published, taskIds, progress: progress / Math.max(1, published.size) }
  }

  function notifyTasks(): void {
    for (const id of changedIds) taskListeners.get(id)?.notify()
    changedIds.clear()
  }

  function startTask(input: string | I, { id = newId(environment) } = {}): string {
    const existing = entries.get(id)
    if (existing && !hasEnded(existing)) return id
    entries.delete(id)
    const task = newTask<R, I>(id, input, environment.now())
    entries.set(id, { task, isPinned: !isRetained() })
    changedIds.add(id)
    publishList()
    return id
  }

  function retryTask(id: string): void {
    const entry = entries.get(id)
    if (!entry || !hasEnded(entry)) return
    const { input, createdAt, attempt } = entry.task
    set(entry, { ...newTask<R, I>(id, input, createdAt), attempt: attempt + 1 })
    entry.isPinned = !isRetained()
    publishList()
  }

  function cancelTask(id: string): void {
    const entry = entries.get(id)
    if (!entry) return
    const { keepCanceled, cancelRequest } = options
    const { task } = entry
    const isUnderWay = !hasEnded(entry)
    stop(entry)
    if (isUnderWay && keepCanceled) set(entry, { ...task, status: 'canceled', isReconnecting: false })
    if (!keepCanceled) forget(id)
    publishList()
    if (isUnderWay && cancelRequest) void tell(() => cancelRequest(task))
  }

  function removeTask(id: string): void {
    const entry = entries.get(id)
    if (!entry) return
    stop(entry)
    forget(id)
    publishList()
  }

  function clearFinished(): void {
    for (const [id, entry] of entries) if (hasEnded(entry)) forget(id)
    publishList()
  }

  function forget(id: string): void {
    entries.delete(id)
    changedIds.add(id)
  }

  /** Tasks came, went or ended: fills the free slots, and publishes at once. */
  function publishList(): void {
    fillSlots()
    const ids = [...entries.keys()]
    if (ids.length !== taskIds.length || ids.some((id, index) => id !== taskIds[index])) taskIds = ids
    publisher.publish()
  }

  function fillSlots(): void {
    const { concurrency = defaultConcurrency } = options
    let free = concurrency
    for (const { run } of entries.values()) if (run) free -= 1
    for (const entry of entries.values()) {
      if (free <= 0) return
      if (entry.task.status !== 'queued' || !(isRetained() || entry.isPinned)) continue
      free -= 1
      start(entry)
    }
  }

  function start(entry: Entry<R, I>): void {
    const { protocol = progressEvents() } = options
    const { task } = entry
    set(entry, { ...task, status: 'processing' })
    entry.run = createTaskRun(
      {
        url: () => taskUrl(options, task),
        options: () => taskOptions(options, protocol, task),
        reader: protocol.reader(),
      },
      {
        onEvent: (event) => guard(() => options.onEvent?.(event, entry.task)),
        onUpdate(update) {
          set(entry, { ...entry.task, ...(update as Partial<Task<R, I>>) })
          publisher.change()
        },
        onEnd(update) {
          entry.run = undefined
          set(entry, { ...entry.task, ...(update as Partial<Task<R, I>>) })
          publishList()
          const { status } = entry.task
          if (status === 'done') guard(() => options.onTaskDone?.(entry.task))
          if (status === 'error') guard(() => options.onTaskError?.(entry.task))
        },
      },
      environment,
    )
    entry.run.start()
  }

  function stop(entry: Entry<R, I>): void {
    entry.run?.close()
    entry.run = undefined
  }

  function set(entry: Entry<R, I>, task: Task<R, I>): void {
    entry.task = task
    changedIds.add(task.id)
  }

  function mount(): void {
    for (const entry of entries.values()) if (!entry.isPinned) entry.run?.reopen()
    publishList()
  }

  function release(byOwner: boolean): void {
    for (const entry of entries.values()) {
      if (byOwner) entry.isPinned = false
      if (!entry.isPinned) entry.run?.close()
    }
  }

  function task(id: string): Store<Task<R, I> | undefined> {
    return {
      getSnapshot: () => published.get(id),
      getInitialSnapshot: () => undefined,
      subscribe(listener, ...seen) {
        const listeners = taskListeners.get(id) ?? createListeners()
        taskListeners.set(id, listeners)
        const remove = listeners.add(listener)
        if (seen.length > 0 && seen[0] !== published.get(id)) listener()
        return () => {
          remove()
          if (listeners.isEmpty()) taskListeners.delete(id)
        }
      },
    }
  }

  return {
    getSnapshot: publisher.getSnapshot,
    getInitialSnapshot: publisher.getInitialSnapshot,
    subscribe: publisher.subscribe,
    task,
    startTask,
    cancelTask,
    retryTask,
    removeTask,
    clearFinished,
    retain,
    configure(next) {
      options = next
    },
  }
}

function newTask<R, I>(id: string, input: string | I, createdAt: number): Task<R, I> {
  return {
    id,
    prompt: typeof input === 'string' ? input : '',
    input,
    status: 'queued',
    progress: 0,
    indeterminate: false,
    result: null,
    error: undefined,
    isReconnecting: false,
    attempt: 1,
    createdAt,
  }
}

function hasEnded({ task: { status } }: Entry<unknown, unknown>): boolean {
  return status !== 'queued' && status !== 'processing'
}

function newId({ now, random }: Environment): string {
  return `${now().toString(36)}-${random().toString(36).slice(2, 12)}`
}

/** What the user does to reach the server may fail, and changes nothing about the task. */
async function tell(cancelRequest: () => unknown): Promise<void> {
  try {
    await cancelRequest()
  } catch (error) {
    guard(() => {
      throw error
    })
  }
}
