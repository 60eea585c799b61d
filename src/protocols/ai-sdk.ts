import type { StreamEvent } from '../formats/types.js'
import { changeIn } from './ai-sdk/ai-sdk-call.js'
import { aiSdkRequest } from './ai-sdk/ai-sdk-request.js'
import { keepUnseen, readText, type Opened, type OpenedText } from './ai-sdk/ai-sdk-text.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { isDone } from './events/signals.js'
import { mergeJson } from './json/json-merge.js'
import { text, type Fields } from './json/json.js'
import { readRecord } from './events/record.js'
import type { ChatMessage, ToolCallPart } from './message/message.js'
import type {
  AddedPart,
  ChatProtocol,
  ChatReader,
  MessageDraft,
  ReplyInfo,
  ToolCallDraft,
} from './types.js'

/**
 * AI SDK's UI message stream, version 1: what `toUIMessageStreamResponse()` answers and its `useChat`
 * reads since AI SDK 5. The request is that of `DefaultChatTransport`. Data that is marked transient
 * reaches `onEvent` only. When it gets the results of a page's tools, or the user's answer to a tool of
 * the server, the server continues the same message.
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
export function aiSdk({ id }: { id?: string | undefined } = {}): ChatProtocol {
  return { goesOn: true, request: (turn) => aiSdkRequest(turn, id), reader, errorMessage }
}

interface OpenedCall extends Opened {
  part: ToolCallDraft
  /** What has been written of it so far. */
  known: Partial<ToolCallPart>
}

interface OpenedData extends Opened {
  replace(part: AddedPart): void
}

function reader({ before }: ReplyInfo): ChatReader {
  /** The texts that are open. An id may come again, for another text, once its text has ended. */
  const texts = new Map<string, OpenedText>()
  const calls = new Map<string, OpenedCall>()
  const data = new Map<string, OpenedData>()
  /** The reply that is continued, until its parts are written, at the first event. */
  let kept = before?.continuedAt ? before : undefined
  let messageId = ''
  let metadata: Fields = {}
  let step = 0
  let stepStart = 0
  let hasSteps = false
  let isFinished = false

  /** `streamText` sends steps and a `finish`. Streams by hand may have neither, but end their texts. */
  function isWhole(): boolean {
    return isFinished || !(hasSteps || texts.size > 0)
  }

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void {
    if (kept) takeUp(kept, draft)
    // A server sends it also when it is stopped in the middle of a reply.
    if (isDone(event)) return isWhole() ? 'complete' : undefined
    const chunk = readRecord(event) ?? {}
    const type = text(chunk.type)
    if (chunk.messageMetadata) describe(chunk.messageMetadata, draft)
    switch (type) {
      case 'start':
        return start(text(chunk.messageId), draft)
      case 'start-step':
        step += 1
        stepStart = draft.length
        hasSteps = true
        return
      case 'reset-step':
        return takeBack(stepStart, draft)
      case 'finish':
        isFinished = true
        return readFinishReason(chunk.finishReason, draft)
      case 'abort':
        return 'stopped'
      case 'error':
        // The `finish` that may follow says no more than this.
        readFinishReason('error', draft)
        return draft.fail(backendError(text(chunk.errorText)))
      default:
        if (type.startsWith('tool-')) readCall(type, chunk, draft)
        else readPart(type, chunk, draft)
    }
  }

  /** Writes the parts that the reply had before it was continued. */
  function takeUp({ parts, continuedAt, ...rest }: ChatMessage, draft: MessageDraft): void {
    kept = undefined
    if (rest.metadata) describe(rest.metadata as Fields, draft)
    for (const part of parts.slice(0, continuedAt)) {
      const at = draft.length
      if (part.type === 'text' || part.type === 'reasoning') {
        draft.openText(part.type).append('', part)
      } else if (part.type === 'tool-call') {
        const call = draft.openToolCall(part)
        call.update(part)
        step = (part.step ?? step) + 1
        calls.set(part.id, { at, part: call, known: part })
      } else put(part, draft)
    }
    stepStart = draft.length
  }

  function describe(values: Fields, draft: MessageDraft): void {
    metadata = mergeJson(metadata, values)
    draft.setMetadata(metadata)
  }

  /** If the id is not the one before, another message begins in place of the first. */
  function start(id: string, draft: MessageDraft): void {
    if (id && messageId && id !== messageId) takeBack(0, draft)
    messageId = id || messageId
    if (messageId) draft.setMetadata({ uiMessageId: messageId })
  }

  function takeBack(length: number, draft: MessageDraft): void {
    draft.truncate(length)
    for (const opened of [texts, calls, data]) {
      for (const [key, { at }] of opened) if (at >= length) opened.delete(key)
    }
  }

  function readCall(type: string, chunk: Fields, draft: MessageDraft): void {
    const call = callOf(type, chunk, draft)
    if (!call) return
    const { input, providerMetadata } = chunk
    const field = type.startsWith('tool-output') ? 'resultProviderMetadata' : 'callProviderMetadata'
    call.part.appendArgs(text(chunk.inputTextDelta))
    if (input !== undefined && !call.part.argsText) call.part.appendArgs(JSON.stringify(input))
    const changed: Partial<ToolCallPart> = {
      ...changeIn(type, chunk, call.known),
      ...(chunk.providerExecuted && { providerExecuted: true }),
      ...(chunk.dynamic && { dynamic: true }),
      ...(providerMetadata && { [field]: providerMetadata }),
    }
    call.part.update(changed)
    call.known = { ...call.known, ...changed }
  }

  function callOf(type: string, chunk: Fields, draft: MessageDraft): OpenedCall | undefined {
    const id = text(chunk.toolCallId)
    const approvalId = text(chunk.approvalId)
    if (!id) return [...calls.values()].find(({ known }) => known.approval?.id === approvalId)
    const known = calls.get(id)
    // In another step, the same id may name another call.
    const isHere = known && known.at >= stepStart
    if (isHere || !type.startsWith('tool-input')) return known
    const at = draft.length
    const part = draft.openToolCall({ id, name: text(chunk.toolName), step })
    const call = { at, part, known: {} }
    calls.set(id, call)
    return call
  }

  function readPart(type: string, chunk: Fields, draft: MessageDraft): void {
    const [kind, moment = ''] = type.split('-')
    const isWord = /^(start|delta|end)$/.test(moment)
    if (/^(custom|reasoning-file|steering-message)$/.test(type)) keepUnseen(chunk, draft)
    else if (isWord && (kind === 'text' || kind === 'reasoning')) {
      readText(kind, moment, chunk, texts, draft)
    } else if (kind === 'source') draft.addPart({ ...chunk, type: kind })
    else if (kind === 'data' && !chunk.transient) {
      const id = text(chunk.id) || undefined
      put({ type: kind, name: type.slice(5), id, data: chunk.data }, draft)
    } else if (type === 'file') {
      const { mediaType, url, providerMetadata } = chunk
      const name = text(chunk.filename) || undefined
      const more = providerMetadata && { providerMetadata }
      draft.addPart({ type, mediaType: text(mediaType), url: text(url), name, ...more })
    }
  }

  /** Data replaces earlier data with the same name and id. */
  function put(part: AddedPart, draft: MessageDraft): void {
    const key = part.type === 'data' && part.id ? `${part.name} ${part.id}` : ''
    const known = data.get(key)
    if (known) return known.replace(part)
    const at = draft.length
    const replace = draft.addPart(part)
    if (key) data.set(key, { at, replace })
  }

  return { read, end: () => (isFinished ? 'complete' : 'cut') }
}
