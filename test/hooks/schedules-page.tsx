/** A page whose components come, go, hide, suspend and fail, as a schedule says. */
import * as fc from 'fast-check'
import {
  Activity,
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
import { describe, expect, test, vi } from 'vitest'
import type { TestClock } from '../../src/testing/clock.js'
import { settle } from '../../src/testing/settle.js'

/** How a component stands in the page. */
export interface Place {
  who: number
  isHidden: boolean
  /** It suspends itself. */
  isSuspended: boolean
  /** Another one in its boundary does. */
  isSiblingSuspended: boolean
  /** It throws, until this is false again. */
  isBroken: boolean
}

export const visible = {
  isHidden: false,
  isSuspended: false,
  isSiblingSuspended: false,
  isBroken: false,
}

/** The page shows this at once, soon, in a transition, or never, because something else comes first. */
export type How = 'now' | 'later' | 'in a transition' | 'abandoned'
export const how = fc.constantFrom<How[]>('now', 'later', 'in a transition', 'abandoned')

/** Of the clock, or only until React and what has been sent have had their turn. */
export type Time = 'a turn' | number

export async function wait(clock: TestClock, time: Time): Promise<void> {
  if (time === 'a turn') await settle()
  else await clock.advance(time)
}

const forever = new Promise<never>(() => {})

function Suspends(): ReactNode {
  // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- how React 18 suspends, too
  throw forever
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
            <Activity mode={slot.isHidden ? 'hidden' : 'visible'}>
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

/** The property over so many schedules: no play returns anything that went wrong. */
export function testSchedules<Step>(
  title: string,
  step: fc.Arbitrary<Step>,
  play: (steps: readonly Step[], isStrict: boolean) => Promise<string[]>,
  numRuns: number,
): void {
  describe(`a property: whatever happens in a page, ${title}`, () => {
    test.each([
      ['without StrictMode', false],
      ['in StrictMode', true],
    ])('%s', async (_, isStrict) => {
      expect(await isFaultless(step, (steps) => play(steps, isStrict), numRuns)).toBe(true)
    })
  })
}

/** A schedule that is not is printed whole, with its seed. */
async function isFaultless<Step>(
  step: fc.Arbitrary<Step>,
  play: (steps: readonly Step[]) => Promise<string[]>,
  numRuns: number,
): Promise<boolean> {
  const scope = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean | undefined }
  const { IS_REACT_ACT_ENVIRONMENT: before } = scope
  scope.IS_REACT_ACT_ENVIRONMENT = false
  const errors: string[] = []
  const onError = vi.spyOn(console, 'error').mockImplementation((...words) => {
    errors.push(words.map(String).join(' '))
  })
  const property = fc.asyncProperty(
    fc.array(step, { maxLength: 40, size: 'max' }),
    async (steps) => {
      errors.length = 0
      expect([...(await play(steps)), ...errors]).toEqual([])
    },
  )
  const result = await fc.check(property, { numRuns })
  onError.mockRestore()
  scope.IS_REACT_ACT_ENVIRONMENT = before
  const { actual } = (result.errorInstance ?? {}) as { actual?: unknown }
  if (result.failed) console.error(fc.defaultReportMessage(result), actual)
  return !result.failed
}
