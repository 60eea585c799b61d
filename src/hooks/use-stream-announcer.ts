'use client'

import { useState } from 'react'
import type { CSSProperties } from 'react'
import type { ChatMessage } from '../protocols/message/message.js'
import type { Chat, ChatSnapshot } from '../stores/chat/chat-types.js'

type Settled = Exclude<ChatMessage['status'], 'pending' | 'streaming'>

/**
 * The texts that are announced: while a reply is received, and by its status when it has settled. In the
 * `content` that they get, a space stands between the text before a tool call and the text after it.
 */
export interface StreamAnnouncerTexts extends Record<Settled, (reply: ChatMessage) => string> {
  /** Announced while a reply is received. */
  replying: string
}

/** What of a chat is announced: the result of `useStreamChat`, or less of it. */
export interface AnnouncedChat extends Pick<ChatSnapshot, 'isLoading' | 'reply'> {
  /** Tells when another chat is shown, whose last reply is not read out. */
  chat?: Chat | undefined
  /** Where a reply is found that settled as the next one began. Default: it is not announced. */
  messages?: readonly ChatMessage[] | undefined
}

/** Props for a `<p>` or a `<div>` of its own, which has to be in the page before a reply comes. */
export interface StreamAnnouncerProps {
  role: 'status'
  style: CSSProperties
  children: string
}

/** What the last render showed, and what follows from it. */
interface Seen {
  chat: Chat | undefined
  replyId: string | undefined
  isLoading: boolean
  /** The reply that had settled before the component was mounted, or given this chat: it is not read out. */
  silentId: string | undefined
  /** A reply that settled, while the next one began, between two renders: it is announced with the next. */
  unsaid?: ChatMessage | undefined
}

const defaultTexts: StreamAnnouncerTexts = {
  replying: 'Replying.',
  complete: ({ content }) => content,
  stopped: () => 'Reply stopped.',
  interrupted: ({ content }) => `Reply interrupted. ${content}`,
  error: ({ error }) => `Reply failed. ${error?.message ?? ''}`,
}

/** Invisible, but in the accessibility tree, out of which `display: none` would take it. */
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
 * Tells screen readers that a reply is coming and, once it has settled, what it says: a polite live
 * region that changes twice per reply, not with each token. If the next reply begins at the moment one
 * settles, both are announced together. A reply that had settled before the component was mounted, or
 * given this chat, is not read out. `texts` replaces the English texts.
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
  { chat, isLoading, reply, messages = [] }: AnnouncedChat,
  texts?: { [Name in keyof StreamAnnouncerTexts]?: StreamAnnouncerTexts[Name] | undefined },
): StreamAnnouncerProps {
  const textOf = <Name extends keyof StreamAnnouncerTexts>(name: Name) =>
    texts?.[name] ?? defaultTexts[name]
  const replying = textOf('replying')
  const say = (message: ChatMessage): string =>
    textOf(message.status as Settled)?.({ ...message, content: spoken(message) }) ?? ''

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
  if (isLoading) children = unsaid ? `${say(unsaid)} ${replying}`.trim() : replying
  else if (reply && replyId !== silentId) children = say(reply)
  return { role: 'status', style: visuallyHidden, children }
}

/** Without a space, what is said before a tool call would run into what is said after it. */
function spoken({ content, parts }: ChatMessage): string {
  return parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join(' ') || content
}
