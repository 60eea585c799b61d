/** Milliseconds before a store that failed is asked again. */
const pause = 500

/** Asks a store once, if nothing depends on the answer: `undefined` if it fails. */
export async function attempt<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}

/** Asks a store until it answers, or until it fails after the signal has aborted: then `undefined`. */
export async function insist<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal,
  /** Called with the first failure. */
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
