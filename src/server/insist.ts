/** Milliseconds before a store that failed is asked again. */
const pause = 500

/**
 * Asks a store until it answers. Once the signal has aborted, no failure is followed by another try:
 * then it resolves to `undefined`.
 */
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
      if (signal.aborted) return undefined
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
