import type { Store } from './publisher.js'

/** One entry of a published collection as a store: its subscribers are told only when this entry changes. */
export function entryStore<T>(
  whole: Pick<Store<unknown>, 'subscribe'>,
  getSnapshot: () => T | undefined,
): Store<T | undefined> {
  return {
    getSnapshot,
    getInitialSnapshot: () => undefined,
    subscribe(listener, ...seen) {
      // `length` tells whether a snapshot was given, because that may be `undefined`.
      let last = seen.length > 0 ? seen[0] : getSnapshot()
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
