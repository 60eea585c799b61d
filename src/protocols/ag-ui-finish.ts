import { list, text, type Json } from './json.js'
import type { MessageDraft, ToolCallDraft } from './types.js'

/** An agent that waits for its calls may say only `success`; one that says nothing means that. */
export function finish(
  { outcome }: NonNullable<Json>,
  calls: ReadonlyMap<string, ToolCallDraft>,
  waits: boolean,
  draft: MessageDraft,
): 'stopped' | void {
  const raw = text(outcome?.type)
  const done = waits || list(outcome?.pendingToolCallIds).length > 0 ? 'tool-calls' : 'stop'
  draft.finish(raw && raw !== 'success' ? 'other' : done, raw || undefined)
  if (outcome?.interrupts) {
    draft.addPart({ type: 'data', name: 'interrupts', data: outcome.interrupts })
  }
  for (const each of list(outcome?.interrupts)) {
    if (isApproval(each)) {
      calls.get(text(each?.toolCallId))?.update({ state: 'approval', providerExecuted: true })
    }
  }
  return raw === 'cancelled' ? 'stopped' : undefined
}

/** The agent runs that call. TanStack AI interrupts a run for those of the page as well. */
function isApproval(interrupt: Json): boolean {
  return text(interrupt?.reason) !== 'tanstack:client_tool_execution'
}
