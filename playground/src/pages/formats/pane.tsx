import { useStickToBottom } from 'brooklet'
import type { ReactNode } from 'react'

interface PaneProps {
  title: string
  /** Of the stream, whose pane it is. */
  stream: string
  children: ReactNode
}

/** A titled box that scrolls along with what comes. */
export function Pane({ title, stream, children }: PaneProps) {
  const { scrollerRef, contentRef } = useStickToBottom()
  return (
    <div className="pane">
      <h3>{title}</h3>
      {/* It scrolls, so the keyboard must reach it. */}
      <div
        ref={scrollerRef}
        className="pane-scroller"
        tabIndex={0}
        role="region"
        aria-label={`${stream}: ${title}`}
      >
        <div ref={contentRef}>{children}</div>
      </div>
    </div>
  )
}
