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
 * a polite live region a reply, not one a token. A reply that had settled before the component was
 * mounted is not read out. `texts` replaces the English ones.
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
  { isLoading, reply }: Pick<ChatSnapshot, 'isLoading' | 'reply'>,
  texts?: Partial<StreamAnnouncerTexts>,
): StreamAnnouncerProps {
  const [isAwaited, setIsAwaited] = useState(isLoading)
  if (isLoading && !isAwaited) setIsAwaited(true)

  const { replying, ...settled } = { ...defaultTexts, ...texts }
  let children = ''
  if (isLoading) children = replying
  else if (isAwaited && reply) children = settled[reply.status as Settled]?.(reply) ?? ''
  return { role: 'status', style: visuallyHidden, children }
}
