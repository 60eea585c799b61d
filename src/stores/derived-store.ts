import type { Store } from './publisher.js'

/** A store whose snapshots `compute` makes of another store's, once for each, before subscribers are told. */
export function deriveStore<Source, Snapshot extends object>(
  source: Store<Source>,
  compute: (snapshot: Source) => Snapshot,
): Store<Snapshot> {
  const initial = compute(source.getInitialSnapshot())
  let snapshot = initial
  let madeOf = source.getInitialSnapshot()

  function getSnapshot(): Snapshot {
    const current = source.getSnapshot()
    if (current !== madeOf) snapshot = compute((madeOf = current))
    return snapshot
  }

  // Computes each publication, even without subscribers: `compute` may build on the earlier ones.
  source.subscribe(getSnapshot, madeOf)

  return {
    getSnapshot,
    getInitialSnapshot: () => initial,
    subscribe(listener, seen = getSnapshot()) {
      const unsubscribe = source.subscribe(listener)
      if (seen !== getSnapshot()) listener()
      return unsubscribe
    },
  }
}
