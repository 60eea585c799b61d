import type { Environment } from '../../connection/environment.js'
import type { StreamError } from '../../errors.js'
import { textOf, type ChatMessage } from '../../protocols/message/message.js'
import type { MessageInput, UserInput } from './chat-types.js'
import type { Turn, TurnEnd } from './turn.js'

export type MessageFactory = (
  inputs: readonly (ChatMessage | MessageInput | UserInput)[],
  createdAt?: number,
) => ChatMessage[]

/**
 * Makes messages of inputs; what is already a message stays the same object. The ids of the messages
 * that the conversation starts with are counted, so that hydration matches. Later ones have a random
 * part too, because two tabs may add messages to the same conversation.
 */
export function createMessageFactory(environment: Environment): MessageFactory {
  const ids = new Set<string | undefined>()
  let isFirst = true
  let count = 0

  function nextId(): string {
    const mark = isFirst ? '' : `-${environment.random().toString(36).slice(2, 12)}`
    do count += 1
    while (ids.has(`message-${count}${mark}`))
    return `message-${count}${mark}`
  }

  return (inputs, createdAt) => {
    for (const { id } of inputs) ids.add(id)
    const made = inputs.map<ChatMessage>((input) => {
      if ('status' in input && input.parts) {
        // It was saved while it was being received: nobody receives it any more.
        return isUnderWay(input) ? { ...input, status: 'interrupted' } : input
      }
      const { role = 'user', content, id = nextId(), parts = [], metadata } = input
      const text = textOf(parts)
      return {
        id,
        role,
        // The text is the same in both, whatever is given: some protocols send one, some the other.
        content: text || content || '',
        parts: text || !content ? parts : [{ type: 'text', text: content }, ...parts],
        status: 'complete',
        createdAt,
        metadata,
      }
    })
    isFirst = false
    return made
  }
}

/** Whether it is being received, or was when it was saved. */
export function isUnderWay({ status }: ChatMessage): boolean {
  return status === 'pending' || status === 'streaming'
}

/** Whether the input is a whole conversation, not one more message. */
export function isList(
  input: string | UserInput | readonly MessageInput[],
): input is readonly MessageInput[] {
  return Array.isArray(input)
}

export function userInput(input: string | UserInput): UserInput {
  return typeof input === 'string' ? { content: input } : input
}

/** The history that is sent: without replies that failed, are empty, or have only reasoning. */
export function sentMessages(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.filter(
    (message) =>
      message.role !== 'assistant' ||
      (message.status !== 'error' && (message.content || hasMore(message))),
  )
}

/** Whether the message has more than text and reasoning: tool calls, data, files. */
export function hasMore({ parts }: ChatMessage): boolean {
  return parts.some(({ type }) => type !== 'text' && type !== 'reasoning')
}

/** The reply with what its turn has received so far or, once it has `ended`, for good. */
export function replyMessage(
  reply: ChatMessage,
  turn: Pick<Turn, 'snapshot' | 'resumeUrl'>,
  ended?: TurnEnd,
  error?: StreamError,
): ChatMessage {
  const snapshot = turn.snapshot(ended !== undefined)
  const status = ended ?? (snapshot.parts.length > 0 ? 'streaming' : 'pending')
  const isOver = ended && ended !== 'interrupted'
  const resumeUrl = isOver ? undefined : turn.resumeUrl()
  return { ...reply, ...snapshot, status, error, resumeUrl }
}
