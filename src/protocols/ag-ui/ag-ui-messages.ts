import { activityIn, type Documents } from './ag-ui-documents.js'
import { isAnswered } from '../message/history.js'
import { list, text, type Fields, type Json } from '../json/json.js'
import type { ReasoningPart, TextPart, ToolCallPart } from '../message/message.js'
import type { MessageDraft, TextDraft, ToolCallDraft } from '../types.js'

/** The messages that a reply consists of: texts, reasoning, calls and their results, each with an id. */
export interface AgUiMessages {
  /** Writes a part that the reply had before it was continued. */
  keep(part: TextPart | ReasoningPart | ToolCallPart, draft: MessageDraft): void
  readText(type: string, event: Fields, draft: MessageDraft): void
  readCall(type: string, event: Fields, draft: MessageDraft): void
  /** The conversation as it is now: what follows the user's last message is this reply. */
  readSnapshot(messages: readonly Json[], draft: MessageDraft): void
  /** Keeps an encrypted value, which goes back with what it belongs to: a call, a text, or nothing shown. */
  seal(subtype: string, id: string, from: Json, draft: MessageDraft): void
  /** The run has ended. The interrupts ask whether the agent may run some calls. */
  finish(interrupts: readonly Json[]): void
  /** Some calls of this run have no result. */
  isWaiting(): boolean
}

interface Text {
  kind: 'text' | 'reasoning'
  id: string
  /** None for a message that is not the agent's, which is not shown. */
  part?: TextDraft | undefined
  hasWords?: boolean
}

interface Call {
  part: ToolCallDraft
  isAnswered?: boolean
  /** The call as it was before the reply was continued. */
  kept?: ToolCallPart
}

const kinds: Record<string, Text['kind']> = { assistant: 'text', reasoning: 'reasoning' }

