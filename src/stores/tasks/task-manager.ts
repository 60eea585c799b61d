import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import { guard } from '../../guard.js'
import { changed } from '../changed.js'
import { entryStore } from '../entry-store.js'
import { createPublisher } from '../publisher.js'
import { createRetention } from '../retention.js'
import { isSameList } from '../same-list.js'
import {
  atRest,
  isUnderWay,
  newTask,
  newTaskId,
  nextQueued,
  tellEnd,
  totalProgress,
  type TaskEntry,
} from './task.js'
import { taskRequest, tellServer } from './task-request.js'
import { createTaskRun, type TaskRun } from './task-run.js'
import type { BuiltTaskManager, TellAction } from './task-seam.js'
import type {
  Task,
  TaskConnect,
  TaskManager,
  TaskManagerOptions,
  TaskManagerSnapshot,
} from './task-types.js'

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
): BuiltTaskManager<R, I> {
  let options = given
  const entries = new Map<string, TaskEntry<R, I>>()
  let published: ReadonlyMap<string, Task<R, I>> = new Map()
  let taskIds: readonly string[] = []
  /** Since the last publication, `published` is out of date. */
  let hasChanged = false
  /** How many tasks hold a slot. */
  let running = 0
  let isFilling = false
  let connect: TaskConnect | undefined
  let isPaused = false
  /** The component that owns the manager has left, and may come back. */
  let isAway = false
  /** Set while another tab runs the tasks: it is told what is done here. */
  let tell: TellAction<R, I> | undefined

  const { change, publish, ...store } = createPublisher(build, environment)
  const { retain, isRetained } = createRetention(environment, mount, release)

  function build(): TaskManagerSnapshot<R, I> {
    if (hasChanged) published = new Map([...entries].map(([id, { task }]) => [id, task]))
    hasChanged = false
    return { tasks: published, taskIds, progress: totalProgress(published, options), isPaused }
  }

  const startTask: TaskManager<R, I>['startTask'] = (
    input,
    { id = newTaskId(environment), priority } = {},
  ) => {
    const known = entries.get(id)?.task
    if (!known || !isUnderWay(known)) add(newTask<R, I>(id, input, environment.now(), priority))
    return id
  }

  function add(task: Task<R, I>): void {
    tell?.('start', task)
    forget(task.id)
    entries.set(task.id, { task })
    publishList()
  }

  function retryTask(id: string): void {
    const entry = entries.get(id)
    if (!entry || isUnderWay(entry.task)) return
    tell?.('retry', entry.task)
    const { input, createdAt, priority, attempt } = entry.task
    update(entry, newTask(id, input, createdAt, priority, attempt + 1))
    publishList()
  }

  function cancelTask(id: string): void {
    const entry = entries.get(id)
    if (!entry) return
    const { keepCanceled, cancelRequest } = options
    const { task, run } = entry
    tell?.('cancel', task)
    stop(entry)
    if (!keepCanceled) forget(id)
    else if (isUnderWay(task)) end(entry, { status: 'canceled' })
    publishList()
    // The server has not heard of a task that was still queued.
    if (run) void tellServer(() => (cancelRequest ? cancelRequest(task) : run.cancel()), id)
  }

  function remove(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = entries.get(id)
      if (!entry) continue
      tell?.('remove', entry.task)
      stop(entry)
      forget(id)
    }
    publishList()
  }

  function forget(id: string): void {
    entries.delete(id)
    hasChanged = true
  }

  /** Tasks came, went or ended: fills the free slots, and publishes at once. */
  function publishList(): void {
    fillSlots()
    if (!hasChanged) return
    const ids = [...entries.keys()]
    if (!isSameList(ids, taskIds)) taskIds = ids
    publish()
  }

  /** A task that ends as it starts does not fill its slot itself: a thousand such would fill the stack. */
  function fillSlots(): void {
    if (isFilling) return
    isFilling = true
    for (let next = nextStart(); next; next = nextStart()) attach(next).start()
    isFilling = false
  }

  function nextStart(): TaskEntry<R, I> | undefined {
    const { concurrency = 4 } = options
    const isStopped = isAway || tell || isPaused || running >= Math.max(1, concurrency)
    return isStopped ? undefined : nextQueued(entries)
  }

  function setPaused(value: boolean): void {
    if (isPaused === value) return
    isPaused = value
    tell?.(value ? 'pause' : 'resume')
    fillSlots()
    publish()
  }

  /** Gives a task its slot, and a run that is not open yet. */
  function attach(entry: TaskEntry<R, I>): TaskRun {
    running += 1
    update(entry, { status: 'processing' })
    const request = taskRequest(entry, () => options)
    entry.saved = undefined
    return (entry.run = createTaskRun(
      request,
      {
        onEvent: (event) => guard(() => options.onEvent?.(event, entry.task)),
        onUpdate: (changes) => update(entry, changes as Partial<Task<R, I>>),
        onEnd(changes) {
          end(entry, changes as Partial<Task<R, I>>)
          const { task: ended } = entry // a subscriber may start it once more
          publishList()
          tellEnd(ended, options)
        },
      },
      environment,
      (connect ??= options.stream?.()),
    ))
  }

  function end(entry: TaskEntry<R, I>, changes: Partial<Task<R, I>>): void {
    stop(entry)
    update(entry, { error: undefined, ...changes, ...atRest })
  }

  function stop(entry: TaskEntry<R, I>): void {
    if (!entry.run) return
    running -= 1
    entry.run.close()
    entry.run = undefined
  }

  function update(entry: TaskEntry<R, I>, changes: Partial<Task<R, I>>): void {
    const { task } = entry
    entry.task = changed(task, changes)
    if (entry.task === task) return
    hasChanged = true
    change()
  }

  function mount(): void {
    if (!isAway) return
    // First, for what starts in the place of a task that is lost by now is open as it is.
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
    task: (id) => entryStore(store, () => published.get(id)),
    startTask,
    cancelTask,
    retryTask,
    removeTask: (id) => remove([id]),
    clearFinished: () => remove(taskIds.filter((id) => !isUnderWay(entries.get(id)!.task))),
    pauseQueue: () => setPaused(true),
    resumeQueue: () => setPaused(false),
    // Only a component that made its manager ends the tasks when it leaves. One made by
    // `createTaskManager` outlives all components, and need not count them.
    retain: (owner) => (owner ? retain() : () => {}),
    isRetained,
    entries,
    add,
    attach,
    stop,
    tellEnd: (task) => tellEnd(task, options),
    place(paused, teller) {
      isPaused = paused
      tell = teller
      hasChanged = true
      publishList()
    },
    configure(next) {
      const hasOtherLimit = next.concurrency !== options.concurrency
      options = next
      // Later, because React calls this where nothing may be published.
      if (hasOtherLimit) environment.delay(publishList, 0)
    },
  }
}
