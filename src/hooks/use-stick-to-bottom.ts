'use client'

import { useState } from 'react'
import { createSticker } from './sticker.js'

/** What `useStickToBottom` returns. */
export interface UseStickToBottomResult {
  /** For the element that scrolls. */
  scrollerRef: (element: HTMLElement | null) => void
  /** For the element inside of it that grows. */
  contentRef: (element: HTMLElement | null) => void
  /** Does it follow what comes? */
  isAtBottom: boolean
  /** Scrolls there, and follows from then on. */
  scrollToBottom: () => void
}

/**
 * Keeps a scrolling element at its bottom while its content grows; lets go when the reader scrolls
 * up, and sticks again when they come back to within 64 pixels. While they select text in it,
 * nothing moves. It begins at the bottom.
 *
 * @example
 * ```tsx
 * import { useStickToBottom, useStreamChat } from 'brooklet'
 *
 * function Conversation() {
 *   const { messages } = useStreamChat()
 *   const { scrollerRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom()
 *   return (
 *     <>
 *       <div ref={scrollerRef} tabIndex={0} style={{ height: 400, overflow: 'auto' }}>
 *         <ol ref={contentRef}>
 *           {messages.map(({ id, content }) => <li key={id}>{content}</li>)}
 *         </ol>
 *       </div>
 *       {isAtBottom ? null : <button onClick={scrollToBottom}>To the end</button>}
 *     </>
 *   )
 * }
 * ```
 */
export function useStickToBottom(): UseStickToBottomResult {
  const [isAtBottom, setIsAtBottom] = useState(true)
  const [sticker] = useState(() => createSticker(setIsAtBottom))
  const { scrollerRef, contentRef, scrollToBottom } = sticker
  return { scrollerRef, contentRef, isAtBottom, scrollToBottom }
}
