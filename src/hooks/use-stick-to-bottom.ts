'use client'

import { useState } from 'react'
import { createSticker } from './sticker.js'

/** What `useStickToBottom` returns. */
export interface UseStickToBottomResult {
  /** The ref of the element that scrolls. */
  scrollerRef: (element: HTMLElement | null) => void
  /** The ref of the element inside it that grows. */
  contentRef: (element: HTMLElement | null) => void
  /** Whether it is at the bottom, and follows the content as it grows. */
  isAtBottom: boolean
  /** Scrolls to the bottom, and follows the content from then on. */
  scrollToBottom: () => void
}

/**
 * Keeps a scrolling element at its bottom while its content grows. It lets go when the reader scrolls
 * up, and sticks again when they come back to within 64 pixels of the bottom. While they select text in
 * it, it does not scroll. It begins at the bottom.
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
