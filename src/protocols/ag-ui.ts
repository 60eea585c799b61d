import type { StreamEvent } from '../formats/types.js'
import { agUiBody } from './ag-ui-request.js'
import { backendError, errorMessage } from './backend-error.js'
import { applyPatch } from './json-patch.js'
import { list, text, type Json } from './json.js'
import { readRecord } from './record.js'
import type {
  AddedPart,
  ChatProtocol,
  ChatReader,
  MessageDraft,
  TextDraft,
  ToolCallDraft,
} from './types.js'
import { readUsage, sumOf } from './usage.js'

/**
 * AG-UI, the Agent User Interaction protocol. The agent's state is the data part `state`, which goes
 * back with the next request; its activities, custom events and interrupts are data parts as well.
 * What subagents say reaches `onEvent` only.
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
export function agUi({ threadId }: { threadId?: string } = {}): ChatProtocol {
  /** The ids of the messages and calls that were sent last, for a snapshot tells of them too. */
  let sent: ReadonlySet<string | undefined> = new Set()
  return {
    request(turn) {
      const body = agUiBody(turn, threadId)
      sent = new Set(body.messages.flatMap(({ id, toolCallId }) => [id, toolCallId]))
      return { body }
    },
    reader: () => reader(sent),
    errorMessage,
  }
}

type Fields = NonNullable<Json>

interface Document {
  value: Json
  replace(part: AddedPart): void
}

function reader(sent: ReadonlySet<string | undefined>): ChatReader {
  const texts = new Map<string, TextDraft>()
  const calls = new Map<string, ToolCallDraft>()
  const documents = new Map<string, Document>()
  /** Chunks after the first have no id. */
  const lastText = { text: '', reasoning: '' }
  let lastCall = ''
  /** What each model of each run has counted. */
  const counts: Json[] = []
  let isFinished = false

  function read(event: StreamEvent, draft: MessageDraft): 'stopped' | void {
    const record = readRecord(event) ?? {}
    const type = text(record.type)
    if (record.subagentRunId) return
    switch (type) {
      case 'RUN_STARTED':
        isFinished = false
        return draft.setMetadata({ threadId: record.threadId, runId: record.runId })
      case 'RUN_FINISHED':
        isFinished = true
        count(record, draft)
        return finish(record, draft)
      case 'RUN_ERROR':
        count(record, draft)
        return draft.fail(backendError(event.data))
      case 'MESSAGES_SNAPSHOT':
        return readSnapshot(list(record.messages), draft)
      case 'STATE_SNAPSHOT':
        return put('state', 'state', record.snapshot, draft)
      case 'STATE_DELTA':
        return patch('state', 'state', record.delta, draft)
      case 'ACTIVITY_SNAPSHOT':
        if (documents.has(text(record.messageId)) && String(record.replace) === 'false') return
        return put(text(record.messageId), text(record.activityType), record.content, draft)
      case 'ACTIVITY_DELTA':
        return patch(text(record.messageId), text(record.activityType), record.patch, draft)
      case 'CUSTOM':
        return void draft.addPart({ type: 'data', name: text(record.name), data: record.value })
      default:
        if (type.startsWith('TOOL_CALL_')) readCall(type, record, draft)
        else if (/(TEXT|REASONING)_MESSAGE_/.test(type)) readText(type, record, draft)
    }
  }

  function count(run: Fields, draft: MessageDraft): void {
    counts.push(...list(run.usage))
    readUsage(sumOf(counts, 'inputTokens'), sumOf(counts, 'outputTokens'), draft)
  }

  /** A message of another role is the conversation told again. */
  function readText(type: string, record: Fields, draft: MessageDraft): void {
    const kind = type.startsWith('TEXT') ? 'text' : 'reasoning'
    const id = text(record.messageId) || lastText[kind]
    lastText[kind] = id
    const key = `${kind} ${id}`
    if (type.endsWith('_START') || !texts.has(key)) {
      const isOurs = text(record.role || 'assistant') in kinds
      texts.set(key, isOurs ? draft.openText(kind) : nowhere)
    }
    texts.get(key)?.append(text(record.delta))
  }

  function readCall(type: string, record: Fields, draft: MessageDraft): void {
    if (type === 'TOOL_CALL_RESULT') return readResult(record, draft)
    lastCall = text(record.toolCallId) || lastCall
    callAt(lastCall, text(record.toolCallName), draft).appendArgs(text(record.delta))
  }

  function callAt(id: string, name: string, draft: MessageDraft): ToolCallDraft {
    const call = calls.get(id) ?? draft.openToolCall({ id, name })
    calls.set(id, call)
    return call
  }

  /** The conversation as it is now: what follows the user's last message is this reply. */
  function readSnapshot(messages: readonly Json[], draft: MessageDraft): void {
    const asked = messages.findLastIndex((message) => text(message?.role) === 'user')
    const replies = messages.slice(asked + 1).filter((message) => !isSent(message))
    const keys = new Set(replies.map(keyOf))
    for (const [key, part] of texts) if (!keys.has(key)) part.replace('')
    for (const message of replies) readMessage(message, draft)
  }

  /** A message of a server that keeps the thread may have another id there, a call has not. */
  function isSent(message: Json): boolean {
    const calls = list(message?.toolCalls).map((call) => call?.id)
    return [message?.id, message?.toolCallId, ...calls].some((id) => sent.has(text(id)))
  }

  function readMessage(message: Json, draft: MessageDraft): void {
    const kind = kinds[text(message?.role)]
    if (message?.toolCallId) return readResult(message, draft)
    if (!kind) return
    const key = keyOf(message)
    const part = texts.get(key) ?? draft.openText(kind)
    texts.set(key, part)
    part.replace(text(message?.content))
    for (const each of list(message?.toolCalls)) {
      const call = callAt(text(each?.id), text(each?.function?.name), draft)
      if (!call.argsText) call.appendArgs(text(each?.function?.arguments))
    }
  }

  function readResult(record: Fields, draft: MessageDraft): void {
    const call = callAt(text(record.toolCallId), '', draft)
    call.update({ result: record.content, state: 'done' })
  }

  function put(key: string, name: string, value: Json, draft: MessageDraft): void {
    const part: AddedPart = { type: 'data', name, data: value }
    const known = documents.get(key)
    known?.replace(part)
    documents.set(key, { value, replace: known?.replace ?? draft.addPart(part) })
  }

  function patch(key: string, name: string, operations: Json, draft: MessageDraft): void {
    put(key, name, applyPatch(documents.get(key)?.value ?? {}, operations), draft)
  }

  return { read, end: () => (isFinished ? 'complete' : 'cut') }
}

const nowhere: TextDraft = { append() {}, replace() {} }

const kinds: Record<string, 'text' | 'reasoning'> = { assistant: 'text', reasoning: 'reasoning' }

function keyOf(message: Json): string {
  return `${kinds[text(message?.role)]} ${text(message?.id)}`
}

function finish(record: Fields, draft: MessageDraft): 'stopped' | void {
  const { outcome } = record
  const raw = text(outcome?.type)
  const done = list(outcome?.pendingToolCallIds).length > 0 ? 'tool-calls' : 'stop'
  if (raw) draft.finish(raw === 'success' ? done : 'other', raw)
  if (outcome?.interrupts) {
    draft.addPart({ type: 'data', name: 'interrupts', data: outcome.interrupts })
  }
  return raw === 'cancelled' ? 'stopped' : undefined
}
