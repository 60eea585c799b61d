import { expect, test } from 'vitest'
import { defaultEnvironment } from '../../src/connection/environment.js'
import { identity } from '../../src/hooks/identity.js'
import { useStore } from '../../src/hooks/use-store.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { measureTransition } from '../support/transition.js'

test(
  'a transition elsewhere takes at most twice its quiet time while a store publishes each frame',
  // On a busy machine one measurement proves nothing; three bad ones do.
  { retry: 2, timeout: 30_000 },
  async () => {
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
      const value = useStore(store, identity)
      return <p ref={() => void (shown = value)}>{value}</p>
    }

    const { quiet, busy } = await measureTransition(<Shown />, stream)
    expect(publications).toBeGreaterThan(10)
    expect(shown).toBeGreaterThan(0)
    expect(busy / quiet).toBeLessThan(2)
  },
)
