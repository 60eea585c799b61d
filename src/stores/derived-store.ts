import type { Store } from './publisher.js'

/** A store of what `compute` makes of another store's snapshots: once for each, before subscribers are told. */
export function deriveStore<Source, Snapshot>(
  source: Store<Source>,
  compute: (snapshot: Source) => Snapshot,
): Store<Snapshot> {
  const initial = compute(source.getInitialSnapshot())
  let seen = source.getInitialSnapshot()
  let snapshot = initial

  function getSnapshot(): Snapshot {
    const current = source.getSnapshot()
    if (current !== seen) snapshot = compute((seen = current))
    return snapshot
  }

  // Every publication is computed, even while nobody looks: `compute` may build on those before it.
  source.subscribe(getSnapshot, seen)

  return {
    getSnapshot,
    getInitialSnapshot: () => initial,
    subscribe(listener, ...seenBefore) {
      const unsubscribe = source.subscribe(listener)
      // By its length, because a snapshot may be `undefined`.
      if (seenBefore.length > 0 && seenBefore[0] !== getSnapshot()) listener()
      return unsubscribe
    },
  }
}
