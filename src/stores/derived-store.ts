import type { Store } from './publisher.js'

/** A store of what is computed of another one, once a publication, before its subscribers are told. */
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

  // Each is computed, whether or not anybody looks: what the source shows may depend on its past.
  source.subscribe(getSnapshot, seen)

  return {
    getSnapshot,
    getInitialSnapshot: () => initial,
    subscribe(listener, ...seenBefore) {
      const unsubscribe = source.subscribe(listener)
      if (seenBefore.length > 0 && seenBefore[0] !== getSnapshot()) listener()
      return unsubscribe
    },
  }
}
