import type { ToolApproval, ToolCallPart } from '../message/message.js'

interface UiToolPart {
  type: string
  /** Where it is not in the type. */
  toolName: string | undefined
  toolCallId: string
  state: string
  providerExecuted: boolean | undefined
  [more: string]: unknown
}

/** A call as a UI message has it: what AI SDK's schema does not allow in a state is not in it. */
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
    output: state === 'output-available' ? result : undefined,
    errorText: state === 'output-error' ? error : undefined,
    approval: sentApproval(state, call.approval),
    callProviderMetadata: call.callProviderMetadata,
    resultProviderMetadata: call.resultProviderMetadata,
  }
}

/** A server reads the answers to its approvals in the last message only. */
function stateOf({ state, approval }: ToolCallPart, isLastMessage: boolean): string {
  if (state === 'done') return 'output-available'
  if (state === 'error') {
    if (approval?.approved !== false) return 'output-error'
    return approval.isSettled || !isLastMessage ? 'output-denied' : 'approval-responded'
  }
  if (approval && state === 'approval') return 'approval-requested'
  return approval?.approved ? 'approval-responded' : 'input-available'
}

/** An output can only have one that was granted: a page may have answered before anybody decided. */
function sentApproval(state: string, approval?: ToolApproval): object | undefined {
  const isOutput = state === 'output-available' || state === 'output-error'
  if (!approval || state === 'input-available' || (isOutput && !approval.approved)) return undefined
  const { isSettled: _, ...sent } = approval
  return sent
}
