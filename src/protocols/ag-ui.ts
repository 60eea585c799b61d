import type { StreamEvent } from '../formats/types.js'
import { finish } from './ag-ui-finish.js'
import { agUiBody, waitingCalls } from './ag-ui-request.js'
import { backendError, errorMessage } from './backend-error.js'
import { applyPatch } from './json-patch.js'
import { list, text, type Json } from './json.js'
import type { ToolCallPart } from './message.js'
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
  let sent: Sent = { ids: new Set(), waiting: [] }
  return {
    request(turn) {
      const body = agUiBody(turn, threadId)
      const asked = body.messages.findLastIndex(({ role }) => role === 'user')
      const answers = body.messages.slice(asked + 1)
      const ids = new Set(answers.flatMap(({ id, toolCallId }) => [id, toolCallId]))
      sent = { ids, state: body.state, waiting: turn.messages.slice(-1).flatMap(waitingCalls) }
      // AG-UI's own encoder answers in protobuf where anything is welcome.
      return { headers: { accept: 'text/event-stream' }, body }
    },
    reader: () => reader(sent),
    errorMessage,
  }
}

type Fields = NonNullable<Json>
type Kind = 'text' | 'reasoning'

/** Of the last request. */
interface Sent {
  /** Of the messages and calls since the last question: an agent may repeat them in its reply. */
  ids: ReadonlySet<string | undefined>
  /** An agent may tell only what has changed since. */
  state?: Json
  /** Calls of which the agent may tell only the results. */
  waiting: readonly ToolCallPart[]
}

interface Document {
  value: Json
  replace(part: AddedPart): void
}

