import { StreamError } from '../errors.js'
import { backendError, errorMessage } from './backend-error.js'
import { list, readJson, text, type Json } from './json.js'
import { share } from './progress-value.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * A Kubernetes watch on one object (`fieldSelector=metadata.name=…`): a Job, with the share of its
 * completions, a Pod, or another that has a `phase` or conditions such as `Complete` and `Failed`.
 * The result is `null`. A watch that has expired (410) fails the task with `status` 410: the job
 * goes on, and a retry watches it from its present state.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { kubernetesWatch } from 'brooklet/protocols'
 *
 * const jobs = createTaskManager({
 *   url: ({ prompt: name }) =>
 *     `/apis/batch/v1/namespaces/default/jobs?watch=1&fieldSelector=metadata.name%3D${name}`,
 *   retry: { replay: true },
 *   protocol: kubernetesWatch(),
 * })
 * ```
 */
export function kubernetesWatch(): TaskProtocol {
  return { format: 'ndjson', reader: () => reader, errorMessage }
}

const reader: TaskReader = {
  read(event) {
    const record = readJson(event)
    const { type, object } = record ?? {}
    switch (text(type)) {
      case 'ADDED':
      case 'MODIFIED':
        return readObject(object, event.data)
      case 'DELETED':
        return { error: backendError(event.data, `${nameOf(object)} was deleted`) }
      case 'ERROR':
        return { error: watchError(object, event.data) }
    }
  },
}

function readObject(object: Json, data: string): TaskUpdate {
  const { spec, status } = object ?? {}
  const phase = text(status?.phase)
  const { type: condition, message, reason } = list(status?.conditions).find(isEnd) ?? {}
  const state = text(condition) || phase
  const stage = phase || state || undefined
  if (/^(Complete|Succeeded)/.test(state)) return { stage, done: { result: null } }
  if (/^(Fail|Error)/.test(state)) {
    const words = [message, reason, status?.message, status?.reason].map(text).find(Boolean)
    return { stage, error: backendError(data, words ?? `${nameOf(object)} has failed`) }
  }
  const completed = spec?.completions && (status?.succeeded ?? 0)
  const known = share(completed, spec?.completions)
  return { stage, ...known, indeterminate: known.progress === undefined }
}

function isEnd(condition: Json): boolean {
  return (
    text(condition?.status) === 'True' &&
    /^(Complete|Completed|Succeeded|Failed)$/.test(text(condition?.type))
  )
}

function watchError(status: Json, data: string): StreamError {
  const { message } = backendError(data, text(status?.message))
  return new StreamError('protocol', message, { status: Number(text(status?.code)), body: data })
}

function nameOf(object: Json): string {
  return `${text(object?.kind) || 'Object'} ${text(object?.metadata?.name)}`
}
