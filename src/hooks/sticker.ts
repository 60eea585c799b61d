/** How near to the bottom, in pixels, scrolling down sticks to it again. */
const near = 64
/** What counts as being at the bottom, in pixels: zooming makes positions fractions. */
const rounding = 2

export interface Sticker {
  scrollerRef(element: HTMLElement | null): void
  contentRef(element: HTMLElement | null): void
  scrollToBottom(): void
}

/**
 * Keeps a scrolling box at its bottom while its content grows. Only scrolling up lets go of it: the
 * bottom also moves away by itself, when much comes between two frames.
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
    // A box that is hidden has no size, and no bottom.
    if (!sticks && scroller.clientHeight > 0 && distance() < rounding) stick(true)
    if (!sticks) return
    // Text that is being selected must not move under the pointer.
    isHeld = isSelected(scroller)
    if (isHeld) return
    // Where the page's CSS scrolls smoothly, each frame would begin a new glide, and none would arrive.
    scroller.scrollTo({ top: scroller.scrollHeight, behavior: 'instant' })
    noteTop()
  }

  function onSelectionChange(): void {
    if (isHeld) onResize()
  }

  /**
   * A field that fits its height to its text is measured at its smallest. For that moment the box
   * beside it is taller, and Firefox and Safari scroll it up.
   */
  function onInput(): void {
    if (!sticks) return
    requestAnimationFrame(() => {
      stick(true)
      onResize()
    })
  }

  /** Also called after each scroll of ours: the reader may scroll up before its `scroll` event comes. */
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
      // Where it is the same element, a hidden Activity is shown again, scrolled as the reader left it.
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
