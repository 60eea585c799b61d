/** A tab's candidacy for the lock: whoever holds it leads. Browsers release it when its tab is gone. */
export interface Candidacy {
  /** Waits for the lock, or with `steal` takes it from the tab that has it. */
  stand(steal?: boolean): void
  /** Gives up the lock, or the wait for it. */
  withdraw(): void
}

export function createCandidacy(
  name: string,
  { onElected, onRobbed }: { onElected(): void; onRobbed(): void },
): Candidacy {
  let candidacy = new AbortController()

  function stand(steal = false): void {
    withdraw()
    candidacy = new AbortController()
    const { signal } = candidacy

    function hold(): Promise<void> | undefined {
      if (signal.aborted) return undefined
      const held = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve())
      })
      onElected()
      return held
    }

    function onRefused(error: Error): void {
      if (signal.aborted) return
      if (error.name === 'AbortError') onRobbed()
      // The page may have no locks, in a sandboxed frame for example: then each tab has its own connection.
      else onElected()
    }

    // Stealing is granted at once, and allows no signal.
    const options: LockOptions = steal ? { steal } : { signal }
    navigator.locks.request(name, options, hold).catch(onRefused)
  }

  function withdraw(): void {
    candidacy.abort()
  }

  return { stand, withdraw }
}
