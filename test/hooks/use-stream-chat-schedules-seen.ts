/** A conversation as a schedule's model and its chat are compared: in words. */
import type { ChatSnapshot } from '../../src/stores/chat/chat-types.js'

export interface Said {
  role: string
  text: string
  status: string
  error?: string | undefined
  resumeUrl?: string | undefined
}

/** A snapshot, or what the model expects of one. */
export interface Seen {
  messages: readonly string[]
  reply: string | undefined
  status: string
  isLoading: boolean
  streamingContent: string
  error: string | undefined
}

export const told = ({ role, status, text, error = '' }: Said): string =>
  [role, status, text, error].join('|')

export function seen({ messages, reply, error, ...others }: ChatSnapshot): Seen {
  const { status, isLoading, streamingContent } = others
  const tell = (message: ChatSnapshot['messages'][number]): string =>
    told({ ...message, text: message.content, error: message.error?.code })
  return {
    messages: messages.map(tell),
    reply: reply && tell(reply),
    status,
    isLoading,
    streamingContent,
    error: error?.code,
  }
}

/** Is it in the history that is sent? */
export function isWorthSending({ role, status, text }: Said): boolean {
  return role !== 'assistant' || (status !== 'error' && text !== '')
}