function reader(sent: Sent): ChatReader {
  const texts = new Map<string, TextDraft>()
  const opened: Record<Kind, TextDraft[]> = { text: [], reasoning: [] }
  /** The keys of the texts that have any words. */
  const written = new Set<string>()
  const calls = new Map<string, ToolCallDraft>()
  const documents = new Map<string, Document>()
  /** Chunks after the first have no id. */
  const lastText = { text: '', reasoning: '' }
  let lastCall = ''
  const answered = new Set<string>()
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
        return finish(record, calls, calls.size > answered.size, draft)
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
      case 'REASONING_ENCRYPTED_VALUE':
        return seal(text(record.subtype), record, text(record.entityId), draft)
      default:
        if (type.startsWith('TOOL_CALL_')) readCall(type, record, draft)
        else if (/(TEXT|REASONING)_MESSAGE_/.test(type)) readText(type, record, draft)
    }
  }

  function count(run: Fields, draft: MessageDraft): void {
    counts.push(...list(run.usage))
    readUsage(sumOf(counts, 'inputTokens'), sumOf(counts, 'outputTokens'), draft)
  }

  /** A message of another role than the agent's repeats the conversation: it is not for the draft. */
  function readText(type: string, record: Fields, draft: MessageDraft): void {
    const kind = type.startsWith('TEXT') ? 'text' : 'reasoning'
    const id = text(record.messageId) || lastText[kind]
    lastText[kind] = id
    const key = `${kind} ${id}`
    if (type.endsWith('_START') || !texts.has(key)) {
      const isOurs = text(record.role || 'assistant') in kinds
      texts.set(key, isOurs ? openText(kind, draft) : nowhere)
    }
    const delta = text(record.delta)
    if (delta) written.add(key)
    texts.get(key)?.append(delta)
  }

  function openText(kind: Kind, draft: MessageDraft): TextDraft {
    const part = draft.openText(kind)
    opened[kind].push(part)
    return part
  }

  /** An encrypted value goes back with what it belongs to: a call, a text, or nothing that is shown. */
  function seal(subtype: string, from: Json, id: string, draft: MessageDraft): void {
    const { encryptedValue } = from ?? {}
    if (!encryptedValue) return
    const metadata = { agUi: { encryptedValue } }
    const thought = `reasoning ${id}`
    const said = texts.get(written.has(thought) ? thought : `text ${id}`)
    const unseen = { role: 'reasoning', content: '', encryptedValue }
    if (subtype === 'tool-call') calls.get(id)?.update({ callProviderMetadata: metadata })
    else if (said) said.append('', { providerMetadata: metadata })
    else draft.addPart({ type: 'data', name: 'agUi', data: unseen })
  }

  /** The calls that were answered with this request may be repeated. */
  function readCall(type: string, record: Fields, draft: MessageDraft): void {
    lastCall = text(record.toolCallId) || lastCall
    if (sent.ids.has(lastCall)) return
    if (type === 'TOOL_CALL_RESULT') return readResult(record, draft)
    callAt(lastCall, text(record.toolCallName), draft).appendArgs(text(record.delta))
  }

  function callAt(id: string, name: string, draft: MessageDraft): ToolCallDraft {
    const known = calls.get(id)
    if (known) return known
    const { name: waitingName, argsText = '' } = sent.waiting.find((each) => each.id === id) ?? {}
    const call = draft.openToolCall({ id, name: name || waitingName || '', step: answered.size })
    if (!name) call.appendArgs(argsText)
    calls.set(id, call)
    return call
  }

  /** The conversation as it is now: what follows the user's last message is this reply. */
  function readSnapshot(messages: readonly Json[], draft: MessageDraft): void {
    const asked = messages.findLastIndex((message) => text(message?.role) === 'user')
    const replies = messages.slice(asked + 1).filter((message) => !isSent(message))
    const told = { text: 0, reasoning: 0 }
    for (const message of replies) {
      const kind = kinds[text(message?.role)]
      if (kind) rewrite(kind, told[kind]++, message, draft)
      readMessage(message, draft)
    }
    for (const part of opened.text.slice(told.text)) part.replace('')
    // Most agents leave what they thought out of a snapshot: then it stays.
    if (told.reasoning) for (const part of opened.reasoning.slice(told.reasoning)) part.replace('')
  }

  /** The same message may have another id now. */
  function rewrite(kind: Kind, index: number, message: Json, draft: MessageDraft): void {
    const part = opened[kind][index] ?? openText(kind, draft)
    const id = text(message?.id)
    texts.set(`${kind} ${id}`, part)
    if (message?.content) written.add(`${kind} ${id}`)
    part.replace(text(message?.content))
    seal('message', message, id, draft)
  }

  /** A server that keeps the thread may give a message another id, but not a call. */
  function isSent(message: Json): boolean {
    const calls = list(message?.toolCalls).map((call) => call?.id)
    return [message?.id, message?.toolCallId, ...calls].some((id) => sent.ids.has(text(id)))
  }

  function readMessage(message: Json, draft: MessageDraft): void {
    const { id, activityType, content } = message ?? {}
    if (activityType) put(text(id), text(activityType), content, draft)
    if (message?.toolCallId) readResult(message, draft)
    for (const each of list(message?.toolCalls)) {
      const call = callAt(text(each?.id), text(each?.function?.name), draft)
      if (!call.argsText) call.appendArgs(text(each?.function?.arguments))
      seal('tool-call', each, text(each?.id), draft)
    }
  }

  function readResult(record: Fields, draft: MessageDraft): void {
    const id = text(record.toolCallId)
    const call = callAt(id, '', draft)
    answered.add(id)
    const { content, error } = record
    call.update(error ? { error: text(error), state: 'error' } : { result: content, state: 'done' })
  }

  function put(key: string, name: string, value: Json, draft: MessageDraft): void {
    const part: AddedPart = { type: 'data', name, data: value }
    const known = documents.get(key)
    known?.replace(part)
    documents.set(key, { value, replace: known?.replace ?? draft.addPart(part) })
  }

  function patch(key: string, name: string, operations: Json, draft: MessageDraft): void {
    const before = key === 'state' ? sent.state : undefined
    put(key, name, applyPatch(documents.get(key)?.value ?? before ?? {}, operations), draft)
  }

  return { read, end: () => (isFinished ? 'complete' : 'cut') }
}

/** For messages that are not the agent's. */
const nowhere: TextDraft = { append() {}, replace() {} }

const kinds: Record<string, Kind> = { assistant: 'text', reasoning: 'reasoning' }
