/** To the other tabs; none where a browser is set to keep no data, which forbids it, or has no channels. */
export function openTabChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name)
  } catch {
    return undefined
  }
}