export function createMessages(put: Documents['put']): AgUiMessages {
  let texts: Text[] = []
  const calls = new Map<string, Call>()
  /** The call that chunks without an id belong to: only the first one has it. */
  let lastCall = ''
  /** Grows with each result: calls of the same step were made with the same results known. */
  let step = 0

  function keep(part: TextPart | ReasoningPart | ToolCallPart, draft: MessageDraft): void {
    if (part.type === 'tool-call') {
      const call = draft.openToolCall(part)
      call.update(part)
      calls.set(part.id, { part: call, kept: part })
      step = (part.step ?? step) + 1
    } else {
      const kept = draft.openText(part.type)
      kept.append('', part)
      const id = text((part.providerMetadata?.['agUi'] as Json)?.id)
      texts.push({ kind: part.type, id, part: kept, hasWords: true })
    }
  }

  function readText(type: string, event: Fields, draft: MessageDraft): void {
    const kind = type.startsWith('TEXT') ? 'text' : 'reasoning'
    const id = text(event.messageId)
    const isOurs = text(event.role || 'assistant') in kinds
    const known = type.endsWith('_START') ? undefined : textAt(kind, id)
    write(known ?? openText(kind, id, isOurs ? draft.openText(kind) : undefined), event.delta)
  }

  /** Without an id, the last one: only the first chunk has it. */
  function textAt(kind: string, id: string): Text | undefined {
    return texts.findLast((each) => each.kind === kind && (!id || each.id === id))
  }

  function openText(kind: Text['kind'], id: string, part: TextDraft | undefined): Text {
    part?.append('', { providerMetadata: { agUi: { id } } })
    const opened = { kind, id, part }
    texts.push(opened)
    return opened
  }

  function write(to: Text, delta: Json): void {
    to.part?.append(text(delta))
    to.hasWords ||= text(delta) !== ''
  }

  function seal(subtype: string, id: string, from: Json, draft: MessageDraft): void {
    const { encryptedValue } = from ?? {}
    if (!encryptedValue) return
    const thought = textAt('reasoning', id)
    const said = thought?.hasWords ? thought : textAt('text', id)
    const unseen = { id, role: 'reasoning', content: '', encryptedValue }
    if (subtype === 'tool-call') calls.get(id)?.part.update({ signature: text(encryptedValue) })
    else if (said) said.part?.append('', { providerMetadata: { agUi: { id, encryptedValue } } })
    else put({ type: 'data', name: 'agUi', id, data: unseen }, draft)
  }

  /** An agent may repeat calls from before this run, which are complete. */
  function readCall(type: string, event: Fields, draft: MessageDraft): void {
    lastCall = text(event.toolCallId) || lastCall
    if (type === 'TOOL_CALL_RESULT') return readResult(event, draft)
    const { part, kept } = callAt(lastCall, draft, event.toolCallName, event.parentMessageId)
    if (!kept) part.appendArgs(text(event.delta))
  }

  function callAt(id: string, draft: MessageDraft, name?: Json, parentId?: Json): Call {
    const known = calls.get(id)
    if (known) return known
    const part = draft.openToolCall({ id, name: text(name), step })
    if (parentId) part.update({ callProviderMetadata: { agUi: { id: parentId } } })
    const call = { part }
    calls.set(id, call)
    return call
  }

  /** The result that an agent gives a call which the user has refused does not make the call `done`. */
  function readResult(message: Fields, draft: MessageDraft): void {
    const call = callAt(text(message.toolCallId), draft)
    const { part, kept } = call
    if (kept && isAnswered(kept) && !kept.approval) return
    call.isAnswered = true
    step += 1
    const { content, error, messageId = message.id } = message
    part.update({
      ...(error ? { error: text(error) } : { result: content }),
      state: error || kept?.approval?.approved === false ? 'error' : 'done',
      // It goes back like any other.
      providerExecuted: undefined,
      resultProviderMetadata: { agUi: { id: text(messageId) } },
    })
  }

  function readSnapshot(messages: readonly Json[], draft: MessageDraft): void {
    const roles = messages.map((message) => text(message?.role))
    const start = roles.lastIndexOf('user') + 1
    // Most agents leave reasoning out of their snapshots: then it stays.
    const hasThoughts = roles.includes('reasoning', start)
    const before = texts.filter(({ kind, part }) => part && (hasThoughts || kind === 'text'))
    texts = texts.filter((each) => !before.includes(each))
    const { size } = calls
    for (const message of messages.slice(start)) {
      const kind = kinds[text(message?.role)]
      // By order, because the same message may have another id in the snapshot. After a call that was not
      // streamed, texts are opened anew, so that they stand behind it.
      const at = calls.size > size ? -1 : before.findIndex((each) => each.kind === kind)
      const [known] = at < 0 ? [] : before.splice(at, 1)
      if (kind) rewrite(kind, known?.part ?? draft.openText(kind), message, draft)
      readMessage(message, draft)
    }
    for (const { part } of before) part?.replace('')
  }

  function rewrite(kind: Text['kind'], part: TextDraft, message: Json, draft: MessageDraft): void {
    const id = text(message?.id)
    part.replace('')
    write(openText(kind, id, part), message?.content)
    seal('message', id, message, draft)
  }

  function readMessage(message: Json, draft: MessageDraft): void {
    if (message?.activityType) put(activityIn(message), draft)
    if (message?.toolCallId) readResult(message, draft)
    for (const each of list(message?.toolCalls)) {
      const id = text(each?.id)
      const { part } = callAt(id, draft, each?.function?.name, message?.id)
      if (!part.argsText) part.appendArgs(text(each?.function?.arguments))
      seal('tool-call', id, each, draft)
    }
  }

  function finish(interrupts: readonly Json[]): void {
    for (const { part, kept } of calls.values()) {
      if (kept?.approval) part.update({ approval: { ...kept.approval, isSettled: true } })
    }
    for (const { id, toolCallId, message, reason } of interrupts.map((each) => each ?? {})) {
      const { part, kept } = calls.get(text(toolCallId)) ?? {}
      // TanStack AI also interrupts a run for the page's own calls, which need no approval, or have it.
      if (text(reason) === 'tanstack:client_tool_execution') {
        if (kept?.approval?.approved) part?.update({ state: 'ready', approval: undefined })
        continue
      }
      const approval = { id: text(id), requestReason: text(message) || undefined }
      part?.update({ state: 'approval', approval })
    }
    leaveToAgent(interrupts)
  }

  /** TanStack AI names all calls that it leaves to the page or its user, and runs the others when it goes on. */
  function leaveToAgent(interrupts: readonly Json[]): void {
    if (!interrupts.some((each) => each?.metadata?.['tanstack:interruptBinding'])) return
    const named = interrupts.map((each) => text(each?.toolCallId))
    for (const [id, { part, kept, isAnswered }] of calls) {
      const isOwn = !kept && !isAnswered && !named.includes(id)
      if (isOwn) part.update({ state: 'running', providerExecuted: true })
    }
  }

  return {
    keep,
    readText,
    readCall,
    readSnapshot,
    seal,
    finish,
    isWaiting: () => [...calls.values()].some(({ kept, isAnswered }) => !kept && !isAnswered),
  }
}
