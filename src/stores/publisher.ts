import type { Environment } from '../connection/environment.js'
import { guard } from '../guard.js'

/** What a framework binds to: a snapshot, and word of its changes. */
export interface Store<Snapshot> {
  /** The published state. It changes only when subscribers are told. */
  getSnapshot: () => Snapshot
  /** The state before anything happened: what a server renders, and hydration starts from. */
  getInitialSnapshot: () => Snapshot
  // A method, unlike the other functions, which need no `this` either: else no store is a `Store<unknown>`.
  /**
   * Calls back after each publication; returns how to stop it. Where `seen` is given and is no
   * longer the newest snapshot, it calls back at once, so that nothing between is missed.
   */
  subscribe(this: void, listener: () => void, ...seen: [snapshot?: Snapshot]): () => void
}

export interface Publisher<Snapshot> extends Store<Snapshot> {
  /** Something changed: publish with the next frame. */
  change(): void
  /** Publish now: a user's own action, the end of a stream. */
  publish(): void
}

/** The publication that listeners hear of came with its frame, not with somebody's action. */
export let isOfFrame = false

/**
 * The one place that decides when subscribers are told. Stores are mutable inside: once a publication,
 * `build` makes the immutable snapshot that is seen outside.
 */
export function createPublisher<Snapshot>(
  build: () => Snapshot,
  environment: Environment,
): Publisher<Snapshot> {
  const listeners = new Set<() => void>()
  const initial = build()
  let snapshot = initial
  let cancelFrame: (() => void) | undefined

  function publish(): void {
    cancelFrame?.()
    cancelFrame = undefined
    snapshot = build()
    const told = [...listeners]
    // A listener may end another one's subscription.
    for (const listener of told) if (listeners.has(listener)) guard(listener)
  }

  return {
    getSnapshot: () => snapshot,
    getInitialSnapshot: () => initial,
    subscribe(listener, seen = snapshot) {
      // An entry of its own: the same function may subscribe twice, and each may leave.
      const entry = (): void => listener()
      listeners.add(entry)
      if (seen !== snapshot) listener()
      return () => void listeners.delete(entry)
    },
    change() {
      cancelFrame ??= environment.frame(() => {
        isOfFrame = true
        publish()
        isOfFrame = false
      })
    },
    publish,
  }
}
