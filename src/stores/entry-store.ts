import type { Store } from './publisher.js'

/** One entry of a published collection as a store of its own: its subscribers hear of no other entry. */
export function entryStore<T>(
  whole: Pick<Store<unknown>, 'subscribe'>,
  getSnapshot: () => T | undefined,
): Store<T | undefined> {
  return {
    getSnapshot,
    getInitialSnapshot: () => undefined,
    subscribe(listener, ...seen) {
      // By its length, because a snapshot may be `undefined`.
      let [last] = seen.length > 0 ? seen : [getSnapshot()]
      function tell(): void {
        if (last === getSnapshot()) return
        last = getSnapshot()
        listener()
      }
      const unsubscribe = whole.subscribe(tell)
      tell()
      return unsubscribe
    },
  }
}
