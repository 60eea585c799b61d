import type { StreamStore } from './stream-store.js'

export type Watcher = Parameters<StreamStore['watch']>[1]
export type Change = Parameters<Watcher>[0]

/** Who watches which stream, by its id or its channel. */
export interface Watchers {
  has(id: string): boolean
  /** Returns how to remove it. */
  add(id: string, watcher: Watcher): () => void
  tell(id: string, change: Change): void
  tellAll(change: Change): void
}

export function createWatchers(
  /** Called when the last of a stream's watchers has gone. */
  onUnwatched: (id: string) => void = () => {},
): Watchers {
  const all = new Map<string, Set<Watcher>>()
  return {
    has: (id) => all.has(id),
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
    tellAll(change) {
      for (const watchers of all.values()) for (const watcher of watchers) watcher(change)
    },
  }
}
