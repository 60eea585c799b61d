import { useLayoutEffect } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { defaultEnvironment } from '../../src/connection/environment.js'
import { useStore } from '../../src/hooks/use-store.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { measureTransition } from '../support/transition.js'

test('a transition elsewhere is not thrown away while a store publishes each frame', async () => {
  let count = 0
  const store = createPublisher(() => count, defaultEnvironment)
  let publications = 0
  store.subscribe(() => (publications += 1))

  function stream(): () => void {
    let frame = 0
    function step(): void {
      count += 1
      store.change()
      frame = requestAnimationFrame(step)
    }
    step()
    return () => cancelAnimationFrame(frame)
  }

  let shown = -1
  function Shown() {
    const value = useStore(store)
    return <p ref={() => void (shown = value)}>{value}</p>
  }

  const { renders } = await measureTransition(<Shown />, stream, () => publications > 10)
  expect(shown).toBeGreaterThan(0)
  expect(renders).toBeLessThan(1.5)
})

test('what a store says as another one takes its place does not come back', async () => {
  const counts = [0, 10]
  const stores = counts.map((_, index) => createPublisher(() => counts[index], defaultEnvironment))
  function count(index: number): void {
    counts[index]! += 1
    stores[index]!.publish()
  }
  function Counts({ of }: { of: number }) {
    return <p>{useStore(stores[of]!)}</p>
  }
  function LastWord({ of }: { of: number }) {
    useLayoutEffect(() => {
      if (of === 1) count(0)
    }, [of])
    return null
  }
  const page = (of: number) => (
    <>
      <Counts of={of} />
      <LastWord of={of} />
    </>
  )
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  flushSync(() => root.render(page(0)))
  flushSync(() => root.render(page(1)))
  flushSync(() => count(1))
  expect(container.textContent).toBe('11')
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
  expect(container.textContent).toBe('11')
  root.unmount()
  container.remove()
})
