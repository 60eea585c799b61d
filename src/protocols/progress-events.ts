import { backendError, errorMessage, get, number, readJson } from './json.js'
import type { TaskProtocol, TaskUpdate } from './types.js'

/**
 * The tutorials' task stream: events named `progress` with `{ percent }`, `complete` with
 * `{ result }` (or the result itself), and `error` with `{ message }`. The same without event names:
 * `{ "type": "progress", "percent": 40 }`.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { progressEvents } from 'brooklet/protocols'
 *
 * const tasks = createTaskManager({ protocol: progressEvents() })
 * ```
 */
export function progressEvents(): TaskProtocol {
  return {
    reader: () => (event) => {
      const { data } = event
      const isNamed = event.type !== 'message'
      const type = isNamed ? event.type : nameIn(data)
      if (type === 'error') return { error: backendError(errorMessage(data) ?? data, data) }
      if (type === 'progress') return progressOf(readJson(event))
      if (type === 'complete') return { done: { result: resultOf(readJson(event)) } }
      return undefined
    },
  }
}

function nameIn(data: string): unknown {
  try {
    return get(JSON.parse(data), 'type')
  } catch {
    return undefined
  }
}

function progressOf(value: unknown): TaskUpdate {
  return { progress: number(get(value, 'percent') ?? get(value, 'progress') ?? value) }
}

function resultOf(value: unknown): unknown {
  const result = get(value, 'result')
  return result === undefined ? value : result
}
