import { act } from '@testing-library/react'
import type { ComponentType } from 'react'
import { expect, test } from 'vitest'
import { useStore } from '../../src/hooks/use-store.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { createTestClock } from '../support/clock.js'
import { loadReactDom } from './load-react-dom.js'

/** What React DOM hands to developer tools for Fast Refresh. */
interface Refresher {
  setRefreshHandler(familyOf: (type: unknown) => { current: ComponentType } | undefined): void
  scheduleRefresh(
    root: unknown,
    families: Record<'staleFamilies' | 'updatedFamilies', Set<object>>,
  ): void
}

/** Renders a component without StrictMode; returns how to put an edited one in its place, as Fast Refresh does. */
async function renderRefreshable(Original: ComponentType) {
  let refresher: Refresher
  let fiberRoot: unknown
  const { createRoot } = loadReactDom(
    {
      supportsFiber: true,
      inject: (injected: Refresher) => void (refresher = injected),
      onCommitFiberRoot: (_id: unknown, root: unknown) => void (fiberRoot = root),
    },
    'development',
  )
  const container = document.createElement('div')
  const root = createRoot(container)
  await act(async () => root.render(<Original />))
  async function refresh(Edited: ComponentType): Promise<void> {
    const family = { current: Edited }
    refresher.setRefreshHandler((type) =>
      type === Original || type === Edited ? family : undefined,
    )
    await act(async () =>
      refresher.scheduleRefresh(fiberRoot, {
        staleFamilies: new Set(),
        updatedFamilies: new Set([family]),
      }),
    )
  }
  return { container, refresh, unmount: () => act(async () => root.unmount()) }
}

test('a component that Fast Refresh has replaced is still told of what is published', async () => {
  let count = 0
  const store = createPublisher(() => count, createTestClock())
  const { container, refresh, unmount } = await renderRefreshable(() => <p>{useStore(store)}</p>)
  await refresh(() => <b>{useStore(store)}</b>)
  count = 1
  await act(async () => store.publish())
  expect(container.innerHTML).toBe('<b>1</b>')
  await unmount()
})
