'use client'

import { useState } from 'react'
import type { CSSProperties } from 'react'
import type { ChatMessage } from '../protocols/message/message.js'
import type { Chat, ChatSnapshot } from '../stores/chat/chat-types.js'
import type { UseStreamChatResult } from './use-stream-chat.js'

type Settled = Exclude<ChatMessage['status'], 'pending' | 'streaming'>

/** What is said while a reply comes, and once it has settled, by its status. */
export interface StreamAnnouncerTexts extends Record<Settled, (reply: ChatMessage) => string> {
  /** While a reply comes. */
  replying: string
}

/** For an element of its own, which has to be there before a reply comes: a `<p>` or a `<div>`. */
export interface StreamAnnouncerProps {
  role: 'status'
  style: CSSProperties
  children: string
}

/** What was shown when it last changed, and what follows from that. */
interface Seen {
  chat: Chat | undefined
  replyId: string | undefined
  isLoading: boolean
  /** The reply that had settled before anybody could hear of it: it is not read out. */
  silentId: string | undefined
  /** The reply that settled between the same two renders in which the next one began. */
  unsaid?: ChatMessage | undefined
}

const defaultTexts: StreamAnnouncerTexts = {
  replying: 'Replying.',
  complete: ({ content }) => content,
  stopped: () => 'Reply stopped.',
  interrupted: ({ content }) => `Reply interrupted. ${content}`,
  error: ({ error }) => `Reply failed. ${error?.message ?? ''}`,
}

/** Out of sight, not out of the accessibility tree, as `display: none` would be. */
const visuallyHidden: CSSProperties = {
  position: 'absolute',
  width: 1,
  height: 1,
  margin: -1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
}

/**
 * Tells screen readers that a reply is coming and, once it has settled, what it says: two changes of
 * a polite live region a reply, not one a token. Where the next reply begins in the moment in which one
 * settles, both are announced together. A reply that had settled before the component was mounted, or
 * before it was given this chat, is not read out. `texts` replaces the English ones.
 *
 * @example
 * ```tsx
 * import { useStreamAnnouncer, useStreamChat } from 'brooklet'
 *
 * function Chat() {
 *   const chat = useStreamChat()
 *   const announcement = useStreamAnnouncer(chat, { replying: 'The assistant is replying.' })
 *   return <p {...announcement} />
 * }
 * ```
 */
export function useStreamAnnouncer(
  {
    chat,
    isLoading,
    reply,
    messages = [],
  }: Partial<Pick<UseStreamChatResult, 'chat' | 'messages'>> &
    Pick<ChatSnapshot, 'isLoading' | 'reply'>,
  texts?: Partial<StreamAnnouncerTexts>,
): StreamAnnouncerProps {
  const { replying, ...settled } = { ...defaultTexts, ...texts }
  const say = (message: ChatMessage): string => settled[message.status as Settled]?.(message) ?? ''

  const replyId = reply?.id
  const [seen, setSeen] = useState<Seen>({ chat, replyId, isLoading: false, silentId: replyId })
  let { silentId, unsaid } = seen
  const isOtherChat = chat !== seen.chat
  if (isOtherChat || replyId !== seen.replyId || isLoading !== seen.isLoading) {
    if (isOtherChat) silentId = replyId
    if (isLoading) silentId = undefined
    const isNext = isLoading && seen.isLoading && !isOtherChat
    unsaid = isNext ? messages.find(({ id }) => id === seen.replyId) : undefined
    setSeen({ chat, replyId, isLoading, silentId, unsaid })
  }

  let children = ''
  if (isLoading) children = unsaid ? `${say(unsaid)} ${replying}` : replying
  else if (reply && replyId !== silentId) children = say(reply)
  return { role: 'status', style: visuallyHidden, children }
}
