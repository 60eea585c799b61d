import type { StreamError } from '../errors.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { list, readJson, text, type Json } from './json/json.js'
import { share } from './progress/progress-value.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * A Kubernetes watch on one object (`fieldSelector=metadata.name=…`): a Job, with the share of its
 * completions, a Pod, or another that has a `phase` or conditions such as `Complete` and `Failed`, as
 * the workflows of Argo and the runs of Tekton have. The result is `null`. A watch that has expired
 * (410) fails the task with `status` 410: the job goes on, and a retry watches it from its present
 * state.
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

const succeeded = /^(Complete|Succeeded)/
const failed = /^(Fail|Error)/

function readObject(object: Json, data: string): TaskUpdate {
  const { spec, status } = object ?? {}
  const phase = text(status?.phase)
  const end = list(status?.conditions).find(isEnd)
  const condition = text(end?.status) === 'False' ? 'Failed' : text(end?.type)
  // The phase first: a workflow of Argo's that has failed also has the condition `Completed`.
  const state = [phase, condition].find((each) => succeeded.test(each) || failed.test(each)) ?? ''
  const stage = phase || state || undefined
  const completed = spec?.completions && (status?.succeeded ?? 0)
  const known = { stage, ...share(completed, spec?.completions) }
  if (succeeded.test(state)) return { ...known, done: { result: null } }
  if (failed.test(state)) {
    const places = [end?.message, end?.reason, status?.message, status?.reason]
    const words = places.map(text).find(Boolean) ?? `${nameOf(object)} has failed`
    return { ...known, error: backendError(data, words) }
  }
  return { ...known, indeterminate: known.progress === undefined }
}

/** Tekton reports a failed run as the condition `Succeeded` with the status `False`. */
function isEnd(condition: Json): boolean {
  const type = text(condition?.type)
  const value = text(condition?.status)
  return value === 'True'
    ? /^(Completed?|Succeeded|Failed)$/.test(type)
    : value === 'False' && type === 'Succeeded'
}

function watchError(status: Json, data: string): StreamError {
  const error = backendError(data, text(status?.message))
  return Object.assign(error, { status: Number(text(status?.code)) })
}

function nameOf(object: Json): string {
  return `${text(object?.kind)} ${text(object?.metadata?.name)}`
}
