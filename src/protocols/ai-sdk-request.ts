import { toToolPart } from './ai-sdk-tool-part.js'
import { fileUrl } from './history.js'
import type { ChatMessage, MessagePart } from './message.js'
import type { ChatRequest, ChatTurn } from './types.js'

/** The body that AI SDK's `DefaultChatTransport` sends: the conversation as UI messages. */
export function aiSdkRequest({ messages, chatId, isNew }: ChatTurn, id?: string): ChatRequest {
  const last = messages.at(-1)
  // A server that stores the conversation adds a question that is submitted; the results of tools are, too.
  const isAgain = isNew === false && last?.role === 'user'
  return {
    body: {
      id: id ?? chatId,
      messages: messages.map((message) => toUiMessage(message, message === last)),
      trigger: isAgain ? 'regenerate-message' : 'submit-message',
      messageId: last?.role === 'assistant' ? last.id : undefined,
    },
  }
}

interface UiPart {
  type: string
  /** Of a tool. */
  state?: string
  [more: string]: unknown
}

function toUiMessage(message: ChatMessage, isLast: boolean): object {
  const { id, role, parts, content, metadata } = message
  const all: readonly MessagePart[] = parts.length > 0 ? parts : [{ type: 'text', text: content }]
  const sent = isLast ? all : all.filter(isAnswered)
  return { id, role, metadata, parts: toUiParts(sent, isLast) }
}

/** What the conversation has passed over stays without an answer, and APIs refuse that. */
function isAnswered(part: MessagePart): boolean {
  return part.type !== 'tool-call' || part.state === 'done' || part.state === 'error'
}

/** A model answers its tools in another step; without the mark it would have done so beforehand. */
function toUiParts(parts: readonly MessagePart[], isLastMessage: boolean): UiPart[] {
  const all: UiPart[] = []
  /** That of the last call, and whether it is over. */
  let step: number | undefined
  let isOver = false
  for (const [index, part] of parts.entries()) {
    const sent = toUiPart(part, index, isLastMessage)
    const isCall = part.type === 'tool-call'
    const isSaid = !/^(tool|dynamic|source|data)-/.test(sent.type)
    const isNext = isSaid || (isCall && part.step !== step)
    if (isNext && isOver) all.push({ type: 'step-start' })
    if (isNext) isOver = false
    if (isCall && !part.providerExecuted) {
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
    return { type: `data-${part.name}`, data: part.data }
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
