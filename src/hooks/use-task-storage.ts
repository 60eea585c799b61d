'use client'

import { useEffect } from 'react'
import type { StorageOptions } from '../stores/storage/storage.js'
import type { StorableTaskManager } from '../stores/tasks/task-seam.js'
import { storeTasks } from '../stores/tasks/storage/task-storage.js'
import type { TaskManager } from '../stores/tasks/task-types.js'
import { useStorage } from './use-storage.js'

/** One manager's storage, which all components that ask for it share. */
interface Stored {
  key: string
  /** How many components use it. */
  users: number
  stop(): void
  /** The `onRestored` of its components, until it is restored. */
  waiting?: (() => void)[]
}

const storedByManager = new WeakMap<object, Stored>()

/**
 * Keeps tasks over a reload, and the same in all tabs, as `storeTasks` does. The tasks of a manager that
 * a component has made are kept while it is mounted; those of `createTaskManager` from the first time on.
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
  // Suspense runs the cleanup of `useStorage`'s layout effect for a tree that it only hides. This second
  // user keeps the storage going meanwhile, and with it the tasks.
  useEffect(() => store(target, { key }), [target, key])
  return result
}

function store(
  manager: StorableTaskManager<unknown, unknown>,
  options: StorageOptions,
): () => void {
  const stored = storedFor(manager, options)
  stored.users += 1
  return () => {
    stored.users -= 1
    // One made by `createTaskManager` outlives its components, and so does its storage: only a component
    // that has made its manager itself still retains it here.
    if (stored.users > 0 || !manager.isRetained()) return
    if (storedByManager.get(manager) !== stored) return
    stored.stop()
    storedByManager.delete(manager)
  }
}

function storedFor(
  manager: StorableTaskManager<unknown, unknown>,
  options: StorageOptions,
): Stored {
  let stored = storedByManager.get(manager)
  if (stored?.key !== options.key) {
    stored?.stop()
    stored = begin(manager, options)
  }
  if (stored.waiting) stored.waiting.push(() => options.onRestored?.())
  else options.onRestored?.()
  return stored
}

function begin(manager: StorableTaskManager<unknown, unknown>, options: StorageOptions): Stored {
  const waiting: (() => void)[] = []
  const stored: Stored = { key: options.key, users: 0, stop: () => {}, waiting }
  storedByManager.set(manager, stored)
  stored.stop = storeTasks(manager, {
    ...options,
    onRestored() {
      stored.waiting = undefined
      for (const tell of waiting) tell()
    },
  })
  return stored
}
