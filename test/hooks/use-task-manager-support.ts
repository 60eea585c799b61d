import { renderHook, waitFor } from '@testing-library/react'
import { expect } from 'vitest'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import type { TaskManagerOptions } from '../../src/stores/tasks/task-types.js'
import { scriptTasks, taskIdOf, type TaskCall } from '../support/servers/task-script.js'

export function script() {
  const { calls, fetch } = scriptTasks()
  const call = (id: string): TaskCall => {
    const found = calls.findLast((candidate) => taskIdOf(candidate) === id)
    if (!found) throw new Error(`task ${id} has made no request`)
    return found
  }
  const requested = (count: number) => waitFor(() => expect(calls).toHaveLength(count))
  return { calls, fetch, call, requested }
}

export function setup(options: TaskManagerOptions = {}) {
  const server = script()
  const hook = renderHook((props: TaskManagerOptions) => useTaskManager(props), {
    initialProps: { fetch: server.fetch, ...options },
  })
  return { ...server, ...hook, task: (id: string) => hook.result.current.tasks.get(id) }
}
