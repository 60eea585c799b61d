import { vi } from 'vitest'
import type { StreamError } from '../../../../src/errors.js'
import type { KeyValueStorage, StorageOptions } from '../../../../src/stores/storage/storage.js'
import type { PackedTasks } from '../../../../src/stores/tasks/storage/saved-tasks.js'
import { storeTasks } from '../../../../src/stores/tasks/storage/task-storage.js'
import type { TaskManagerOptions } from '../../../../src/stores/tasks/task-types.js'
import { benchTasks } from '../../../support/servers/task-script.js'

/** A page of its own over a scripted server, and another one after it. */
export function pages(options: TaskManagerOptions = {}, saved: Record<string, string> = {}) {
  vi.stubGlobal('navigator', undefined)
  const values = new Map(Object.entries(saved))
  const storage: KeyValueStorage = {
    getItem: (key) => values.get(key),
    setItem: (key, value) => values.set(key, value),
  }
  const errors: StreamError[] = []
  const onError = (error: StreamError): unknown => errors.push(error)
  function open(given: Partial<StorageOptions> = {}) {
    const bench = benchTasks({ ...options })
    const saving = { key: 'tasks', storage, onError, ...given }
    const store = () => storeTasks(bench.manager, saving, bench.clock)
    return { ...bench, store, stop: store() }
  }
  return { open, values, errors, saved: () => JSON.parse(values.get('tasks')!) as PackedTasks }
}
