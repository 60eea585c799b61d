import type { ToolApproval, ToolCallPart } from '../message/message.js'

interface UiToolPart {
  type: string
  /** Only where the type does not contain it. */
  toolName: string | undefined
  toolCallId: string
  state: string
  providerExecuted: boolean | undefined
  [more: string]: unknown
}

/** A call as a part of a UI message, without the fields that AI SDK's schema forbids in its state. */
export function toToolPart(call: ToolCallPart, isLastMessage: boolean): UiToolPart {
  const { id, name, args, result, error, providerExecuted, dynamic } = call
  const state = stateOf(call, isLastMessage)
  return {
    type: dynamic ? 'dynamic-tool' : `tool-${name}`,
    toolName: dynamic ? name : undefined,
    toolCallId: id,
    providerExecuted,
    state,
    input: args ?? {},
    output: state === 'output-available' ? (result ?? null) : undefined,
    errorText: state === 'output-error' ? error : undefined,
    approval: sentApproval(state, call.approval),
    callProviderMetadata: call.callProviderMetadata,
    resultProviderMetadata: call.resultProviderMetadata,
  }
}

/** Servers read the answers to their approvals in the last message only. */
function stateOf({ state, approval }: ToolCallPart, isLastMessage: boolean): string {
  if (state === 'done') return 'output-available'
  if (state === 'error') {
    if (approval?.approved !== false) return 'output-error'
    return approval.isSettled || !isLastMessage ? 'output-denied' : 'approval-responded'
  }
  if (approval && state === 'approval') return 'approval-requested'
  return approval?.approved ? 'approval-responded' : 'input-available'
}

/**
 * With an output, AI SDK's schema allows only an approval that was granted. A page may have given the
 * output before anybody had decided.
 */
function sentApproval(state: string, approval?: ToolApproval): object | undefined {
  const isOutput = state === 'output-available' || state === 'output-error'
  if (!approval || state === 'input-available' || (isOutput && !approval.approved)) return undefined
  const { isSettled: _, ...sent } = approval
  return sent
}
