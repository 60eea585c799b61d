import type { StreamError } from '../errors.js'
import type { Draft } from '../protocols/draft.js'
import { textOf, type ChatMessage } from '../protocols/message.js'
import type { MessageInput, UserInput } from './chat-types.js'

export type MessageFactory = (input: MessageInput | UserInput, createdAt?: number) => ChatMessage

/** Makes messages of inputs. Ids count up, without randomness, so that hydration agrees. */
export function createMessageFactory(): MessageFactory {
  let count = 0
  return ({ role = 'user', content, id, parts, metadata }, createdAt) => {
    count += 1
    return {
      id: id ?? `message-${count}`,
      role,
      content: content ?? textOf(parts ?? []),
      parts: parts ?? [{ type: 'text', text: content }],
      status: 'complete',
      ...(createdAt !== undefined && { createdAt }),
      ...(metadata && { metadata }),
    }
  }
}

/** The history that is worth sending: without replies that are empty or failed. */
export function sentMessages(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.filter(
    ({ role, content, status }) => role !== 'assistant' || (content !== '' && status !== 'error'),
  )
}

/** The reply as its draft is now. */
export function replyMessage(
  reply: ChatMessage,
  draft: Draft,
  settled?: { status: ChatMessage['status']; error?: StreamError },
): ChatMessage {
  const { id, role, createdAt } = reply
  if (settled) draft.settle()
  const written = draft.snapshot()
  const status = settled?.status ?? (written.parts.length > 0 ? 'streaming' : 'pending')
  return { id, role, createdAt, ...written, status, error: settled?.error }
}
