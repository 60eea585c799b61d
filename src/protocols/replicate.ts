import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { isText, list, readJson, text, type Json } from './json/json.js'
import { createLogReader, logLines } from './progress/progress-value.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * Replicate's predictions: the stream at `urls.stream`, or predictions that are polled. The result of a
 * stream is its text or, if the model makes files, its URL or list of URLs. The progress is that of a
 * progress bar in the logs, if there is one.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { replicate } from 'brooklet/protocols'
 *
 * const tasks = createTaskManager({ url: ({ input }) => String(input), protocol: replicate() })
 * ```
 */
export function replicate(): TaskProtocol {
  return { reader, errorMessage }
}

function reader(before?: unknown): TaskReader {
  const readLog = createLogReader()
  const output: string[] = []
  let joined = ''
  let hasOnlyFiles = true
  /** How many characters of the log have been read: a polled prediction always has all of it. */
  let seen = 0

  function append(data: string): TaskUpdate {
    output.push(data)
    joined += data
    hasOnlyFiles &&= isFile(data)
    return { ...readLog([]), result: hasOnlyFiles && output.length > 1 ? [...output] : joined }
  }

  function readPrediction(prediction: Json, data: string): TaskUpdate {
    const status = text(prediction?.status)
    const log = text(prediction?.logs)
    const update: TaskUpdate = { ...readLog(logLines(log.slice(seen))), stage: status }
    seen = log.length
    const result = resultOf(prediction?.output)
    if (status === 'succeeded') return { ...update, done: { result: result ?? null } }
    if (!/^(failed|canceled|aborted)$/.test(status)) return { ...update, result }
    const words = text(prediction?.error) || `The prediction was ${status}`
    return { ...update, result, error: backendError(data, words) }
  }

  for (const piece of typeof before === 'string' ? [before] : list(before).map(text)) append(piece)

  return {
    read(event) {
      const { type, data } = event
      switch (type) {
        case 'output':
          return append(data)
        case 'logs':
          return readLog(logLines(data))
        case 'error':
          return { error: backendError(data) }
        case 'done':
          return finish(event)
        case 'message':
          return readPrediction(readJson(event), data)
      }
    },
  }
}

/** A prediction that fails also ends with `done`. */
function finish(event: StreamEvent): TaskUpdate {
  const reason = text(event.data && readJson(event)?.reason)
  if (!reason) return { done: { result: undefined } }
  const words = reason === 'error' ? 'The prediction failed' : `The prediction was ${reason}`
  return { error: backendError(event.data, words) }
}

/** The output of a language model is a list of pieces of text, that of others a list of URLs of files. */
function resultOf(output: unknown): unknown {
  const pieces: readonly unknown[] = list(output)
  const isJoined = pieces.length > 0 && pieces.every((each) => isText(each) && !isFile(text(each)))
  return isJoined ? pieces.join('') : (output ?? undefined)
}

function isFile(piece: string): boolean {
  return /^(https?:|data:)\S+$/.test(piece)
}
