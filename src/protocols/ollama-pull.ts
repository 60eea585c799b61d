import { backendError, errorMessage } from './events/backend-error.js'
import { text } from './json/json.js'
import { createLayers } from './progress/layers.js'
import { numeric } from './progress/progress-value.js'
import { readRecord } from './events/record.js'
import type { TaskProtocol, TaskReader } from './types.js'

/**
 * Ollama's `POST /api/pull`, and `/api/push` and `/api/create`, which answer alike. Progress is in
 * bytes of the layers that have been announced. The result is `null`.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { ollamaPull } from 'brooklet/protocols'
 *
 * const pulls = createTaskManager<null, { model: string }>({
 *   url: 'http://localhost:11434/api/pull',
 *   protocol: ollamaPull(),
 * })
 * pulls.startTask({ model: 'qwen3' })
 * ```
 */
export function ollamaPull(): TaskProtocol {
  return { reader, errorMessage }
}

function reader(): TaskReader {
  const layers = createLayers()
  let hasLayers = false

  return {
    read(event) {
      const record = readRecord(event)
      if (record?.error) return { error: backendError(event.data) }
      const stage = text(record?.status) || undefined
      if (stage === 'success') return { stage, done: { result: null } }
      const { digest, completed, total } = record ?? {}
      if (numeric(total) > 0) {
        hasLayers = true
        // Until something of a layer has come, only its total is sent.
        return { stage, ...layers.set(text(digest), numeric(completed) || 0, numeric(total)) }
      }
      return { stage, indeterminate: !hasLayers }
    },
  }
}
