'use client'

import { useState } from 'react'
import type { CSSProperties } from 'react'
import type { ChatMessage } from '../protocols/message.js'
import type { Chat, ChatSnapshot } from '../stores/chat-types.js'
import type { UseStreamChatResult } from './use-stream-chat.js'

type Settled = Exclude<ChatMessage['status'], 'pending' | 'streaming'>

/** What is said while a reply comes, and once it has settled, by its status. */
export interface StreamAnnouncerTexts extends Record<Settled, (reply: ChatMessage) => string> {
  replying: string
}

/** For an element of its own, which has to be there before a reply comes: a `<p>` or a `<div>`. */
export interface StreamAnnouncerProps {
  role: 'status'
  style: CSSProperties
  children: string
}

interface Seen {
  chat: Chat | undefined
  /** The reply that had settled before. */
  oldId: string | undefined
  id: string | undefined
  isLoading: boolean
  /** The reply that settled as this one began. */
  before?: ChatMessage | undefined
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
 * a polite live region a reply, not one a token. Where the next reply begins at once, what the last
 * one says comes with word of it. A reply that had settled before the component was mounted, or
 * while it was given another chat, is not read out. `texts` replaces the English ones.
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

  const id = reply?.id
  const [seen, setSeen] = useState<Seen>({ chat, oldId: id, id, isLoading: false })
  let { oldId, before } = seen
  const isOther = chat !== seen.chat
  if (isOther || id !== seen.id || isLoading !== seen.isLoading) {
    if (isOther) oldId = id
    if (isLoading) oldId = undefined
    const isNext = isLoading && seen.isLoading && !isOther
    before = isNext ? messages.find((message) => message.id === seen.id) : undefined
    setSeen({ chat, oldId, id, isLoading, before })
  }

  let children = ''
  if (isLoading) children = before ? `${say(before)} ${replying}` : replying
  else if (reply && id !== oldId) children = say(reply)
  return { role: 'status', style: visuallyHidden, children }
}
