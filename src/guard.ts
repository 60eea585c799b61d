/**
 * Calls a callback of the user's. What it throws is reported globally, as the DOM does for event
 * listeners, so that it stops neither the stream nor other callbacks.
 */
export function guard<T>(callback: () => T): T | undefined {
  try {
    return callback()
  } catch (error) {
    report(error)
    return undefined
  }
}

export function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else
    setTimeout(() => {
      throw error
    })
}
