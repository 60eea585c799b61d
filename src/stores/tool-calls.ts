import { isAnswered } from '../protocols/history.js'
import type { ChatMessage, MessagePart, ToolCallPart } from '../protocols/message.js'

/** The page runs it, not the provider, and nobody has begun to. */
export function isReady(part: MessagePart): boolean {
  return part.type === 'tool-call' && part.state === 'ready' && !part.providerExecuted
}

/** The model waits for its answer. */
export function isOpen(part: MessagePart): boolean {
  return part.type === 'tool-call' && !part.providerExecuted && !isAnswered(part)
}

/** The last that the model wrote are arguments that are no JSON: it has to be told. */
export function endsInBrokenCall({ parts }: ChatMessage): boolean {
  const lastText = parts.findLastIndex(({ type }) => type === 'text')
  return parts.some(
    (part, index) =>
      index > lastText &&
      part.type === 'tool-call' &&
      part.state === 'error' &&
      part.args === null &&
      !part.providerExecuted,
  )
}

/** How many replies have called tools since the user last said something. */
export function roundsIn(messages: readonly ChatMessage[]): number {
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  return messages
    .slice(lastUser + 1)
    .filter(({ parts }) =>
      parts.some((part) => part.type === 'tool-call' && !part.providerExecuted),
    ).length
}

export function withCall(
  message: ChatMessage,
  index: number,
  changed: Partial<ToolCallPart>,
): ChatMessage {
  const parts = message.parts.map((part, at) =>
    at === index && part.type === 'tool-call' ? { ...part, ...changed } : part,
  )
  return { ...message, parts }
}
