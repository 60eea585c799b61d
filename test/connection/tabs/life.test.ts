import { afterEach, expect, test, vi } from 'vitest'
import { watchLife } from '../../../src/connection/tabs/life.js'
import { createTestClock } from '../../support/clock.js'

afterEach(() => vi.unstubAllGlobals())

test('who watches hears that the page is left and comes back, and who no longer watches does not', () => {
  const page = new EventTarget()
  vi.stubGlobal('document', page)
  const clock = createTestClock()
  const onLeave = vi.fn<() => void>()
  const onReturn = vi.fn<() => void>()
  function live(): number[] {
    for (const type of ['freeze', 'resume']) page.dispatchEvent(new Event(type))
    for (const change of ['pagehide', 'pageshow', 'visibilitychange'] as const) clock.page(change)
    return [onLeave.mock.calls.length, onReturn.mock.calls.length]
  }
  const unwatch = watchLife(clock, { onLeave, onReturn })
  expect(live()).toEqual([2, 3])
  unwatch()
  expect(live()).toEqual([2, 3])
})
