import { text, type Json } from './json.js'
import type { ToolCallPart } from './message.js'

/** What a chunk says about whether a call may run: it is asked, answered, or out of the question. */
export function approvalIn(
  type: string,
  chunk: NonNullable<Json>,
  { approval, error = 'Denied' }: Partial<ToolCallPart>,
): Partial<ToolCallPart> {
  const reason = text(chunk.reason) || undefined
  if (type === 'tool-approval-request') {
    const { approvalDescriptor: descriptor, inputSchemaInput, isAutomatic, signature } = chunk
    const more = { descriptor, inputSchemaInput, isAutomatic, signature }
    const id = text(chunk.approvalId)
    return { state: 'approval', approval: { id, requestReason: reason, ...more } }
  }
  if (type === 'tool-approval-response' && approval) {
    const approved = Boolean(chunk.approved)
    const answered = { approval: { ...approval, approved, reason } }
    return { ...answered, ...(approved ? { state: 'running' } : denied(reason ?? error)) }
  }
  if (type !== 'tool-output-denied') return {}
  const settled = approval && { approval: { ...approval, approved: false, isSettled: true } }
  return { ...settled, ...denied(error) }
}

function denied(error: string): Partial<ToolCallPart> {
  return { state: 'error', error }
}
