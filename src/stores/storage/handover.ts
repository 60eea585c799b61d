const handovers = new WeakMap<object, Map<string, Promise<void>>>()

/**
 * A component has left, and a slow storage is still saving under its key. One that comes in its place has
 * to wait for that: each would overwrite what the other has saved.
 */
export function handOver(storage: object, key: string, saving: Promise<void>): void {
  const byKey = handovers.get(storage) ?? new Map<string, Promise<void>>()
  handovers.set(storage, byKey.set(key, saving))
  void saving.then(() => {
    if (byKey.get(key) === saving) byKey.delete(key)
  })
}

/** What is still being saved under the key, if anything. */
export function handedOver(storage: object, key: string): Promise<void> | undefined {
  return handovers.get(storage)?.get(key)
}
