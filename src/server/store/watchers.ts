import type { StreamStore } from './stream-store.js'

type Watcher = Parameters<StreamStore['watch']>[1]

/** Who watches which of a store's streams. */
export interface Watchers {
  /** The streams that somebody watches. */
  ids(): Iterable<string>
  /** Returns how to remove it. */
  add(id: string, watcher: Watcher): () => void
  tell(id: string, change: Parameters<Watcher>[0]): void
}

export function createWatchers(
  /** Called when the last of a stream's watchers has gone. */
  onUnwatched: (id: string) => void = () => {},
): Watchers {
  const all = new Map<string, Set<Watcher>>()
  return {
    ids: () => all.keys(),
    add(id, watcher) {
      const watchers = all.get(id) ?? new Set()
      all.set(id, watchers.add(watcher))
      return () => {
        if (!watchers.delete(watcher) || watchers.size > 0) return
        all.delete(id)
        onUnwatched(id)
      }
    },
    tell(id, change) {
      for (const watcher of all.get(id) ?? []) watcher(change)
    },
  }
}
