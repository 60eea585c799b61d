/** Calls back when a signal aborts, which may be the user's; returns how to stop that. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener?.('abort', listener)
  // Removed by hand: Node's garbage collector may take a listener added with the `signal` option.
  return () => signal?.removeEventListener?.('abort', listener)
}
