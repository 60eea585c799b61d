/** What several components follow, kept outside of React: a plain module can read and set it, too. */
import { useSyncExternalStore } from 'react'

export interface Value<T> {
  get(): T
  set(next: T): void
  subscribe(listener: () => void): () => void
}

export function createValue<T>(first: T): Value<T> {
  const listeners = new Set<() => void>()
  let value = first
  return {
    get: () => value,
    set(next) {
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export function useValue<T>({ get, subscribe }: Value<T>): T {
  return useSyncExternalStore(subscribe, get)
}
