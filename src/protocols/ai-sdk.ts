import type { StreamEvent } from '../formats/types.js'
import { aiSdkRequest } from './ai-sdk-request.js'
import { backendError, errorMessage } from './backend-error.js'
import { finishReasonOf } from './finish-reason.js'
import { text, type Json } from './json.js'
import { readRecord } from './record.js'
import type {
  AddedPart,
  ChatProtocol,
  ChatReader,
  MessageDraft,
  TextDraft,
  ToolCallDraft,
} from './types.js'

/**
 * AI SDK's UI message stream, version 1: what `toUIMessageStreamResponse()` answers and its `useChat`
 * reads since AI SDK 5. The request is that of `DefaultChatTransport`. Data that is marked transient
 * reaches `onEvent` only.
 *
 * @param options.id The id of the chat, for a server that stores it. Default: that of the chat, if it
 * has one.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { aiSdk } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/chat', protocol: aiSdk({ id: 'chat-1' }) })
 * ```
 */
export function aiSdk({ id }: { id?: string } = {}): ChatProtocol {
  return { request: (turn) => aiSdkRequest(turn, id), reader, errorMessage }
}

type Fields = NonNullable<Json>

/** What can still be written to, and where its part is. */
interface Opened<Draft> {
  at: number
  draft: Draft
}

function reader(): ChatReader {
  /** The parts that deltas go to. An id is free again once its part has ended. */
  const texts = new Map<string, Opened<TextDraft>>()
  const calls = new Map<string, Opened<ToolCallDraft>>()
  const data = new Map<string, Opened<(part: AddedPart) => void>>()
  /** Which call an approval is for: the answer to it does not say. */
  const approvals = new Map<string, string>()
  let messageId = ''
  let stepStart = 0
  let hasSteps = false
  let isFinished = false

  /** What `streamText` writes has steps, and ends with `finish`; what is written by hand may not. */
  function isWhole(): boolean {
    return isFinished || !(hasSteps || texts.size > 0)
  }

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void {
    // A server that is stopped in the middle of its work sends it as well.
    if (event.data.startsWith('[DONE]')) return isWhole() ? 'complete' : undefined
    const chunk = readRecord(event) ?? {}
    const type = text(chunk.type)
    const metadata = chunk.messageMetadata
    if (metadata) draft.setMetadata(metadata)
    switch (type) {
      case 'start':
        return start(text(chunk.messageId), draft)
      case 'start-step':
        stepStart = draft.length
        hasSteps = true
        return
      case 'reset-step':
        return takeBack(stepStart, draft)
      case 'finish':
        isFinished = true
        return finish(text(chunk.finishReason), draft)
      case 'abort':
        return 'stopped'
      case 'error':
        // The `finish` that may follow says no more than this.
        finish('error', draft)
        return draft.fail(backendError(text(chunk.errorText)))
      default:
        if (type.startsWith('tool-')) readCall(type, chunk, draft)
        else readPart(type, chunk, draft)
    }
  }

  /** With another id than before, another message begins in place of the first. */
  function start(id: string, draft: MessageDraft): void {
    if (id && messageId && id !== messageId) takeBack(0, draft)
    messageId = id || messageId
  }

  function takeBack(length: number, draft: MessageDraft): void {
    draft.truncate(length)
    for (const opened of [texts, calls, data]) {
      for (const [key, { at }] of opened) if (at >= length) opened.delete(key)
    }
  }

  function readCall(type: string, chunk: Fields, draft: MessageDraft): void {
    const call = callOf(chunk, draft)
    if (!call) return
    const { input, output, errorText } = chunk
    call.appendArgs(text(chunk.inputTextDelta))
    if (input !== undefined && !call.argsText) call.appendArgs(JSON.stringify(input))
    call.update({
      ...(input !== undefined && { args: input, state: 'ready' }),
      ...(output !== undefined && {
        result: output,
        state: chunk.preliminary ? 'running' : 'done',
      }),
      ...(errorText !== undefined && { error: text(errorText), state: 'error' }),
      ...approvalIn(type, chunk),
    })
  }

  function callOf(chunk: Fields, draft: MessageDraft): ToolCallDraft | undefined {
    const approval = text(chunk.approvalId)
    const id = text(chunk.toolCallId)
    if (!id) return calls.get(approvals.get(approval) ?? '')?.draft
    if (approval) approvals.set(approval, id)
    const name = text(chunk.toolName)
    const providerExecuted = chunk.providerExecuted ? true : undefined
    const at = draft.length
    const call = calls.get(id) ?? { at, draft: draft.openToolCall({ id, name, providerExecuted }) }
    calls.set(id, call)
    return call.draft
  }

  function readPart(type: string, chunk: Fields, draft: MessageDraft): void {
    const [kind, moment] = type.split('-')
    if (type === 'file' || type === 'reasoning-file') {
      draft.addPart({ type: 'file', mediaType: text(chunk.mediaType), url: text(chunk.url) })
    } else if (kind === 'text' || kind === 'reasoning') {
      const key = `${kind} ${text(chunk.id)}`
      if (moment !== 'delta') texts.delete(key)
      if (moment === 'end') return
      const part = texts.get(key) ?? { at: draft.length, draft: draft.openText(kind) }
      texts.set(key, part)
      part.draft.append(text(chunk.delta))
    } else if (kind === 'source') draft.addPart({ ...chunk, type: kind })
    else if (kind === 'data' && !chunk.transient) readData(type.slice(5), chunk, draft)
  }

  /** Data with an id that has come before takes its place. */
  function readData(name: string, chunk: Fields, draft: MessageDraft): void {
    const part: AddedPart = { type: 'data', name, data: chunk.data }
    const key = `${name} ${text(chunk.id)}`
    const known = chunk.id && data.get(key)
    if (known) return known.draft(part)
    data.set(key, { at: draft.length, draft: draft.addPart(part) })
  }

  return { read, end: () => (isFinished ? 'complete' : 'cut') }
}

/** Whether it may run: asked, and answered. */
function approvalIn(
  type: string,
  { approved, reason }: Fields,
): Parameters<ToolCallDraft['update']>[0] {
  if (approved) return { state: 'running' }
  if (type === 'tool-approval-request') return { state: 'approval' }
  return /(response|denied)$/.test(type) ? { error: text(reason) || 'Denied', state: 'error' } : {}
}

function finish(reason: string, draft: MessageDraft): void {
  if (reason) draft.finish(finishReasonOf(reason), reason)
}
