/** The name of the lock of the tab that receives a reply or runs a call. */
export function lockName(thing: 'reply' | 'call', key: string, id: string): string {
  return `brooklet-${thing}:${key}:${id}`
}

/** Waits for a lock, or with `ifAvailable` only tries to get it, and holds it. Returns how to leave it. */
export function requestLock(
  name: string,
  onAnswer: (isHeld: boolean) => unknown,
  ifAvailable: boolean,
): () => void {
  const leaving = new AbortController()
  const { signal } = leaving

  async function answer(lock: Lock | null): Promise<void> {
    if (signal.aborted) return
    onAnswer(lock !== null)
    // `onAnswer` may have left it.
    if (!lock || signal.aborted) return
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }

  async function request(): Promise<void> {
    // It may be left at once, as in StrictMode, and must not be in the way of the next request then.
    await Promise.resolve()
    if (signal.aborted) return
    try {
      await navigator.locks.request(name, ifAvailable ? { ifAvailable } : { signal }, answer)
    } catch {
      // There are no locks, or none for this page, as in a sandboxed frame; or the request was aborted.
      if (ifAvailable && !signal.aborted) onAnswer(true)
    }
  }

  void request()
  return () => leaving.abort()
}
