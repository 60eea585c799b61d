import type { Store } from './publisher.js'

/** A store whose snapshots `compute` makes of another store's, once for each, before subscribers are told. */
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

  // Computes each publication, even without subscribers: `compute` may build on the earlier ones.
  source.subscribe(getSnapshot, seen)

  return {
    getSnapshot,
    getInitialSnapshot: () => initial,
    subscribe(listener, ...seenBefore) {
      const unsubscribe = source.subscribe(listener)
      // `length` tells whether a snapshot was given, because that may be `undefined`.
      if (seenBefore.length > 0 && seenBefore[0] !== getSnapshot()) listener()
      return unsubscribe
    },
  }
}
