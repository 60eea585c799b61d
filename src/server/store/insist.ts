/** Milliseconds before a store that failed is asked again. */
const pause = 500

/** Asks a store once, where nothing hangs on the answer: `undefined` where it fails. */
export async function attempt<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}

/** Asks a store until it answers. When a try has failed and the signal has aborted, it gives up: `undefined`. */
export async function insist<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal,
  /** Gets the first failure. */
  onFailure: (error: unknown) => void = () => {},
): Promise<Answer | undefined> {
  for (let failures = 0; ; failures++) {
    try {
      return await ask()
    } catch (error) {
      if (failures === 0) onFailure(error)
      await new Promise((resolve) => setTimeout(resolve, pause))
      if (signal.aborted) return undefined
    }
  }
}
