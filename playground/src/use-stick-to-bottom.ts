import { useCallback, useEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

/** How near to the end counts as being there. */
const tolerance = 64

export interface StickToBottom {
  scroller: RefObject<HTMLDivElement | null>
  /** What grows inside of it. */
  content: RefObject<(HTMLTableElement & HTMLDivElement & HTMLOListElement) | null>
  isAtBottom: boolean
  jump(): void
}

/** Keeps a scrolling box at its end while it grows, as long as the reader has not scrolled away. */
export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLTableElement & HTMLDivElement & HTMLOListElement>(null)
  const [isAtBottom, setIsAtBottom] = useState(true)

  useEffect(() => {
    const box = scroller.current
    if (!box || !content.current) return undefined
    let sticks = true
    let lastTop = box.scrollTop

    function onScroll(): void {
      if (!box) return
      const distance = box.scrollHeight - box.clientHeight - box.scrollTop
      // Only moving up leaves the end: it also moves away by itself, when much comes between two frames.
      if (box.scrollTop < lastTop) sticks = distance < 2
      else if (distance < tolerance) sticks = true
      lastTop = box.scrollTop
      setIsAtBottom(sticks)
    }

    const observer = new ResizeObserver(() => {
      if (sticks) box.scrollTop = box.scrollHeight
    })
    observer.observe(content.current)
    observer.observe(box)
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      box.removeEventListener('scroll', onScroll)
    }
  }, [])

  const jump = useCallback(() => {
    const box = scroller.current
    if (box) box.scrollTop = box.scrollHeight
  }, [])

  return { scroller, content, isAtBottom, jump }
}
