/**
 * Calls what the user handed in. What it throws is reported, as the platform does with an event
 * listener's, and neither the stream nor the next listener suffers.
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
