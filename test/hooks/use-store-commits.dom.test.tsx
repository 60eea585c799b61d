import { createRequire } from 'node:module'
import { expect, test, vi } from 'vitest'
import { useStore } from '../../src/hooks/use-store.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { createTestClock } from '../support/clock.js'

const require = createRequire(import.meta.url)

interface ReactDom {
  createRoot: typeof import('react-dom/client').createRoot
  flushSync: typeof import('react-dom').flushSync
}

/**
 * Another copy of React DOM than the setup's: it looks for developer tools only as it is loaded, and
 * only in production does it leave out the effects of a commit that has none.
 */
function loadReactDom(devtools: object): ReactDom {
  const others = Object.entries(require.cache).filter(([path]) => /[\\/]react-dom[\\/]/.test(path))
  vi.stubGlobal('__REACT_DEVTOOLS_GLOBAL_HOOK__', devtools)
  vi.stubEnv('NODE_ENV', 'production')
  for (const [path] of others) delete require.cache[path]
  try {
    return { ...require('react-dom'), ...require('react-dom/client') } as ReactDom
  } finally {
    vi.unstubAllGlobals()
    vi.unstubAllEnvs()
    Object.assign(require.cache, Object.fromEntries(others))
  }
}

test('showing a snapshot leaves React no effects to run, which would be a task of their own', () => {
  const onCommitFiberRoot = vi.fn<() => void>()
  const onPostCommitFiberRoot = vi.fn<() => void>()
  const { createRoot, flushSync } = loadReactDom({
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberRoot,
    onPostCommitFiberRoot,
  })
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
