/** Whether there is what tabs need: a lock, to elect one of them, and a channel, to hear its reports. */
export function hasTabs(): boolean {
  return globalThis.navigator?.locks !== undefined && typeof BroadcastChannel !== 'undefined'
}

/**
 * A channel to the other tabs; `undefined` where the browser forbids one, as it does when it is set to
 * keep no data.
 */
export function openTabChannel(
  name: string,
  onMessage: (event: MessageEvent) => void,
): BroadcastChannel | undefined {
  try {
    const channel = new BroadcastChannel(name)
    channel.addEventListener('message', onMessage)
    return channel
  } catch {
    return undefined
  }
}
