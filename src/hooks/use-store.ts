'use client'

import {
  useEffect,
  useLayoutEffect as useLayoutEffectInPage,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { isOfFrame, type Store } from '../stores/publisher.js'

/** `useLayoutEffect`, except on a server, where React 18 warns about it. */
export const useLayoutEffect: typeof useLayoutEffectInPage =
  typeof window === 'undefined' ? useEffect : useLayoutEffectInPage

const nothing = () => {}
const subscribeToNothing = () => nothing
const inPage = () => 'getSnapshot' as const
const onServer = () => 'getInitialSnapshot' as const

/**
 * The only place where React and a store meet. Renders when the result of `select` changes, or without
 * `select` when the snapshot does.
 *
 * Why `useSyncExternalStore` does not subscribe: its updates are synchronous, and each throws away what
 * a transition has rendered so far. With a store that changes every frame, a transition of 0.4 s
 * elsewhere on the page took 5.4 s; with ordinary state updates it takes its 0.4 s.
 */
export function useStore<Snapshot>(store: Store<Snapshot>): Snapshot
export function useStore<Snapshot, Selected>(
  store: Store<Snapshot>,
  select?: (snapshot: Snapshot) => Selected,
): Selected
export function useStore<Snapshot>(
  store: Store<Snapshot>,
  select: (snapshot: Snapshot) => unknown = identity,
): unknown {
  // The initial snapshot is only for a server and hydration. After that `read` never changes, so it causes
  // no synchronous update. All three arguments are constants: with new functions React would run an effect
  // of its own after each commit, which is one more task a frame.
  const read = useSyncExternalStore(subscribeToNothing, inPage, onServer)
  // A new object for each store and selector: updates made for an earlier one are ignored.
  const initial = useMemo(() => ({ select, snapshot: store[read]() }), [store, read, select])
  const [updated, setUpdated] = useState<{ initial: object; snapshot: Snapshot }>()
  const { snapshot } = updated?.initial === initial ? updated : initial
  const rendered = useRef(snapshot)
  useLayoutEffect(() => void (rendered.current = snapshot))
  const unsubscribe = useRef(nothing)

  function subscribe(): void {
    let seen = snapshot
    function onPublication(): void {
      const next = store.getSnapshot()
      try {
        if (Object.is(select(next), select(seen))) return
      } catch {
        // The selector has thrown. It does so again in the render, if the component is still there by then.
      }
      seen = next
      const update = { initial, snapshot: next }
      const before = rendered.current
      setUpdated(update)
      // State set within a React action (of a form, of a transition) is shown only when the action is
      // over, which may be after the whole reply. So it is set again outside of the action, unless it is
      // shown by then. In an animation frame no action runs, and this would cost a tenth of its time.
      if (isOfFrame) return
      queueMicrotask(() => {
        if (seen === next && rendered.current === before) setUpdated(update)
      })
    }
    unsubscribe.current()
    unsubscribe.current = store.subscribe(onPublication, snapshot)
  }
  // A layout effect, so that what storage restores in this commit is shown before the paint. `snapshot` is
  // no dependency, because only the first one is needed: `onPublication` keeps track of the others.
  // oxlint-disable-next-line react/exhaustive-deps
  useLayoutEffect(subscribe, [initial])
  // Not in the layout effect's cleanup, which Suspense runs for a tree that it hides: what the tree waits
  // for may come from this very store. Fast Refresh runs this cleanup, and then this effect, after the
  // layout effect.
  useEffect(() => {
    if (unsubscribe.current === nothing) subscribe()
    return () => {
      unsubscribe.current()
      unsubscribe.current = nothing
    }
    // oxlint-disable-next-line react/exhaustive-deps -- for a mount alone: the layout effect follows the store
  }, [])

  return select(snapshot)
}

function identity<Snapshot>(snapshot: Snapshot): Snapshot {
  return snapshot
}
