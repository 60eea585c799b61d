import { text, type Json } from '../json/json.js'
import type { ToolCallPart } from '../message/message.js'

/** What a chunk changes about a call, given what is known of the call so far. */
export function changeIn(
  type: string,
  chunk: NonNullable<Json>,
  { approval, error }: Partial<ToolCallPart>,
): Partial<ToolCallPart> {
  const reason = text(chunk.reason) || undefined
  switch (type) {
    case 'tool-input-available':
      return { args: chunk.input, state: 'ready' }
    case 'tool-input-error':
      return { args: chunk.input, ...failure(text(chunk.errorText)) }
    case 'tool-output-available':
      // No output means that the tool returned nothing.
      return { result: chunk.output, state: chunk.preliminary ? 'running' : 'done' }
    case 'tool-output-error':
      return failure(text(chunk.errorText))
    case 'tool-approval-request': {
      const { approvalDescriptor: descriptor, inputSchemaInput, isAutomatic, signature } = chunk
      const more = { descriptor, inputSchemaInput, isAutomatic, signature }
      const id = text(chunk.approvalId)
      return { state: 'approval', approval: { id, requestReason: reason, ...more } }
    }
    case 'tool-approval-response': {
      const approved = Boolean(chunk.approved)
      const answered = approval && { approval: { ...approval, approved, reason } }
      return { ...answered, ...(approved ? { state: 'running' } : failure(reason ?? error)) }
    }
    case 'tool-output-denied': {
      const settled = approval && { approval: { ...approval, approved: false, isSettled: true } }
      return { ...settled, ...failure(error) }
    }
    default:
      return {}
  }
}

function failure(error = 'Denied'): Partial<ToolCallPart> {
  return { state: 'error', error }
}
