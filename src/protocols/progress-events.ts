import type { StreamError } from '../errors.js'
import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { looksLikeJson, readJson, text, type Json } from './json/json.js'
import { numeric } from './progress/progress-value.js'
import type { TaskProtocol, TaskUpdate } from './types.js'

/**
 * The shape that tutorials use for a task: events named `progress` with `{ percent }`, `complete` with
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

/** An object that says only that a task is over, and which one. */
const hasNothing = /^{\s*("(type|taskId)":\s*"[^"]*",?\s*)*}/

/** Nothing comes after it, so broken JSON fails the task. What does not look like JSON is the result. */
function completion(event: StreamEvent): TaskUpdate {
  const { data } = event
  try {
    const value = readJson(event)
    const { result = hasNothing.test(data) ? null : value } = Object(value) as NonNullable<Json>
    return { done: { result } }
  } catch (error) {
    if (looksLikeJson(data)) return { error: error as StreamError }
    return { done: { result: data || null } }
  }
}
