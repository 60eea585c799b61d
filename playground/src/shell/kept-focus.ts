import { useEffect } from 'react'
import type { RefObject } from 'react'

/**
 * Keeps the keyboard where it is: when what has the focus goes away, as a button does that has done
 * its work, the nearest element around it that can have the focus gets it, and not the whole page.
 */
export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current!
    /** What was focused last, and all around it, from the inside out. */
    let path: readonly EventTarget[] = []

    function note(event: FocusEvent): void {
      path = event.composedPath()
    }

    const observer = new MutationObserver(() => {
      const [focused] = path
      if (!(focused instanceof Element) || focused.isConnected) return
      if (document.activeElement === document.body) nearest(path)?.focus({ preventScroll: true })
      path = []
    })
    element.addEventListener('focusin', note)
    observer.observe(element, { childList: true, subtree: true })
    return () => {
      element.removeEventListener('focusin', note)
      observer.disconnect()
    }
  }, [root])
}

function nearest(path: readonly EventTarget[]): HTMLElement | undefined {
  return path.find(
    (each): each is HTMLElement =>
      each instanceof HTMLElement && each.isConnected && each.hasAttribute('tabindex'),
  )
}
