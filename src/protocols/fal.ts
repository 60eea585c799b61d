import { backendError, errorMessage } from './events/backend-error.js'
import { list, text } from './json/json.js'
import { createLogReader, logLines } from './progress/progress-value.js'
import { readRecord } from './events/record.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * fal's queue: the stream at `{status_url}/stream?logs=1`, or a status that is polled. The progress is
 * that of a progress bar in the logs, if there is one. The stream does not contain the result, so it is
 * `null` here: get it from `response_url`.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { fal } from 'brooklet/protocols'
 *
 * const tasks = createTaskManager({
 *   url: ({ prompt }) => `https://queue.fal.run/fal-ai/flux/requests/${prompt}/status/stream?logs=1`,
 *   protocol: fal(),
 * })
 * ```
 */
export function fal(): TaskProtocol {
  return { reader, errorMessage }
}

function reader(): TaskReader {
  /** The lines that have come: some servers send all of them each time. */
  const seen = new Set<string>()
  let readLog = createLogReader()

  function newLines(logs: unknown): string[] {
    return list(logs).flatMap((log) => {
      const key = `${text(log?.timestamp)} ${text(log?.message)}`
      if (seen.has(key)) return []
      seen.add(key)
      return logLines(log?.message)
    })
  }

  return {
    read(event) {
      const record = readRecord(event)
      const stage = text(record?.status)
      if (!stage) return record?.error || record?.detail ? failed(event.data) : undefined
      // `IN_QUEUE` comes at first, and again if the runner is lost and another one takes the request.
      const restarted = stage === 'IN_QUEUE'
      if (restarted) readLog = createLogReader()
      const update = { ...readLog(newLines(record?.logs)), stage }
      if (stage !== 'COMPLETED') return { ...update, restarted: restarted || update.restarted }
      return { ...update, ...(record?.error ? failed(event.data) : { done: { result: null } }) }
    },
  }
}

function failed(data: string): TaskUpdate {
  return { error: backendError(data) }
}
