import { toToolPart } from './ai-sdk-tool-part.js'
import { fileUrl } from '../message/files.js'
import { text } from '../json/json.js'
import type { ChatMessage, MessagePart } from '../message/message.js'
import type { ChatRequest, ChatTurn } from '../types.js'

/** The body that AI SDK's `DefaultChatTransport` sends: the conversation as UI messages. */
export function aiSdkRequest({ messages, chatId, isNew }: ChatTurn, id?: string): ChatRequest {
  const last = messages.at(-1)
  // A server that stores the conversation adds what is submitted (a question, or results of tools), so a
  // question that is only asked again must not be submitted.
  const isAgain = isNew === false && last?.role === 'user'
  return {
    body: {
      id: id ?? chatId,
      // A message may have had only calls that the conversation has passed over.
      messages: messages
        .map((message) => toUiMessage(message, message === last))
        .filter(({ parts }) => parts.length > 0),
      trigger: isAgain ? 'regenerate-message' : 'submit-message',
      messageId: last?.role === 'assistant' ? idOf(last) : undefined,
    },
  }
}

interface UiMessage {
  parts: UiPart[]
  [more: string]: unknown
}

interface UiPart {
  type: string
  /** Only tools have one. */
  state?: string
  [more: string]: unknown
}

/** The server's own id, by which it knows a reply that it stores. */
function idOf({ id, metadata }: ChatMessage): string {
  return text(metadata?.['uiMessageId']) || id
}

function toUiMessage(message: ChatMessage, isLast: boolean): UiMessage {
  const { role, parts, content, metadata } = message
  const all: readonly MessagePart[] = parts.length > 0 ? parts : [{ type: 'text', text: content }]
  const sent = isLast ? all : all.filter(isSent)
  const { uiMessageId: _, ...told } = metadata ?? {}
  return {
    id: idOf(message),
    role,
    metadata: Object.keys(told).length > 0 ? told : undefined,
    parts: toUiParts(sent, isLast),
  }
}

/**
 * False for a call that the conversation has passed over: it never gets a result, and APIs refuse it
 * without. They also refuse a call whose arguments were cut, for which no tool has run.
 */
function isSent(part: MessagePart): boolean {
  if (part.type !== 'tool-call' || part.state === 'done') return true
  return part.state === 'error' && part.args !== null
}

/**
 * What a model says after it got the results of its tools is another step, and so are calls that it makes
 * then. Without a `step-start` in between, a server would take all of it as said before the tools ran.
 */
function toUiParts(parts: readonly MessagePart[], isLastMessage: boolean): UiPart[] {
  const all: UiPart[] = []
  /** The step of the last call, and whether that call has its result. */
  let step: number | undefined
  let isOver = false
  for (const [index, part] of parts.entries()) {
    const sent = toUiPart(part, index, isLastMessage)
    const isCall = part.type === 'tool-call'
    const isSaid = !/^(tool|dynamic|source|data)-/.test(sent.type)
    const isNext = isSaid || (isCall && part.step !== step)
    if (isNext && isOver) all.push({ type: 'step-start' })
    if (isNext) isOver = false
    if (isCall && (!part.providerExecuted || part.approval)) {
      isOver = sent.state?.startsWith('output') ?? false
      step = part.step
    }
    all.push(sent)
  }
  return all
}

function toUiPart(part: MessagePart, index: number, isLastMessage: boolean): UiPart {
  const { type } = part
  if (type === 'tool-call') return toToolPart(part, isLastMessage)
  if (type === 'data') {
    if (part.name === 'aiSdk') return part.data as UiPart
    return { type: `data-${part.name}`, id: part.id, data: part.data }
  }
  if (type === 'source') {
    const kind = part.url === undefined ? 'document' : 'url'
    return { sourceId: `source-${index}`, ...part, type: `source-${kind}` }
  }
  const { providerMetadata } = part
  if (type !== 'file') return { type, text: part.text, providerMetadata }
  const { mediaType, name: filename } = part
  return { type, mediaType, url: fileUrl(part), filename, providerMetadata }
}
