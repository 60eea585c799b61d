import type { Environment } from '../connection/environment.js'
import { guard } from '../guard.js'

/** What a framework binds to: a snapshot, and a way to be told of its changes. */
export interface Store<Snapshot> {
  /** The published state. It changes only when subscribers are told. */
  getSnapshot: () => Snapshot
  /** The state before anything happened: what a server renders, and hydration starts from. */
  getInitialSnapshot: () => Snapshot
  // A method, whose parameters are bivariant: otherwise no store would be a `Store<unknown>`.
  /**
   * Calls back after each publication; returns how to stop that. If `seen` is given and no longer the
   * newest snapshot, it also calls back at once, so that no publication is missed.
   */
  subscribe(this: void, listener: () => void, seen?: Snapshot): () => void
}

export interface Publisher<Snapshot> extends Store<Snapshot> {
  /** Something has changed: publishes with the next animation frame. */
  change(): void
  /** Publishes now: for a user's own action, or the end of a stream. */
  publish(): void
}

/** Whether the publication that listeners are told of came with an animation frame, not with an action. */
export let isOfFrame = false

/**
 * The one place that decides when subscribers are told. Stores are mutable inside: once per publication,
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
    // One that is told may end another one's subscription, or begin one.
    for (const listener of new Set(listeners)) if (listeners.has(listener)) guard(listener)
  }

  return {
    getSnapshot: () => snapshot,
    getInitialSnapshot: () => initial,
    subscribe(listener, seen = snapshot) {
      // A new function: the same listener may subscribe twice, and end each subscription by itself.
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
