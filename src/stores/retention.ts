import type { Environment } from '../connection/environment.js'

export interface Retention {
  /**
   * Says that the store is in use, which opens it; returns how to leave. `owner`: who calls this has made
   * the store, and when it leaves, nothing stays open, not even what was opened by hand.
   */
  retain: (owner?: boolean) => () => void
  isRetained: () => boolean
}

/**
 * Counts who uses a store. Each one that comes calls `open`. The last one to leave calls `release`, one
 * macrotask later, unless another one has come by then: StrictMode's second mount, a moved component.
 */
export function createRetention(
  environment: Environment,
  open: () => void,
  release: (byOwner: boolean) => void,
): Retention {
  /** A user that has left counts until its macrotask is over. */
  let users = 0

  return {
    isRetained: () => users > 0,
    retain(owner = false) {
      users += 1
      open()
      let hasLeft = false
      return () => {
        if (hasLeft) return
        hasLeft = true
        environment.delay(() => {
          users -= 1
          if (users === 0) release(owner)
        }, 0)
      }
    },
  }
}
