import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import { uniqueName } from '../../connection/unique-name.js'
import { guard, report } from '../../guard.js'
import { changed } from '../changed.js'
import { entryStore } from '../entry-store.js'
import { createPublisher } from '../publisher.js'
import { createRetention } from '../retention.js'
import { isSameList } from '../same-list.js'
import { tellServer } from '../tell-server.js'
import { atRest, isUnderWay, newTask, nextQueued, totalProgress, type TaskEntry } from './task.js'
import type { TaskConnect } from './task-connection.js'
import { createTaskRun, type TaskRun } from './task-run.js'
import type { ConfigurableTaskManager, ForwardAction } from './task-seam.js'
import type { Task, TaskManager, TaskManagerOptions, TaskManagerSnapshot } from './task-types.js'

/**
 * Runs long tasks side by side, outside React: they go on whatever is mounted.
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

/** Data goes one way: actions change entries, the queue gives them runs, and these update the entries. */
export function buildTaskManager<R, I>(
  given: TaskManagerOptions<R, I>,
  environment: Environment = defaultEnvironment,
): ConfigurableTaskManager<R, I> {
  let options = given
  const entries = new Map<string, TaskEntry<R, I>>()
  /** As they are published; `undefined` once one of them has changed. */
  let tasks: Map<string, Task<R, I>> | undefined
  let taskIds: readonly string[] = []
  let isFilling = false
  let connect: TaskConnect | undefined
  let isPaused = false
  /** The component that owns the manager has left, and may come back. */
  let isAway = false
  /** Set while another tab runs the tasks: what is done here is forwarded to it. */
  let forward: ForwardAction<R, I> | undefined

  const { change, publish, ...store } = createPublisher(build, environment)
  const { retain, isRetained } = createRetention(environment, mount, release)

  function add(task: Task<R, I>): void {
    forward?.('start', task)
    forget(task.id)
    entries.set(task.id, { task })
    publishList()
  }

  function drop(entry: TaskEntry<R, I>): void {
    forward?.('remove', entry.task)
    stop(entry)
    forget(entry.task.id)
  }

  /** Tasks have come, gone or ended: fills the free slots, and publishes at once. */
  function publishList(): void {
    fillSlots()
    if (!tasks) publish()
  }

  /** Not reentrant: if a thousand tasks ended as they start, recursion would overflow the stack. */
  function fillSlots(): void {
    if (isFilling) return
    isFilling = true
    for (let next = nextStart(); next; next = nextStart()) attach(next).start()
    isFilling = false
  }

  function nextStart(): TaskEntry<R, I> | undefined {
    return isAway || forward || isPaused ? undefined : nextQueued(entries, options)
  }

  function setPaused(value: boolean): void {
    if (isPaused === value) return
    isPaused = value
    forward?.(value ? 'pause' : 'resume')
    fillSlots()
    publish()
  }

  /** Gives a task its slot, and a run that is not open yet. */
  function attach(entry: TaskEntry<R, I>): TaskRun {
    update(entry, { status: 'processing' })
    entry.run = createTaskRun(
      entry,
      () => options,
      {
        onEvent: (event) => guard(() => options.onEvent?.(event, entry.task)),
        onUpdate: (changes) => update(entry, changes as Partial<Task<R, I>>),
        onEnd(changes) {
          end(entry, changes as Partial<Task<R, I>>)
          const ended = entry.task // a subscriber may start it once more
          // What the user does is published at once, tasks that end in one chunk together in a microtask.
          if (changes.status === 'canceled') publishList()
          queueMicrotask(() => {
            publishList()
            tellEnd(ended)
          })
        },
      },
      environment,
      (connect ??= options.stream?.()),
    )
    entry.saved = undefined
    return entry.run
  }

  function end(entry: TaskEntry<R, I>, changes: Partial<Task<R, I>>): void {
    stop(entry)
    update(entry, { error: undefined, ...changes, ...atRest })
  }

  function stop(entry: TaskEntry<R, I>): void {
    entry.run?.close()
    entry.run = undefined
  }

  function update(entry: TaskEntry<R, I>, changes: Partial<Task<R, I>>): void {
    const { task } = entry
    entry.task = changed(task, changes)
    if (entry.task === task) return
    tasks = undefined
    change()
  }

  function tellEnd(task: Task<R, I>): void {
    if (task.status === 'done') guard(() => options.onTaskDone?.(task))
    if (task.status === 'error') guard(() => options.onTaskError?.(task))
  }

  function forget(id: string): void {
    entries.delete(id)
    tasks = undefined
  }

  function build(): TaskManagerSnapshot<R, I> {
    if (!tasks) {
      tasks = new Map()
      for (const { task } of entries.values()) tasks.set(task.id, task)
      const ids = [...tasks.keys()]
      if (!isSameList(ids, taskIds)) taskIds = ids
    }
    return { tasks, taskIds, progress: totalProgress(tasks, options), isPaused }
  }

  function mount(): void {
    if (!isAway) return
    // First: a task that starts in the slot of one that is lost by now is open already.
    for (const { run } of entries.values()) run?.reopen()
    isAway = false
    publishList()
  }

  function release(): void {
    isAway = true
    for (const { run } of entries.values()) run?.close()
  }

  return {
    ...store,
    task: (id) => entryStore(store, () => store.getSnapshot().tasks.get(id)),
    startTask(input, { id = uniqueName(environment), priority } = {}) {
      const known = entries.get(id)?.task
      // By this, other tabs tell the task from the one that it replaces.
      const createdAt = Math.max(environment.now(), (known?.createdAt ?? 0) + 1)
      if (!known || !isUnderWay(known)) add(newTask<R, I>(id, input, createdAt, priority))
      return id
    },
    retryTask(id) {
      const entry = entries.get(id)
      if (!entry || isUnderWay(entry.task)) return
      const { task } = entry
      forward?.('retry', task)
      update(entry, newTask(id, task.input, task.createdAt, task.priority, task.attempt + 1))
      publishList()
    },
    cancelTask(id) {
      const entry = entries.get(id)
      if (!entry) return
      const { task, run } = entry
      forward?.('cancel', task)
      if (isUnderWay(task)) end(entry, { status: 'canceled' })
      if (!options.keepCanceled) forget(id)
      publishList()
      // The server has not heard of a task that was still queued.
      if (run) void tellServer(`Task ${id}`, options.cancelRequest ?? run.cancel, task, report)
    },
    removeTask(id) {
      const entry = entries.get(id)
      if (entry) drop(entry)
      publishList()
    },
    clearFinished() {
      for (const entry of entries.values()) if (!isUnderWay(entry.task)) drop(entry)
      publishList()
    },
    pauseQueue: () => setPaused(true),
    resumeQueue: () => setPaused(false),
    // A manager that no component has made outlives all of them, and need not count them.
    retain: (owner) => (owner ? retain() : () => {}),
    isRetained,
    options: () => options,
    entries,
    add,
    attach,
    stop,
    tellEnd,
    assign(paused, forwardTo) {
      isPaused = paused
      forward = forwardTo
      tasks = undefined
      publishList()
    },
    configure(next) {
      // Later, because React calls this in an insertion effect, where nothing may be published.
      if (next.concurrency !== options.concurrency) environment.delay(publishList, 0)
      options = next
    },
  }
}
