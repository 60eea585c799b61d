/** Whether tabs can agree on one of them: by a lock that it holds, and a channel on which it is heard. */
export function hasTabs(): boolean {
  return globalThis.navigator?.locks !== undefined && typeof BroadcastChannel !== 'undefined'
}

/**
 * A channel to the other tabs; `undefined` where the browser has none, or is set to keep no data,
 * which forbids it.
 */
export function openTabChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name)
  } catch {
    return undefined
  }
}
