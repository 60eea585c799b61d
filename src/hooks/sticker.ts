/** Pixels from the bottom within which scrolling down sticks to it again. */
const near = 64
/** Pixels from the bottom that still count as at the bottom: in a zoomed page positions are fractions. */
const rounding = 2

export interface Sticker {
  scrollerRef(element: HTMLElement | null): void
  contentRef(element: HTMLElement | null): void
  scrollToBottom(): void
}

/**
 * Keeps a scrolling box at its bottom while its content grows. Only scrolling up lets go of the bottom,
 * not being far from it: the bottom moves away by itself when much content comes between two frames.
 */
export function createSticker(onChange: (isAtBottom: boolean) => void): Sticker {
  let scroller: HTMLElement | null = null
  let content: HTMLElement | null = null
  let observer: ResizeObserver | undefined
  let sticks = true
  let lastTop = 0
  let isHeld = false

  function stick(next: boolean): void {
    sticks = next
    onChange(next)
  }

  function distance(): number {
    return scroller!.scrollHeight - scroller!.clientHeight - scroller!.scrollTop
  }

  function onScroll(): void {
    const { scrollTop } = scroller!
    if (scrollTop < lastTop) stick(distance() < rounding)
    else if (scrollTop > lastTop && distance() < near) stick(true)
    lastTop = scrollTop
  }

  function onResize(): void {
    if (!scroller) return
    // A hidden box measures 0 everywhere, and would seem to be at its bottom.
    if (!sticks && scroller.clientHeight > 0 && distance() < rounding) stick(true)
    if (!sticks) return
    // Text that is being selected must not move under the pointer.
    isHeld = isSelected(scroller)
    if (isHeld) return
    // With `scroll-behavior: smooth` each frame would start another animation, and none would arrive.
    scroller.scrollTo({ top: scroller.scrollHeight, behavior: 'instant' })
    noteTop()
  }

  function onSelectionChange(): void {
    if (isHeld) onResize()
  }

  /**
   * A text field that grows with its text is collapsed for a moment to be measured. The box beside it is
   * taller then, and Firefox and Safari scroll it up. So it sticks again in the next frame.
   */
  function onInput(): void {
    if (!sticks) return
    requestAnimationFrame(() => {
      stick(true)
      onResize()
    })
  }

  /** Not left to the `scroll` event of our own scroll: the reader may scroll up before that comes. */
  function noteTop(): void {
    lastTop = scroller!.scrollTop
  }

  function listen(isOn: boolean): void {
    const method = isOn ? 'addEventListener' : 'removeEventListener'
    scroller![method]('scroll', onScroll)
    scroller!.ownerDocument[method]('selectionchange', onSelectionChange)
    scroller!.ownerDocument[method]('input', onInput)
    observe(scroller!, isOn)
  }

  function observe(element: HTMLElement, isOn: boolean): void {
    if (!globalThis.ResizeObserver) return // jsdom
    observer ??= new ResizeObserver(onResize)
    observer[isOn ? 'observe' : 'unobserve'](element)
  }

  return {
    scrollerRef(element) {
      if (!element) return listen(false)
      // The same element again: a hidden Activity is shown again, scrolled as the reader left it.
      if (element !== scroller) stick(true)
      scroller = element
      lastTop = element.scrollTop
      listen(true)
    },
    contentRef(element) {
      if (content) observe(content, false)
      content = element
      if (content) observe(content, true)
    },
    scrollToBottom() {
      if (!scroller) return
      stick(true)
      scroller.scrollTop = scroller.scrollHeight
      noteTop()
    },
  }
}

function isSelected(element: HTMLElement): boolean {
  const selection = element.ownerDocument.getSelection()
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true)
}
