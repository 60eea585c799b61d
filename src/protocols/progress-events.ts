import { parseError } from '../formats/parse-error.js'
import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './backend-error.js'
import { looksLikeJson, parseJson, readJson, text, type Json } from './json.js'
import { numeric } from './progress-value.js'
import type { TaskProtocol, TaskUpdate } from './types.js'

/**
 * The tutorials' task stream: events named `progress` with `{ percent }`, `complete` with
 * `{ result }` (or the result itself, which may be text), and `error` with `{ message }`. The same
 * without event names: `{ "type": "progress", "percent": 40 }`. Other events change nothing.
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
  return { reader: () => ({ read }), errorMessage }
}

function read(event: StreamEvent): TaskUpdate | undefined {
  switch (nameOf(event)) {
    case 'progress':
      return progressIn(readJson(event))
    case 'complete':
    case 'done':
      return completion(event)
    case 'error':
      return { error: backendError(event.data) }
  }
}

function nameOf(event: StreamEvent): string {
  if (event.type !== 'message') return event.type
  return looksLikeJson(event.data) ? text(readJson(event)?.type) : ''
}

/** A server that sends `null` cannot say how far it is. */
function progressIn(value: Json): TaskUpdate {
  const { progress = value, percent = progress, stage } = Object(value) as NonNullable<Json>
  return {
    progress: numeric(percent),
    indeterminate: percent === null || undefined,
    stage: text(stage) || undefined,
  }
}

/** Nothing comes after it, so broken JSON fails the task. What does not look like JSON is the result. */
function completion(event: StreamEvent): TaskUpdate {
  const { data } = event
  try {
    const value = parseJson(data)
    const { result = /^{\s*}/.test(data) ? null : value } = Object(value) as NonNullable<Json>
    return { done: { result } }
  } catch (cause) {
    if (looksLikeJson(data)) return { error: parseError(event, cause) }
    return { done: { result: data || null } }
  }
}
