import type { StreamEvent } from '../formats/types.js'
import { activityIn, createDocuments } from './ag-ui/ag-ui-documents.js'
import { createMessages } from './ag-ui/ag-ui-messages.js'
import { agUiBody, stateIn } from './ag-ui/ag-ui-request.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { list, text, type Json } from './json/json.js'
import type { ChatMessage, DataPart } from './message/message.js'
import { readRecord } from './events/record.js'
import type { ChatProtocol, ChatReader, MessageDraft, ReplyInfo } from './types.js'
import { readUsage, sumOf } from './message/usage.js'

/**
 * AG-UI, the Agent User Interaction protocol. The agent's state is the data part `state`, which goes
 * back with the next request; its activities, custom events and interrupts are data parts as well.
 * When it gets the results of a page's tools, or the user's answer to a call that it asked about, the
 * agent continues the same message. What subagents say reaches `onEvent` only.
 *
 * @param options.threadId The id of the conversation. Default: one is made up.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { agUi } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/agent', protocol: agUi() })
 * ```
 */
export function agUi({ threadId }: { threadId?: string | undefined } = {}): ChatProtocol {
  return {
    goesOn: true,
    request: (turn) => ({
      // With `*/*` among the accepted types, AG-UI's own encoder would answer in protobuf.
      headers: { accept: 'text/event-stream' },
      body: agUiBody(turn, threadId),
    }),
    reader,
    errorMessage,
  }
}

function reader({ before, messages = [] }: ReplyInfo): ChatReader {
  // An agent may send only the changes since the state that it was sent.
  const documents = createDocuments(stateIn(messages))
  const conversation = createMessages(documents.put)
  /** The reply that is continued, until it is taken up at the first event. */
  let kept = before?.continuedAt ? before : undefined
  /** The usage of each model in each run. */
  const counts: Json[] = []
  let isFinished = false

  function read(event: StreamEvent, draft: MessageDraft): 'stopped' | void {
    if (kept) takeUp(kept, draft)
    const record = readRecord(event) ?? {}
    const type = text(record.type)
    if (record.subagentRunId) return
    switch (type) {
      case 'RUN_STARTED':
        isFinished = false
        return draft.setMetadata({ threadId: record.threadId, runId: record.runId })
      case 'RUN_FINISHED':
        isFinished = true
        count(list(record.usage), draft)
        return finish(record.outcome, draft)
      case 'RUN_ERROR':
        count(list(record.usage), draft)
        return draft.fail(backendError(event.data))
      case 'MESSAGES_SNAPSHOT':
        return conversation.readSnapshot(list(record.messages), draft)
      case 'STATE_SNAPSHOT':
        return documents.put(dataPart('state', record.snapshot), draft)
      case 'STATE_DELTA':
        return documents.patch(dataPart('state'), record.delta, draft)
      case 'ACTIVITY_SNAPSHOT':
        if (String(record.replace) === 'false' && documents.has(activityIn(record))) return
        return documents.put(activityIn(record), draft)
      case 'ACTIVITY_DELTA':
        return documents.patch(activityIn(record), record.patch, draft)
      case 'CUSTOM':
        return void draft.addPart(dataPart(text(record.name), record.value))
      case 'REASONING_ENCRYPTED_VALUE':
        return conversation.seal(text(record.subtype), text(record.entityId), record, draft)
      default:
        if (!/_(START|ARGS|CONTENT|END|CHUNK|RESULT)$/.test(type)) return
        if (type.startsWith('TOOL_CALL_')) conversation.readCall(type, record, draft)
        else if (/(TEXT|REASONING)_MESSAGE_/.test(type)) conversation.readText(type, record, draft)
    }
  }

  /** Writes what the reply had before it was continued. */
  function takeUp({ parts, continuedAt, ...rest }: ChatMessage, draft: MessageDraft): void {
    kept = undefined
    if (rest.metadata) draft.setMetadata(rest.metadata)
    if (rest.finishReason) draft.finish(rest.finishReason, rest.rawFinishReason)
    count([rest.usage as Json], draft)
    for (const part of parts.slice(0, continuedAt)) {
      if (part.type === 'source' || part.type === 'file') draft.addPart(part)
      else if (part.type !== 'data') conversation.keep(part, draft)
      else if (part.id || part.name === 'state') documents.put(part, draft)
      else draft.addPart(part)
    }
  }

  function count(usage: readonly Json[], draft: MessageDraft): void {
    counts.push(...usage)
    readUsage(sumOf(counts, 'inputTokens'), sumOf(counts, 'outputTokens'), draft)
  }

  /** An agent that waits for its calls may still say `success`, and no outcome means the same. */
  function finish(outcome: Json, draft: MessageDraft): 'stopped' | void {
    const raw = text(outcome?.type)
    const waits = conversation.isWaiting() || list(outcome?.pendingToolCallIds).length > 0
    const done = waits ? 'tool-calls' : 'stop'
    draft.finish(raw && raw !== 'success' ? 'other' : done, raw || undefined)
    if (outcome?.interrupts) draft.addPart(dataPart('interrupts', outcome.interrupts))
    conversation.finish(list(outcome?.interrupts))
    return raw === 'cancelled' ? 'stopped' : undefined
  }

  return { read, end: () => (isFinished ? 'complete' : 'cut') }
}

function dataPart(name: string, data?: Json): DataPart {
  return { type: 'data', name, data }
}
