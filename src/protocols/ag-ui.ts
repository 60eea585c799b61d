import type { StreamEvent } from '../formats/types.js'
import { createDocuments } from './ag-ui-documents.js'
import { finish } from './ag-ui-finish.js'
import { agUiBody, waitingCalls } from './ag-ui-request.js'
import { backendError, errorMessage } from './backend-error.js'
import { list, text, type Json } from './json.js'
import type { ChatMessage, ToolCallPart } from './message.js'
import { readRecord } from './record.js'
import type { ChatProtocol, ChatReader, MessageDraft, TextDraft, ToolCallDraft } from './types.js'
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
  return {
    request: (turn) => ({
      // AG-UI's own encoder answers in protobuf where anything is welcome.
      headers: { accept: 'text/event-stream' },
      body: agUiBody(turn, threadId),
    }),
    reader: ({ messages = [] }) => reader(sentWith(messages)),
    errorMessage,
  }
}

type Fields = NonNullable<Json>
type Kind = 'text' | 'reasoning'

/** Of the request that is answered. */
interface Sent {
  /** Of the messages and calls since the last question: an agent may repeat them in its reply. */
  ids: ReadonlySet<string | undefined>
  /** An agent may tell only what has changed since. */
  state?: Json
  /** Calls of which the agent may tell only the results. */
  waiting: readonly ToolCallPart[]
}

function sentWith(conversation: readonly ChatMessage[]): Sent {
  const { messages, state } = agUiBody({ messages: conversation })
  const asked = messages.findLastIndex(({ role }) => role === 'user')
  const ids = messages.slice(asked + 1).flatMap(({ id, toolCallId }) => [id, toolCallId])
  return { ids: new Set(ids), state, waiting: conversation.slice(-1).flatMap(waitingCalls) }
}

function reader(sent: Sent): ChatReader {
  const texts = new Map<string, TextDraft>()
  const opened: Record<Kind, TextDraft[]> = { text: [], reasoning: [] }
  /** The keys of the texts that have any words. */
  const written = new Set<string>()
  const calls = new Map<string, ToolCallDraft>()
  const { has, put, patch } = createDocuments(sent.state)
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
        if (has(text(record.messageId)) && String(record.replace) === 'false') return
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
      texts.set(key, isOurs ? openText(kind, id, draft) : nowhere)
    }
    const delta = text(record.delta)
    if (delta) written.add(key)
    texts.get(key)?.append(delta)
  }

  function openText(kind: Kind, id: string, draft: MessageDraft): TextDraft {
    const part = draft.openText(kind)
    part.append('', { providerMetadata: { agUi: { id } } })
    opened[kind].push(part)
    return part
  }

  /** An encrypted value goes back with what it belongs to: a call, a text, or nothing that is shown. */
  function seal(subtype: string, from: Json, id: string, draft: MessageDraft): void {
    const { encryptedValue } = from ?? {}
    if (!encryptedValue) return
    const metadata = { agUi: { id, encryptedValue } }
    const thought = `reasoning ${id}`
    const said = texts.get(written.has(thought) ? thought : `text ${id}`)
    const unseen = { id, role: 'reasoning', content: '', encryptedValue }
    if (subtype === 'tool-call') calls.get(id)?.update({ signature: text(encryptedValue) })
    else if (said) said.append('', { providerMetadata: metadata })
    else draft.addPart({ type: 'data', name: 'agUi', data: unseen })
  }

  /** The calls that were answered with this request may be repeated. */
  function readCall(type: string, record: Fields, draft: MessageDraft): void {
    lastCall = text(record.toolCallId) || lastCall
    if (sent.ids.has(lastCall)) return
    if (type === 'TOOL_CALL_RESULT') return readResult(record, draft)
    const parentId = text(record.parentMessageId)
    callAt(lastCall, text(record.toolCallName), draft, parentId).appendArgs(text(record.delta))
  }

  function callAt(id: string, name: string, draft: MessageDraft, parentId = ''): ToolCallDraft {
    const known = calls.get(id)
    if (known) return known
    const { name: waitingName, argsText = '' } = sent.waiting.find((each) => each.id === id) ?? {}
    const call = draft.openToolCall({ id, name: name || waitingName || '', step: answered.size })
    if (!name) call.appendArgs(argsText)
    if (parentId) call.update({ callProviderMetadata: { agUi: { id: parentId } } })
    calls.set(id, call)
    return call
  }

  /** The conversation as it is now: what follows the user's last message is this reply. */
  function readSnapshot(messages: readonly Json[], draft: MessageDraft): void {
    const asked = messages.findLastIndex((message) => text(message?.role) === 'user')
    const replies = messages.slice(asked + 1).filter((message) => !isSent(message))
    const before = { ...opened }
    opened.text = []
    opened.reasoning = []
    let isLate = false
    for (const message of replies) {
      const kind = kinds[text(message?.role)]
      const known = kind && !isLate && before[kind][opened[kind].length]
      if (kind) rewrite(kind, known || undefined, message, draft)
      const count = calls.size
      readMessage(message, draft)
      // What comes after a call that was not streamed has to stand behind it.
      isLate ||= calls.size > count
    }
    const isKept = (kind: Kind, part: TextDraft): boolean => opened[kind].includes(part)
    for (const part of before.text) if (!isKept('text', part)) part.replace('')
    // Most agents leave what they thought out of a snapshot: then it stays.
    if (opened.reasoning.length === 0) opened.reasoning = before.reasoning
    for (const part of before.reasoning) if (!isKept('reasoning', part)) part.replace('')
  }

  /** The same message may have another id now. */
  function rewrite(
    kind: Kind,
    known: TextDraft | undefined,
    message: Json,
    draft: MessageDraft,
  ): void {
    const id = text(message?.id)
    if (known) opened[kind].push(known)
    const part = known ?? openText(kind, id, draft)
    texts.set(`${kind} ${id}`, part)
    if (message?.content) written.add(`${kind} ${id}`)
    part.replace(text(message?.content))
    part.append('', { providerMetadata: { agUi: { id } } })
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
      const call = callAt(text(each?.id), text(each?.function?.name), draft, text(id))
      if (!call.argsText) call.appendArgs(text(each?.function?.arguments))
      seal('tool-call', each, text(each?.id), draft)
    }
  }

  function readResult(record: Fields, draft: MessageDraft): void {
    const id = text(record.toolCallId)
    const call = callAt(id, '', draft)
    answered.add(id)
    const { content, error, messageId } = record
    const resultProviderMetadata = { agUi: { id: text(messageId ?? record.id) } }
    call.update({
      ...(error ? { error: text(error), state: 'error' } : { result: content, state: 'done' }),
      resultProviderMetadata,
    })
  }

  return { read, end: () => (isFinished ? 'complete' : 'cut') }
}

/** For messages that are not the agent's. */
const nowhere: TextDraft = { append() {}, replace() {} }

const kinds: Record<string, Kind> = { assistant: 'text', reasoning: 'reasoning' }
