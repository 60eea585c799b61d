import type { Environment } from '../../connection/environment.js'
import type { StreamError } from '../../errors.js'
import { textOf, type ChatMessage } from '../../protocols/message/message.js'
import type { MessageInput, UserInput } from './chat-types.js'
import type { Turn } from './turn.js'

export type MessageFactory = (
  inputs: readonly (ChatMessage | MessageInput | UserInput)[],
  createdAt?: number,
) => ChatMessage[]

/**
 * Makes messages of inputs; what is a message already stays itself. The ids of the first ones, which
 * the conversation starts with, count up, so that hydration agrees; later ones are random too, for
 * two tabs may say something in the same millisecond.
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
        // One that was saved while it was received goes on no more.
        return isUnderWay(input) ? { ...input, status: 'interrupted' } : input
      }
      const { role = 'user', content, id = nextId(), parts = [], metadata } = input
      return {
        id,
        role,
        content: content ?? textOf(parts),
        // What a message says is one of its parts, also where it is given with files alone.
        parts: !content || textOf(parts) ? parts : [{ type: 'text', text: content }, ...parts],
        status: 'complete',
        createdAt,
        metadata,
      }
    })
    isFirst = false
    return made
  }
}

/** It is being received, or was when it was saved. */
export function isUnderWay({ status }: ChatMessage): boolean {
  return status === 'pending' || status === 'streaming'
}

/** A whole conversation, and not one more message of it? */
export function isList(
  input: string | UserInput | readonly MessageInput[],
): input is readonly MessageInput[] {
  return Array.isArray(input)
}

export function userInput(input: string | UserInput): UserInput {
  return typeof input === 'string' ? { content: input } : input
}

/** The history that is worth sending: without replies that failed, or have nothing but thoughts. */
export function sentMessages(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.filter(
    (message) =>
      message.role !== 'assistant' ||
      (message.status !== 'error' && (message.content !== '' || hasMore(message))),
  )
}

/** Than words: calls, data, files. */
export function hasMore({ parts }: ChatMessage): boolean {
  return parts.some(({ type }) => type !== 'text' && type !== 'reasoning')
}

/** The reply as its turn has it now. */
export function replyMessage(
  reply: ChatMessage,
  { draft, resumeUrl }: Pick<Turn, 'draft' | 'resumeUrl'>,
  settled?: { status: ChatMessage['status']; error?: StreamError },
): ChatMessage {
  if (settled) draft.settle()
  const written = draft.snapshot()
  const status = settled?.status ?? (written.parts.length > 0 ? 'streaming' : 'pending')
  const isOver = settled && status !== 'interrupted'
  return {
    ...reply,
    ...written,
    status,
    error: settled?.error,
    resumeUrl: isOver ? undefined : resumeUrl,
  }
}
