'use client'

import { useEffect, useState } from 'react'
import { createTypist } from './typist.js'

/** The options of `useSmoothText`. */
export interface SmoothTextOptions {
  /** Whether more text may come. Once `false`, the whole text is returned at once. Default `true`. */
  isStreaming?: boolean | undefined
}

/**
 * Types out a text that grows in uneven chunks at an even pace, grapheme by grapheme (`Intl.Segmenter`).
 *
 * The further it is behind, the faster it types: nothing waits longer than half a second. The text of
 * the first render is returned whole, as is a text that does not begin with what is shown, and any text
 * for people who prefer reduced motion. Renders at most once a frame, and not when all is typed.
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

  // The next frame is requested only after the last one has rendered, to spare a page that is busy.
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
