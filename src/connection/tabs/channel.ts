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
