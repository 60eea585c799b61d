import type { Environment } from '../connection/environment.js'

export interface Retention {
  /**
   * Says that the store is in use, which opens it; returns how to leave. `owner` is whoever made the
   * store: when it leaves, nothing stays open, not even what was opened by hand.
   */
  retain(owner?: boolean): () => void
  isRetained(): boolean
}

/**
 * Counts who uses a store. The first one opens it; the last one to leave releases it one macrotask
 * later, and whoever comes before that keeps it: StrictMode's second mount, a moved component.
 */
export function createRetention(
  environment: Environment,
  open: () => void,
  release: (byOwner: boolean) => void,
): Retention {
  let users = 0
  let cancelRelease: (() => void) | undefined

  function leave(owner: boolean): void {
    users -= 1
    if (users > 0) return
    cancelRelease = environment.delay(() => {
      cancelRelease = undefined
      release(owner)
    }, 0)
  }

  return {
    isRetained: () => users > 0 || cancelRelease !== undefined,
    retain(owner = false) {
      users += 1
      if (cancelRelease) {
        cancelRelease()
        cancelRelease = undefined
      } else if (users === 1) open()
      let left = false
      return () => {
        if (!left) leave(owner)
        left = true
      }
    },
  }
}
