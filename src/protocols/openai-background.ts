import { backendError, errorMessage } from './events/backend-error.js'
import { list, number, text, type Json } from './json/json.js'
import { readRecord } from './events/record.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * OpenAI's Responses that run in the background: the stream (`background: true, stream: true`, or
 * `GET /v1/responses/{id}?stream=true`), and responses that are polled. The result is the text or, if
 * there is none, the response itself. There is no progress.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { openaiBackground } from 'brooklet/protocols'
 *
 * const reports = createTaskManager<string>({
 *   url: ({ prompt: id }) => `/v1/responses/${id}?stream=true`,
 *   protocol: openaiBackground(),
 * })
 * ```
 */
export function openaiBackground(): TaskProtocol {
  return { reader, errorMessage }
}

function reader(before?: unknown): TaskReader {
  /** The text of each message so far, by the index of the output. */
  const texts = new Map<unknown, string>()
  /** What an earlier page has read: its last message goes on, until another output begins. */
  if (before) texts.set('', text(before))
  let sequence = -1

  function readDelta(record: Json): TaskUpdate {
    const index = texts.size === 1 && texts.has('') ? '' : record?.output_index
    texts.set(index, (texts.get(index) ?? '') + text(record?.delta))
    return { result: [...texts.values()].filter(Boolean).join('\n\n') }
  }

  return {
    read(event) {
      const record = readRecord(event)
      const at = number(record?.sequence_number) ?? Infinity
      // A stream that is resumed may repeat what has come.
      if (at <= sequence) return
      if (at < Infinity) sequence = at
      const type = text(record?.type)
      if (type === 'response.output_text.delta') return readDelta(record)
      if (type === 'response.output_item.added') texts.set(record?.output_index, '')
      if (type === 'error') return { error: backendError(event.data) }
      const response = record?.response ?? record
      if (text(response?.object) === 'response' || record?.response) {
        return readResponse(response, event.data)
      }
      // Such as `web_search_call.searching`: what the model is busy with.
      const [, stage] = /^response\.(\w+_call\.\w+)$/.exec(type) ?? []
      if (stage) return { stage }
    },
  }
}

function readResponse(response: Json, data: string): TaskUpdate {
  const stage = text(response?.status)
  const { error, incomplete_details } = response ?? {}
  switch (stage) {
    case 'queued':
    case 'in_progress':
      return { stage, indeterminate: true }
    case 'completed':
      return { stage, done: { result: outputOf(response) || response } }
    case 'failed':
    case 'incomplete':
    case 'cancelled': {
      const reason = text(error?.message) || text(incomplete_details?.reason)
      const words = reason || `The response was ${stage}`
      return { stage, result: outputOf(response) || undefined, error: backendError(data, words) }
    }
    default:
      return {}
  }
}

function outputOf(response: Json): string {
  // Reasoning may have text as well.
  const messages = list(response?.output).filter((item) => text(item?.type) === 'message')
  const texts = messages.map((item) => list(item?.content).map((part) => text(part?.text)))
  return texts
    .map((pieces) => pieces.join(''))
    .filter(Boolean)
    .join('\n\n')
}
