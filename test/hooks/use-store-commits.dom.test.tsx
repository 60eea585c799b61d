import { expect, test, vi } from 'vitest'
import { useStore } from '../../src/hooks/use-store.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { createTestClock } from '../support/clock.js'
import { loadReactDom } from './load-react-dom.js'

test('showing a snapshot leaves React no effects to run, which would be a task of their own', () => {
  const onCommitFiberRoot = vi.fn<() => void>()
  const onPostCommitFiberRoot = vi.fn<() => void>()
  // Only in production does React leave out the effects of a commit that has none.
  const { createRoot, flushSync } = loadReactDom(
    { supportsFiber: true, inject: () => 1, onCommitFiberRoot, onPostCommitFiberRoot },
    'production',
  )
  let count = 0
  const store = createPublisher(() => count, createTestClock())
  function Shown() {
    return useStore(store)
  }
  const container = document.createElement('div')
  const root = createRoot(container)
  flushSync(() => root.render(<Shown />))
  // Mounting does run effects.
  expect(onPostCommitFiberRoot).toHaveBeenCalledTimes(1)
  for (count = 1; count < 4; count += 1) {
    flushSync(() => store.publish())
    expect(container.textContent).toBe(String(count))
  }
  expect(onCommitFiberRoot).toHaveBeenCalledTimes(4)
  expect(onPostCommitFiberRoot).toHaveBeenCalledTimes(1)
  flushSync(() => root.unmount())
})
