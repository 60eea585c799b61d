import * as fc from 'fast-check'
import { startTransition, useEffect, useLayoutEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useStore } from '../../src/hooks/use-store.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { createTestClock } from '../support/clock.js'

interface State {
  value: number
  rough: number
}

const selectors = [
  (state: State): unknown => state,
  ({ value }: State): unknown => value,
  ({ rough }: State): unknown => rough,
]

/** What happens to a page: its components get other stores and selectors, and a store changes. */
interface Step {
  props: number
  store: number
  by: number
  /** When the store changes, beside the other props. */
  when: 'after' | 'microtask' | 'layout effect' | 'effect'
  how: 'batched' | 'flushSync' | 'transition'
  /** Is React given time before? */
  isLater: boolean
}

const steps = fc.array(
  fc.record<Step>({
    props: fc.nat(11),
    store: fc.nat(1),
    by: fc.integer({ min: -1, max: 2 }),
    when: fc.constantFrom('after', 'microtask', 'layout effect', 'effect'),
    how: fc.constantFrom('batched', 'flushSync', 'transition'),
    isLater: fc.boolean(),
  }),
  { maxLength: 12 },
)

const ways: Record<Step['how'], (act: () => void) => void> = {
  batched: (act) => act(),
  flushSync,
  transition: startTransition,
}

/** React renders in macrotasks. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

function createPage() {
  const values = [0, 100]
  const stores = values.map((_, index) => {
    const read = (): State => ({ value: values[index]!, rough: Math.floor(values[index]! / 3) })
    return createPublisher(read, createTestClock())
  })
  const planned: Record<'layout effect' | 'effect', Step[]> = { 'layout effect': [], effect: [] }
  let setProps = (_props: number): void => {}

  function change({ store, by }: Step): void {
    values[store]! += by
    stores[store]!.publish()
  }

  function Reader({ of, by, isInline }: { of: number; by: number; isInline: boolean }) {
    const select = selectors[by]!
    const selected = useStore(stores[of]!, isInline ? (state) => select(state) : select)
    return <p title={`${of} ${by}`}>{JSON.stringify(selected)}</p>
  }

  function Planned() {
    useLayoutEffect(() => planned['layout effect'].splice(0).forEach(change))
    useEffect(() => planned.effect.splice(0).forEach(change))
    return null
  }

  function Page() {
    const [props, set] = useState(0)
    useLayoutEffect(() => {
      setProps = set
    }, [])
    return (
      <>
        <Reader of={props % 2} by={0} isInline={false} />
        <Planned key={props} />
        <Reader of={(props + 1) % 2} by={props % 3} isInline={false} />
        <Reader of={(props >> 1) % 2} by={(props >> 2) % 3} isInline={props % 5 === 0} />
      </>
    )
  }

  function take(step: Step): void {
    const { when, how, props } = step
    if (when in planned) planned[when as keyof typeof planned].push(step)
    ways[how](() => setProps(props))
    if (when === 'microtask') queueMicrotask(() => ways[how](() => change(step)))
    if (when === 'after') ways[how](() => change(step))
  }

  /** What the component that has this title has to show. */
  function expected({ title }: HTMLElement): string {
    const [of, by] = title.split(' ').map(Number) as [number, number]
    return JSON.stringify(selectors[by]!(stores[of]!.getSnapshot()))
  }

  return { Page, take, expected }
}

test('at rest every component shows what its store has, whatever was replaced and published when', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false)
  onTestFinished(() => void vi.unstubAllGlobals())
  const property = fc.asyncProperty(steps, async (taken) => {
    const { Page, take, expected } = createPage()
    const container = document.createElement('div')
    const root = createRoot(container)
    flushSync(() => root.render(<Page />))
    for (const step of taken) {
      if (step.isLater) await macrotask()
      take(step)
    }
    await macrotask()
    const stale = () => {
      const readers = [...container.querySelectorAll('p')]
      return readers.filter((reader) => reader.textContent !== expected(reader))
    }
    for (let turn = 0; turn < 50 && stale().length > 0; turn += 1) await macrotask()
    const left = stale().map(({ outerHTML }) => outerHTML)
    root.unmount()
    expect(left).toEqual([])
  })
  await fc.assert(property, { numRuns: 100 })
})
