import { backendError, errorMessage } from './events/backend-error.js'
import { editOutputs } from './gradio/gradio-edits.js'
import { list, text, type Json } from './json/json.js'
import { logLines, numeric, share } from './progress/progress-value.js'
import { readRecord } from './events/record.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * Gradio 4 and newer: both `GET /gradio_api/queue/data?session_hash=…`, with progress and logs, and
 * `GET /gradio_api/call/{api}/{event_id}`, with neither. The result is the list of outputs; what a
 * generator yields is the result so far.
 *
 * @param options.eventId Reads only the messages of this event, if several run in one session.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { gradio } from 'brooklet/protocols'
 *
 * const tasks = createTaskManager<[string]>({
 *   url: ({ prompt: eventId }) => `/gradio_api/call/predict/${eventId}`,
 *   protocol: gradio(),
 * })
 * ```
 */
export function gradio({ eventId }: { eventId?: string | undefined } = {}): TaskProtocol {
  return { reader: (before) => reader(eventId, before), errorMessage }
}

function reader(eventId: string | undefined, before: unknown): TaskReader {
  let outputs = before
  let tracked = ''

  function readMessage(message: Json, data: string): TaskUpdate | void {
    const id = message?.event_id
    if (eventId !== undefined && id && text(id) !== eventId) return
    const output = message?.output
    const isFailed = (message?.success as unknown) === false
    switch (text(message?.msg)) {
      case 'estimation':
      case 'process_starts':
        return { indeterminate: true, stage: text(message?.msg) }
      case 'progress':
        return readTrackers(list(message?.progress_data))
      case 'log':
        return { logs: logLines(message?.log) }
      case 'process_generating':
      case 'process_streaming':
        if (isFailed) return failure(output, message?.title, data)
        outputs = editOutputs(outputs, output?.data)
        return { result: outputs }
      case 'process_completed':
        if (isFailed) return failure(output, message?.title, data)
        return { done: { result: output?.data ?? outputs ?? null } }
      case 'queue_full':
        return failure(message, 'The queue is full', data)
      case 'unexpected_error':
        return failure(message, undefined, data)
    }
  }

  /** Progress bars may be nested: an inner one tells how far one step of the outer one is. */
  function readTrackers(trackers: readonly Json[]): TaskUpdate {
    const [outermost] = trackers
    const { desc, length, unit } = outermost ?? {}
    const bar = [desc, length, unit].map(text).join()
    const restarted = tracked !== '' && bar !== tracked
    tracked = bar
    let progress = 0
    let step = 1
    for (const tracker of trackers) {
      progress += (percentOf(tracker) || 0) * step
      step /= numeric(tracker?.length) || Infinity
    }
    const stage = trackers.map((tracker) => text(tracker?.desc)).findLast(Boolean)
    const isKnown = percentOf(outermost) >= 0
    return { ...share(outermost?.index, length), ...(isKnown && { progress }), stage, restarted }
  }

  return {
    read(event) {
      const value = readRecord(event)
      switch (event.type) {
        case 'generating':
          return { result: value }
        case 'complete':
          return { done: { result: value } }
        case 'error':
          return failure(value, undefined, event.data)
        default:
          return readMessage(value, event.data)
      }
    },
  }
}

/** NaN if it does not say. */
function percentOf(tracker: Json): number {
  return share(tracker?.index, tracker?.length).progress ?? 100 * numeric(tracker?.progress)
}

/** A server may hide what went wrong: then the output is `null`, and there is at most a title. */
function failure(output: Json, title: unknown, data: string): TaskUpdate {
  const words = [output?.error, output?.message, output, title].map(text).find(Boolean)
  return { error: backendError(data, words ?? '') }
}
