/** By storage and key. What has settled stays: it is no larger than its key. */
const handovers = new WeakMap<object, Map<string, Promise<void>>>()

/**
 * A component has left, and a slow storage is still saving under its key. One that comes in its place has
 * to wait for that: each would overwrite what the other has saved.
 */
export function handOver(storage: object, key: string, saving: Promise<void>): void {
  const byKey = handovers.get(storage) ?? new Map<string, Promise<void>>()
  handovers.set(storage, byKey.set(key, saving))
}

/** Settles when all has been saved that was left under the key. */
export function handedOver(storage: object, key: string): Promise<void> | undefined {
  return handovers.get(storage)?.get(key)
}
