'use client'

import { useEffect, useState } from 'react'
import { createTypist } from './typist.js'

/** How `useSmoothText` types. */
export interface SmoothTextOptions {
  /** May more come? Once `false`, the whole text is returned at once. Default `true`. */
  isStreaming?: boolean
}

/**
 * Types out evenly a text that grows in uneven chunks, grapheme by grapheme (`Intl.Segmenter`).
 *
 * The further behind, the faster: nothing waits longer than half a second. What is there at the first
 * render, and text that does not continue what is shown, is returned whole; so is everything for
 * those who prefer reduced motion. Renders at most once a frame, and never when nothing is left to type.
 *
 * @example
 * ```tsx
 * import { useSmoothText, type ChatMessage } from 'brooklet'
 *
 * function Reply({ message }: { message: ChatMessage }) {
 *   const text = useSmoothText(message.content, { isStreaming: message.status === 'streaming' })
 *   return <p>{text}</p>
 * }
 * ```
 */
export function useSmoothText(
  text: string,
  { isStreaming = true }: SmoothTextOptions = {},
): string {
  const [typist] = useState(createTypist)
  const [shown, setShown] = useState(text)
  const isTyping = isStreaming && text.length > shown.length && text.startsWith(shown)
  if (!isTyping && shown !== text) setShown(text)

  // A frame is asked for only once the last one is rendered: a busy page is not pressed further.
  useEffect(() => {
    if (!isTyping) return undefined
    let frame = requestAnimationFrame(step)
    function step(now: number): void {
      const next = prefersReducedMotion() ? text : typist.type(text, shown, now)
      if (next === shown) frame = requestAnimationFrame(step)
      else setShown(next)
    }
    return () => cancelAnimationFrame(frame)
  }, [typist, text, shown, isTyping])

  return isTyping ? shown : text
}

function prefersReducedMotion(): boolean {
  // React Native and jsdom have no `matchMedia`.
  return globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false
}
