import { toToolPart } from './ai-sdk-tool-part.js'
import { fileUrl } from '../message/history.js'
import { text } from '../json/json.js'
import type { ChatMessage, MessagePart } from '../message/message.js'
import type { ChatRequest, ChatTurn } from '../types.js'

/** The body that AI SDK's `DefaultChatTransport` sends: the conversation as UI messages. */
export function aiSdkRequest({ messages, chatId, isNew }: ChatTurn, id?: string): ChatRequest {
  const last = messages.at(-1)
  // A server that stores the conversation adds what is submitted, a question or the results of tools, and
  // must not add a question twice.
  const isAgain = isNew === false && last?.role === 'user'
  return {
    body: {
      id: id ?? chatId,
      messages: messages.map((message) => toUiMessage(message, message === last)),
      trigger: isAgain ? 'regenerate-message' : 'submit-message',
      messageId: last?.role === 'assistant' ? idOf(last) : undefined,
    },
  }
}

interface UiPart {
  type: string
  /** Of a tool. */
  state?: string
  [more: string]: unknown
}

/** A server that stores its replies knows them by its own ids. */
function idOf({ id, metadata }: ChatMessage): string {
  return text(metadata?.['uiMessageId']) || id
}

function toUiMessage(message: ChatMessage, isLast: boolean): object {
  const { role, parts, content, metadata } = message
  const all: readonly MessagePart[] = parts.length > 0 ? parts : [{ type: 'text', text: content }]
  const sent = isLast ? all : all.filter(isAnswered)
  const { uiMessageId: _, ...told } = metadata ?? {}
  return {
    id: idOf(message),
    role,
    metadata: Object.keys(told).length > 0 ? told : undefined,
    parts: toUiParts(sent, isLast),
  }
}

/**
 * A call that the conversation has passed over never gets an answer, and APIs refuse it without. They
 * also refuse one without arguments: these were cut, and no tool has run.
 */
function isAnswered(part: MessagePart): boolean {
  if (part.type !== 'tool-call' || part.state === 'done') return true
  return part.state === 'error' && part.args !== null
}

/**
 * What a model says after the results of its tools is another step, and so are calls of which it knew
 * them. Without `step-start` in between a server would take it all as said before the tools ran.
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
