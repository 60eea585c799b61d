import type { Environment } from '../connection/environment.js'

export interface Retention {
  /**
   * Marks the store as in use, which opens it; returns how to end that. `owner`: the caller has made the
   * store, and when it leaves, nothing stays open, not even what was opened by hand.
   */
  retain: (owner?: boolean) => () => void
  isRetained: () => boolean
}

/**
 * Counts the users of a store. Each new one calls `open`. The last one to leave calls `release`, one
 * macrotask later, unless another has come by then, as in StrictMode, or when a component is moved.
 */
export function createRetention(
  environment: Environment,
  open: () => void,
  release: (isOwned: boolean) => void,
): Retention {
  /** A user that has left counts until that macrotask. */
  let users = 0
  /** Who has made it is or was among them. */
  let isOwned = false

  return {
    isRetained: () => users > 0,
    retain(owner = false) {
      users += 1
      isOwned ||= owner
      open()
      let hasLeft = false
      return () => {
        if (hasLeft) return
        hasLeft = true
        environment.delay(() => {
          users -= 1
          if (users === 0) release(isOwned)
        }, 0)
      }
    },
  }
}
