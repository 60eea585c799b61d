import { text, type Fields } from '../json/json.js'
import type { AddedPart, MessageDraft, ToolCallDraft } from '../types.js'

/** Reads the steps of tools that Google runs itself: their calls and their results. */
export type ServerToolReader = (index: unknown, part: Fields, draft: MessageDraft) => void

/** Whether a type is that of such a step, or of a delta of one. */
export function isServerTool(type: string): boolean {
  return /_(call|result)$/.test(type) && !type.startsWith('function_')
}

/** A step that a page cannot show, and that the API wants back. */
export function keptStep(data: object): AddedPart {
  return { type: 'data', name: 'geminiInteractions', data }
}

export function createServerToolReader(): ServerToolReader {
  /** The fields of each step so far. */
  const steps = new Map<unknown, Fields>()
  /** The calls, by the index of their step and by id. */
  const calls = new Map<unknown, ToolCallDraft>()
  const places = new Map<unknown, (part: AddedPart) => void>()

  function readCall(index: unknown, step: Fields, draft: MessageDraft): void {
    const { id: _, arguments: args, ...more } = step
    const id = text(step.id)
    const name = text(step.name) || text(step.type).replace(/_call$/, '')
    const start = { id, name, providerExecuted: true }
    // The id of a call may come late.
    const call = calls.get(id) ?? calls.get(index) ?? draft.openToolCall(start)
    calls.set(index, call)
    if (id) calls.set(id, call)
    call.update({
      ...(id && { id }),
      args: args ?? {},
      argsText: JSON.stringify(args ?? {}),
      callProviderMetadata: { geminiInteractions: more },
    })
  }

  /** The result is kept in its call; a data part without it marks the place where it came. */
  function readResult(index: unknown, step: Fields, draft: MessageDraft): void {
    const { result, ...place } = step
    const call = calls.get(step.call_id)
    if (!call) return
    const error = text(result) || 'The tool failed'
    call.update(step.is_error ? { state: 'error', result, error } : { state: 'done', result })
    const replace = places.get(index)
    if (replace) replace(keptStep(place))
    else places.set(index, draft.addPart(keptStep(place)))
  }

  return (index, part, draft) => {
    const step = { ...steps.get(index), ...part }
    steps.set(index, step)
    const read = text(step.type).endsWith('_call') ? readCall : readResult
    read(index, step, draft)
  }
}
