import { parseError } from '../formats/parse-error.js'
import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage, get, number, readJson } from './json.js'
import type { TaskProtocol, TaskUpdate } from './types.js'

/**
 * The tutorials' task stream: events named `progress` with `{ percent }`, `complete` with
 * `{ result }` (or the result itself, text too), and `error` with `{ message }`. The same without event names:
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
      const type = event.type === 'message' ? nameIn(data) : event.type
      if (type === 'progress') return progressOf(readJson(event))
      if (type === 'complete') return completion(event)
      if (type === 'error')
        return { error: backendError(errorMessage(data) ?? (data || unsaid), data) }
      return undefined
    },
  }
}

const unsaid = 'The server reported an error'

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

/** Nothing comes after it: where its JSON is broken the task has failed. What is no JSON is the result itself. */
function completion(event: StreamEvent): TaskUpdate {
  const { data } = event
  try {
    const value: unknown = JSON.parse(data)
    const result = get(value, 'result')
    return { done: { result: result === undefined ? value : result } }
  } catch (cause) {
    if (/^[[{"]/.test(data)) return { error: parseError(event, cause) }
    return { done: { result: data || null } }
  }
}
