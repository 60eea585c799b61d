import type { Environment } from '../environment.js'

interface TabLife {
  /** The page is left, or frozen. */
  onLeave(): void
  /** The page is shown or come back to, its network is back, or the machine has slept. */
  onReturn(): void
}

/** Calls back when a tab leaves the others and when it comes back; returns how to stop that. */
export function watchLife({ watchPage }: Environment, { onLeave, onReturn }: TabLife): () => void {
  const page = globalThis.document
  const unwatchPage = watchPage((change) => {
    if (change === 'pagehide') onLeave()
    else onReturn()
  })
  page?.addEventListener('freeze', onLeave)
  page?.addEventListener('resume', onReturn)
  return () => {
    unwatchPage()
    page?.removeEventListener('freeze', onLeave)
    page?.removeEventListener('resume', onReturn)
  }
}
