/**
 * How tasks are kept over a reload, and shared by tabs:
 *
 * - The tabs elect one of them. It leads: it runs the tasks (`task-keeper.ts`), saves them, and reports
 *   what changes to the others (`task-leader.ts`).
 * - The others follow it (`task-follower.ts`) and show a copy of its tasks (`task-copy.ts`). What is done
 *   in one of them is shown there at once and sent to the leader as an order; it is pending until a
 *   report says that it is done.
 * - What is saved or reported has the term of its leader, and a revision within that term. By these a
 *   tab knows the newer of two versions, and notices a gap, after which it asks for all.
 *
 * All that a manager knows of this is `task-seam.ts`.
 */
import { defaultEnvironment, type Environment } from '../../../connection/environment.js'
import { hasTabs } from '../../../connection/tabs/channel.js'
import { createTabs } from '../../../connection/tabs/tabs.js'
import { uniqueName } from '../../../connection/unique-name.js'
import { chain } from '../../chain.js'
import { createSavedValue } from '../../storage/saved-value.js'
import type { StorageOptions } from '../../storage/storage.js'
import { isUnderWay, newTask } from '../task.js'
import type { StorableTaskManager } from '../task-seam.js'
import type { TaskManager } from '../task-types.js'
import { packTasks, readTasks, savedTasksVersion, type SavedTasks } from './saved-tasks.js'
import { createTaskCopy, type TaskCopy } from './task-copy.js'
import { createTaskFollower } from './task-follower.js'
import { createTaskKeeper, type TaskKeeper } from './task-keeper.js'
import { createTaskLeader, type TaskLeader } from './task-leader.js'
import type { TaskMessage } from './task-messages.js'

/** What this page knows of each manager's tasks. Kept after storing has stopped, for when it begins again. */
const copies = new WeakMap<object, { key: string; copy: TaskCopy }>()

/**
 * Saves tasks: they survive a reload, and are the same in all tabs. What was saved is shown, and tasks
 * that ran go on where they were. One tab at a time runs all tasks, whichever tab they are started or
 * canceled in. Returns how to stop, which closes the connections.
 *
 * Tasks that come, go or end are saved at once, progress once a second and when the page is left. Call
 * this before the manager's first task starts. With another key, the manager shows other tasks; those of
 * the first key go on in another tab, or when their key is used again.
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
  const keeper = createTaskKeeper(manager, (action) => follower.onAction(action))
  const copy = copyOf(manager, keeper, key, environment)
  let leader: TaskLeader | undefined

  const saved = createSavedValue<SavedTasks>(
    { ...options, storage },
    {
      version: savedTasksVersion,
      read: readTasks,
      write: packTasks,
      merge: (stored) => (leader ? leader.current() : follower.merge(stored)),
    },
    environment,
  )
  const tabs = createTabs<TaskMessage>(`brooklet-tasks:${key}`, environment, {
    onElected: () => void chain(saved.refresh(), lead),
    onMessage: (message) => (leader ?? follower).onMessage(message),
    onLeave,
    onReturn() {
      if (!leader) follower.onReturn()
    },
  })
  const isShown = (): boolean => copies.get(manager)?.copy === copy
  const follower = createTaskFollower(manager, keeper, copy, isShown, tabs, environment)

  function lead(): void {
    if (leader || !tabs.isElected) return
    follower.rest()
    keeper.run(copy.saved, copy.pending)
    copy.begin()
    leader = createTaskLeader(manager, keeper, copy, saved, tabs, environment)
    saved.save(true)
  }

  function onLeave(): void {
    follower.rest()
    if (!leader) return
    leader.end()
    copy.end(leader.current())
    saved.save(true)
    saved.flush()
    leader = undefined
    keeper.rest()
  }

  const unsubscribe = manager.subscribe(() => leader?.onPublication())
  keeper.rest()
  const stopSaving = saved.start()
  tabs.join()

  return () => {
    tabs.leave()
    unsubscribe()
    stopSaving()
  }
}

/** If tabs cannot know of each other, each has its own tasks. */
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
  const copy = createTaskCopy(uniqueName(environment), own)
  // Tasks that were started before the manager was stored: if another tab leads, it has to run these too.
  for (const { task } of own) {
    const { id, input, createdAt, priority } = task
    if (isUnderWay(task)) {
      copy.note({ name: 'start', task: newTask(id, input, createdAt, priority) })
    }
  }
  copies.set(manager, { key, copy })
  return copy
}
