'use client'

import { useState } from 'react'
import type { CSSProperties } from 'react'
import type { ChatMessage } from '../protocols/message.js'
import type { ChatSnapshot } from '../stores/chat-types.js'

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
  /** Of the reply that is awaited, or was until it settled. */
  id?: string | undefined
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
    isLoading,
    reply,
    messages = [],
  }: Partial<ChatSnapshot> & Pick<ChatSnapshot, 'isLoading' | 'reply'>,
  texts?: Partial<StreamAnnouncerTexts>,
): StreamAnnouncerProps {
  const { replying, ...settled } = { ...defaultTexts, ...texts }
  const say = (message: ChatMessage): string => settled[message.status as Settled]?.(message) ?? ''

  const [seen, setSeen] = useState<Seen>({ isLoading: false })
  // A page may leave the reply out while it comes.
  const isAnyAwaited = isLoading || (seen.isLoading && seen.id === undefined)
  const id = isAnyAwaited || reply?.id === seen.id ? reply?.id : undefined
  let { before } = seen
  if (id !== seen.id || isLoading !== seen.isLoading) {
    const isNext = isLoading && seen.isLoading
    before = isNext ? messages.find((message) => message.id === seen.id) : undefined
    setSeen({ id, isLoading, before })
  }

  let children = ''
  if (isLoading) children = before ? `${say(before)} ${replying}` : replying
  else if (reply && reply.id === id) children = say(reply)
  return { role: 'status', style: visuallyHidden, children }
}
