import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { fileData, fileUrl } from './message/files.js'
import { keptFor, unlessEmpty } from './message/history.js'
import { list, readJson, text, type Json } from './json/json.js'
import {
  isOver,
  type ChatMessage,
  type FilePart,
  type MessagePart,
  type ToolCallPart,
} from './message/message.js'
import type { ChatProtocol, ChatReader, MessageDraft, TextDraft, ToolCallDraft } from './types.js'
import { readUsage } from './message/usage.js'

/**
 * AI SDK's data stream of versions 3.4 and 4: lines such as `0:"Hello"`, sent as `text/plain` by
 * `toDataStreamResponse()`. The request is that of the `useChat` of those versions.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { aiSdkData } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/chat', protocol: aiSdkData() })
 * ```
 */
export function aiSdkData(): ChatProtocol {
  return {
    // Servers send the stream as various types; what comes as JSON is an error.
    detectFormat: (type) => (/^application\/json\b/i.test(type ?? '') ? undefined : 'ndjson'),
    request: ({ messages, chatId: id }) => ({
      body: { id, messages: messages.map(toMessage).filter(isSaid) },
    }),
    reader,
    errorMessage,
  }
}

function reader(): ChatReader {
  const calls = new Map<string, ToolCallDraft>()
  /** A server that announces its steps also says when it has finished; adapters only send text. */
  let hasSteps = false
  let isFinished = false
  let isLastBroken = false
  /** What is being thought, until its signature, a text, a call or a step comes. Data may come meanwhile. */
  let thought: TextDraft | undefined

  function read({ data: line, lastEventId }: StreamEvent, draft: MessageDraft): void {
    const colon = line.indexOf(':')
    const type = line.slice(0, colon)
    const data = line.slice(colon + 1)
    isLastBroken = true
    const value = readJson({ type, data, lastEventId })
    isLastBroken = false
    if (/^[09abcefi]$/.test(type)) thought = undefined
    switch (type) {
      case '0':
        return draft.appendText(text(value))
      case 'g':
        thought ??= draft.openText('reasoning')
        return thought.append(text(value))
      case 'j':
        thought?.append('', { signature: text(value?.signature) })
        thought = undefined
        return
      case 'i':
        // Redacted reasoning: it is encrypted, and goes back with the next request.
        return readData('aiSdkData', [{ ...value, type: 'redacted' }], draft)
      case '2':
        return readData('data', value, draft)
      case '8':
        return readData('annotation', value, draft)
      case '3':
        return draft.fail(backendError(data))
      case '9':
      case 'a':
      case 'b':
      case 'c':
        return readCall(value, draft)
      case 'd':
        isFinished = true
        return finish(value, draft)
      case 'f':
        hasSteps = true
        return
      case 'h':
        return void draft.addPart({ ...value, type: 'source' })
      case 'k':
        return void draft.addPart({
          type: 'file',
          mediaType: text(value?.mimeType),
          data: text(value?.data),
        })
    }
  }

  function readCall(value: Json, draft: MessageDraft): void {
    const id = text(value?.toolCallId)
    const call = calls.get(id) ?? draft.openToolCall({ id, name: text(value?.toolName) })
    calls.set(id, call)
    call.appendArgs(text(value?.argsTextDelta))
    const { args, result } = value ?? {}
    if (args !== undefined) {
      if (!call.argsText) call.appendArgs(JSON.stringify(args))
      call.update({ args, state: 'ready' })
    }
    if (result !== undefined) call.update({ result, state: 'done' })
  }

  function end(): ReturnType<ChatReader['end']> {
    if (isFinished && !isLastBroken) return 'complete'
    return hasSteps || isLastBroken ? 'cut' : 'unmarked'
  }

  return { read, end }
}

function readData(name: string, all: unknown, draft: MessageDraft): void {
  for (const data of list(all)) draft.addPart({ type: 'data', name, data })
}

/** Unknown counts are `null`. */
function finish(value: Json, draft: MessageDraft): void {
  readFinishReason(value?.finishReason, draft)
  readUsage(value?.usage?.promptTokens, value?.usage?.completionTokens, draft)
}

interface SentMessage {
  role: string
  content: string
  parts: readonly object[] | undefined
  [more: string]: unknown
}

/** False for a reply of which only calls without a result remained: APIs refuse an empty one. */
function isSaid({ role, content, parts }: SentMessage): unknown {
  return role !== 'assistant' || content || parts
}

function toMessage({ id, role, content, parts }: ChatMessage): SentMessage {
  // A server fails on a call without a result.
  const calls = parts.filter((part) => part.type === 'tool-call').filter(isOver)
  const files = parts.filter((part) => part.type === 'file')
  return {
    id,
    role,
    content,
    parts: role === 'assistant' ? unlessEmpty(parts.flatMap(toUiPart)) : undefined,
    toolInvocations: unlessEmpty(calls.map(toInvocation)),
    experimental_attachments: unlessEmpty(files.map(toAttachment)),
  }
}

/** Providers may want their reasoning and images back: servers since 4.2 read them in the parts. */
function toUiPart(part: MessagePart): object[] {
  const { type } = part
  if (type === 'text') return [{ type, text: part.text }]
  if (type === 'reasoning') return [toThought({ ...part, type: 'text' })]
  if (type === 'tool-call' && isOver(part)) {
    return [{ type: 'tool-invocation', toolInvocation: toInvocation(part) }]
  }
  if (type === 'file' && fileData(part)) {
    return [{ type, mimeType: part.mediaType, data: fileData(part) }]
  }
  return keptFor('aiSdkData', part).map((detail) => toThought(detail as { type: string }))
}

function toThought(detail: { type: string; text?: string }): object {
  return { type: 'reasoning', reasoning: detail.text ?? '', details: [detail] }
}

function toAttachment(file: FilePart): object {
  return { name: file.name, contentType: file.mediaType, url: fileUrl(file) }
}

function toInvocation({ id, name, args, result, error }: ToolCallPart): object {
  return {
    toolCallId: id,
    toolName: name,
    args: args ?? {},
    state: 'result',
    result: result ?? error ?? null,
  }
}
