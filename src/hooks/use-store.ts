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

/**
 * The only place where React and a store meet: renders when what `select` takes of the snapshot changes.
 *
 * Why not `useSyncExternalStore`: its updates are synchronous, and each throws away what a transition
 * has rendered so far. With a store that changes every frame, a transition of 0.4 s elsewhere on the
 * page took 5.4 s; with ordinary state updates it takes its 0.4 s.
 */
export function useStore<Snapshot, Selected>(
  store: Store<Snapshot>,
  select: (snapshot: Snapshot) => Selected,
): Selected {
  // Once hydrated it changes with the store alone, so it never causes a synchronous update.
  const read = useSyncExternalStore(
    subscribeToNothing,
    () => store.getSnapshot,
    () => store.getInitialSnapshot,
  )
  // Made anew for another store or selector, for which what is held may be old.
  const first = useMemo(() => ({ select, snapshot: read() }), [read, select])
  const [held, hold] = useState<{ first: object; snapshot: Snapshot }>()
  const { snapshot } = held?.first === first ? held : first
  const leave = useRef(nothing)
  const shown = useRef(snapshot)
  useLayoutEffect(() => void (shown.current = snapshot))

  /** Not for each snapshot: it starts from the one rendered, and hands on every later one itself. */
  function subscribe(): void {
    let seen = snapshot
    function update(): void {
      const next = store.getSnapshot()
      try {
        if (Object.is(select(next), select(seen))) return
      } catch {
        // The render's to throw, if the component is still there by then.
      }
      const before = shown.current
      const news = { first, snapshot: (seen = next) }
      hold(news)
      // React shows what an action (of a form, of a transition) sets when the action is over, which may
      // wait for the whole reply. So, where it is not shown by then, once more outside of it. No action
      // is under way in a frame, where once more would cost a tenth of it.
      if (isOfFrame) return
      queueMicrotask(() => {
        if (seen === next && shown.current === before) hold(news)
      })
    }
    leave.current()
    leave.current = store.subscribe(update, snapshot)
  }
  // Before the paint: what was restored from storage in this very commit is shown with it.
  // oxlint-disable-next-line react/exhaustive-deps
  useLayoutEffect(subscribe, [first])
  // Not with the layout effects: Suspense takes those of what it hides, which may wait for this very store.
  useEffect(() => () => leave.current(), [])

  return select(snapshot)
}
