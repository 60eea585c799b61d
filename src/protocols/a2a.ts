import { backendError, errorMessage } from './events/backend-error.js'
import { detectFormatOrJson } from './json/json-body.js'
import { list, text, type Json } from './json/json.js'
import { readRecord } from './events/record.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * Agents of the Agent2Agent protocol, versions 0.3 and 1.0, over JSON-RPC or plain HTTP. The result
 * is the text of the artifacts, or the list of their parts if those are not only text. If the agent needs
 * an answer or a login, the task fails with the agent's words. There is no progress. A message is not
 * sent again when its stream is lost: to follow the task that it has started, use `SubscribeToTask`
 * (`tasks/resubscribe`).
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { a2a } from 'brooklet/protocols'
 *
 * const tasks = createTaskManager<string, { message: object }>({
 *   url: '/agent/message:stream',
 *   headers: { 'a2a-version': '1.0' },
 *   protocol: a2a(),
 * })
 * ```
 */
export function a2a(): TaskProtocol {
  return {
    // Version 1.0 over plain HTTP sends single documents as `application/a2a+json`.
    detectFormat: (type) => detectFormatOrJson(type?.replace(/a2a\+/i, '') ?? null),
    // Events have ids, but servers do not resume a POST by them: it would send the message again.
    resume: { method: 'GET', body: undefined },
    reader,
    errorMessage,
  }
}

function reader(before?: unknown): TaskReader {
  /** By their ids. What an earlier page has read has the id ''. */
  const artifacts = new Map<string, Content>()

  if (before) artifacts.set('', contentOf(typeof before === 'string' ? [{ text: before }] : before))

  function keep(artifact: Json, isMore: unknown): void {
    const id = text(artifact?.artifactId)
    const known = isMore === true ? (artifacts.get(id) ?? artifacts.get('')) : undefined
    const content = contentOf(artifact?.parts, known)
    if (!known) artifacts.set(id, content)
  }

  function result(): unknown {
    return artifacts.size > 0 ? join([...artifacts.values()]) : undefined
  }

  function readStatus(status: Json, data: string): TaskUpdate {
    const state = text(status?.state)
      .replace(/^TASK_STATE_/, '')
      .toLowerCase()
      .replace('_', '-')
    const said = join([partsOf(status?.message)])
    const words = typeof said === 'string' ? said : ''
    const update = { stage: words || state || undefined, result: result() }
    switch (state) {
      case 'completed':
        return { ...update, done: { result: update.result ?? (said || null) } }
      case 'failed':
      case 'canceled':
      case 'cancelled':
      case 'rejected':
        return { ...update, error: backendError(data, words || `The task was ${state}`) }
      case 'input-required':
      case 'auth-required':
        return { ...update, error: backendError(data, words || `The agent says ${state}`) }
      default:
        return { ...update, indeterminate: true }
    }
  }

  return {
    read(event) {
      const record = readRecord(event)
      const { result: enveloped = record, error } = record ?? {}
      if (error || event.type === 'error') return { error: backendError(event.data) }
      const { kind, value } = unwrap(enveloped)
      switch (kind) {
        case 'message':
          return { done: { result: join([partsOf(value)]) } }
        case 'artifactUpdate':
        case 'artifact-update':
          keep(value?.artifact, value?.append)
          return { result: result() }
        case 'task':
          artifacts.clear()
          for (const artifact of list(value?.artifacts)) keep(artifact, false)
          return readStatus(value?.status, event.data)
        case 'statusUpdate':
        case 'status-update':
          return readStatus(value?.status, event.data)
      }
    },
  }
}

/** Version 0.3 names the kind in the field `kind`, version 1.0 by the field that holds the value. */
function unwrap(value: Json): { kind: string; value: Json } {
  if (value?.kind) return { kind: text(value.kind), value }
  const kinds = ['task', 'message', 'statusUpdate', 'artifactUpdate']
  const kind = kinds.find((each) => value?.[each])
  if (kind) return { kind, value: value?.[kind] }
  // Version 1.0 answers `tasks/get` with a bare task.
  return { kind: value?.status ? 'task' : '', value }
}

/** Version 0.3 calls them `content` over plain HTTP. */
function partsOf(message: Json): Content {
  return contentOf(message?.parts ?? message?.content)
}

/** Parts, and their text as long as they have nothing else: an agent may send each word as a part. */
interface Content {
  readonly parts: Json[]
  text: string | undefined
}

function contentOf(more: unknown, content: Content = { parts: [], text: '' }): Content {
  for (const part of list(more)) {
    content.parts.push(part)
    if (part?.text === undefined) content.text = undefined
    else if (content.text !== undefined) content.text += text(part.text)
  }
  return content
}

function join(contents: readonly Content[]): unknown {
  const texts = contents.map((each) => each.text)
  return texts.includes(undefined) ? contents.flatMap(({ parts }) => parts) : texts.join('\n\n')
}
