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

/** `useLayoutEffect`, but on a server, which has no layout, and where React 18 warns of it. */
export const useLayoutEffect: typeof useLayoutEffectInPage =
  typeof window === 'undefined' ? useEffect : useLayoutEffectInPage

const nothing = () => {}
const subscribeToNothing = () => nothing
const inPage = () => 'getSnapshot' as const
const onServer = () => 'getInitialSnapshot' as const

/**
 * The only place where React and a store meet: renders when what `select` takes of the snapshot
 * changes; without `select`, when the snapshot does.
 *
 * Why not `useSyncExternalStore`: its updates are synchronous, and each throws away what a transition
 * has rendered so far. With a store that changes every frame, a transition of 0.4 s elsewhere on the
 * page took 5.4 s; with ordinary state updates it takes its 0.4 s.
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
  // Only a server and hydration read the initial snapshot. From then on this value is the same, so it
  // never causes a synchronous update. All three are functions of the module: with new ones React
  // would run an effect of its own after each commit, which is one more task a frame.
  const read = useSyncExternalStore(subscribeToNothing, inPage, onServer)
  // A new object for another store or selector: an update that belongs to an earlier one is ignored.
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
        // A selector that throws does so again in the render, if the component is still there by then.
      }
      seen = next
      const update = { initial, snapshot: next }
      const before = rendered.current
      setUpdated(update)
      // State that is set within a React action (of a form, of a transition) is shown only when the
      // action is over, which may be after the whole reply. So it is set once more outside of it, unless
      // it is shown by then. Within a frame no action can run, and doing so would cost a tenth of it.
      if (isOfFrame) return
      queueMicrotask(() => {
        if (seen === next && rendered.current === before) setUpdated(update)
      })
    }
    unsubscribe.current()
    unsubscribe.current = store.subscribe(onPublication, snapshot)
  }
  // A layout effect: what storage restores in this very commit is shown before the paint. It depends on
  // no snapshot, because only the first one is needed: `onPublication` keeps track of the others.
  // oxlint-disable-next-line react/exhaustive-deps
  useLayoutEffect(subscribe, [initial])
  // Not the layout effect's cleanup: Suspense runs that for a tree that it hides, and what the tree waits
  // for may be this very store.
  useEffect(() => () => unsubscribe.current(), [])

  return select(snapshot)
}

function identity<Snapshot>(snapshot: Snapshot): Snapshot {
  return snapshot
}
