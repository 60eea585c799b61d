'use client'

import { useEffect } from 'react'
import type { StorageOptions } from '../stores/storage/storage.js'
import type { StorableTaskManager } from '../stores/tasks/task-seam.js'
import { storeTasks } from '../stores/tasks/storage/task-storage.js'
import type { TaskManager } from '../stores/tasks/task-types.js'
import { useStorage, type UseStorageResult } from './use-storage.js'

/** The storage of one manager, shared by all components that use it. */
interface Stored {
  key: string
  /** How many effects use it: two of each component. */
  users: number
  stop(): void
  /** The `onRestored` callbacks of its components; `undefined` once it is restored. */
  waiting?: (() => void)[]
}

const storedByManager = new WeakMap<object, Stored>()

/**
 * Saves tasks: they survive a reload, and are the same in all tabs. See `storeTasks`. A manager that a
 * component has made is stored while the component is mounted; one of `createTaskManager`, from the first
 * mount on.
 *
 * `isRestored` is `false` in the first render, on a server as in a page, so that hydration matches. With
 * `localStorage` it is `true`, and the tasks are there, before the first paint.
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
): UseStorageResult {
  const target = manager as StorableTaskManager<unknown, unknown>
  const { key } = options
  const result = useStorage(target, options, store)
  // Suspense runs the cleanup of `useStorage`'s layout effect for a tree that it only hides. Meanwhile
  // this second user keeps the storage, and with it the tasks, going.
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
    // A manager made by `createTaskManager` outlives its components, and so does its storage. It is never
    // retained, while one made by a component still is at this point.
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
