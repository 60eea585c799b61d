/** A page whose components come, go, hide, suspend and fail, as a schedule says. */
import * as React from 'react'
import {
  Component,
  Fragment,
  StrictMode,
  Suspense,
  startTransition,
  type ComponentType,
  type ReactNode,
} from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

/** How a component stands in the page. */
export interface Place {
  who: number
  /** Another one whenever it is given anything anew. */
  version: number
  /** Called in a layout effect, once. */
  action?: object | undefined
  isHidden: boolean
  /** It suspends itself. */
  isSuspended: boolean
  /** Another one in its boundary does. */
  isSiblingSuspended: boolean
  /** It throws, until this is false again. */
  isBroken: boolean
}

/** What a schedule may change of where any component stands. */
export const flags = ['isSuspended', 'isSiblingSuspended', 'isBroken'] as const
export const visible = {
  isHidden: false,
  isSuspended: false,
  isSiblingSuspended: false,
  isBroken: false,
}

/** The page shows this at once, soon, in a transition, or never, because something else comes first. */
export type How = 'now' | 'later' | 'in a transition' | 'abandoned'

/** With a promise of its own each time: React would hold all pages by one that never settles. */
function Suspends(): ReactNode {
  throw new Promise(() => {})
}

/** For the end of a component, after its hooks. */
export function End({ place }: { place: Place }): ReactNode {
  return place.isSuspended ? <Suspends /> : null
}

class Boundary extends Component<{ isBroken: boolean; children: ReactNode }> {
  override state = { hasFailed: false }
  static getDerivedStateFromError() {
    return { hasFailed: true }
  }
  static getDerivedStateFromProps({ isBroken }: { isBroken: boolean }) {
    return isBroken ? null : { hasFailed: false }
  }
  override render() {
    return this.state.hasFailed ? 'failed' : this.props.children
  }
}

/** React 18 cannot hide a component. */
export const hasActivity = React.Activity !== undefined
const Activity = React.Activity ?? Fragment

/** Is it not known yet whether what was drawn last has been committed? */
export function isPending(place: Place | undefined, all: readonly Place[]): boolean {
  // React 18 may show any component half a second late, by the real time, while another one is suspended.
  const places = hasActivity ? [place] : all
  return places.some((each) => each?.isSuspended || each?.isSiblingSuspended)
}

export interface Page<Slot extends Place> {
  draw(slots: readonly Slot[], how: How): void
  unmount(): void
}

export function createPage<Slot extends Place>(
  View: ComponentType<{ slot: Slot }>,
  isStrict: boolean,
): Page<Slot> {
  const root = createRoot(document.createElement('div'), {
    onCaughtError() {},
    // React has rendered once more where a component is broken.
    onRecoverableError() {},
  })
  const Mode = isStrict ? StrictMode : Fragment

  function render(slots: readonly Slot[], neverReady = false): void {
    root.render(
      <Mode>
        {slots.map((slot) => (
          <Boundary key={slot.who} isBroken={slot.isBroken}>
            <Activity {...(hasActivity && { mode: slot.isHidden ? 'hidden' : 'visible' })}>
              <Suspense>
                <View slot={slot} />
                {slot.isSiblingSuspended ? <Suspends /> : null}
              </Suspense>
            </Activity>
          </Boundary>
        ))}
        {neverReady ? <Suspends /> : null}
      </Mode>,
    )
  }

  return {
    draw(slots, how) {
      if (how === 'now') flushSync(() => render(slots))
      else if (how === 'later') render(slots)
      else startTransition(() => render(slots, how === 'abandoned'))
    },
    unmount: () => root.unmount(),
  }
}
