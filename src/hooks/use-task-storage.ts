'use client'

import { useEffect } from 'react'
import type { StorageOptions } from '../stores/storage.js'
import type { StorableTaskManager } from '../stores/task-seam.js'
import { storeTasks } from '../stores/task-storage.js'
import type { TaskManager } from '../stores/task-types.js'
import { useStorage } from './use-storage.js'

type Stored = Pick<StorageOptions, 'key'> & {
  /** Of the components that store it. */
  users: number
  stop(): void
  isRestored: boolean
  /** Called when it is. */
  waiting: Set<() => void>
}

const stored = new WeakMap<object, Stored>()

/**
 * Keeps tasks over a reload, and the same in all tabs, as `storeTasks` does: the tasks of a manager
 * that a component has made while it is mounted, those of `createTaskManager` from then on.
 *
 * `isRestored` is false in the first render, on a server as in a page, so that hydration agrees. With
 * `localStorage` it is true, and the tasks are there, before the page is painted.
 *
 * @example
 * ```tsx
 * import { useTaskManager, useTaskStorage } from 'brooklet'
 *
 * function Tunes() {
 *   const { tasks, manager } = useTaskManager({ url: '/api/generate' })
 *   useTaskStorage(manager, { key: 'tunes' })
 *   return [...tasks.values()].map(({ id, prompt, progress }) => (
 *     <progress key={id} value={progress} max={100} aria-label={prompt} />
 *   ))
 * }
 * ```
 */
export function useTaskStorage<Result, Input>(
  manager: TaskManager<Result, Input>,
  options: StorageOptions,
): { isRestored: boolean } {
  const target = manager as StorableTaskManager<unknown, unknown>
  const { key } = options
  const result = useStorage(target, options, store)
  // Suspense takes away the layout effects of what it hides, whose tasks go on.
  useEffect(() => store(target, { key }), [target, key])
  return result
}

function store(
  manager: StorableTaskManager<unknown, unknown>,
  options: StorageOptions,
): () => void {
  let entry = stored.get(manager)
  if (entry?.key !== options.key) {
    entry?.stop()
    entry = begin(manager, options)
  } else if (entry.isRestored) options.onRestored?.()
  else entry.waiting.add(() => options.onRestored?.())
  const own = entry
  own.users += 1
  return () => {
    own.users -= 1
    // The tasks of a manager of its own life do not end because nobody looks.
    if (own.users > 0 || !manager.isRetained() || stored.get(manager) !== own) return
    own.stop()
    stored.delete(manager)
  }
}

function begin(manager: StorableTaskManager<unknown, unknown>, options: StorageOptions): Stored {
  const waiting = new Set([() => options.onRestored?.()])
  const entry: Stored = { key: options.key, users: 0, stop: () => {}, isRestored: false, waiting }
  stored.set(manager, entry)
  entry.stop = storeTasks(manager, {
    ...options,
    onRestored() {
      entry.isRestored = true
      for (const tell of waiting) tell()
      waiting.clear()
    },
  })
  return entry
}
