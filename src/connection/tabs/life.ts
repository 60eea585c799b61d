import type { Environment } from '../environment.js'

export interface TabLife {
  onLeave(): void
  /** The page is shown or come back to, its network is back, or the machine has slept. */
  onReturn(): void
  onFreeze(): void
  onThaw(): void
}

/** Tells when a tab leaves the others and when it comes back; returns how to stop that. */
export function watchLife({ watchPage }: Environment, life: TabLife): () => void {
  const page = globalThis.document
  const unwatchPage = watchPage((change) => {
    if (change === 'pagehide') life.onLeave()
    else life.onReturn()
  })
  page?.addEventListener('freeze', life.onFreeze)
  page?.addEventListener('resume', life.onThaw)
  return () => {
    unwatchPage()
    page?.removeEventListener('freeze', life.onFreeze)
    page?.removeEventListener('resume', life.onThaw)
  }
}
