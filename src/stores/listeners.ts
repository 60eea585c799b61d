import { guard } from '../guard.js'

export interface Listeners {
  /** Adds one; returns how to remove it. The same function may be added twice. */
  add(listener: () => void): () => void
  notify(): void
}

export function createListeners(): Listeners {
  const listeners = new Set<() => void>()
  return {
    add(listener) {
      const entry = (): void => listener()
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    notify() {
      const told = [...listeners]
      for (const listener of told) guard(listener)
    },
  }
}
