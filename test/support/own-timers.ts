import { AsyncLocalStorage } from 'node:async_hooks'
import { aroundEach, vi } from 'vitest'

type SetTimer = (...given: unknown[]) => unknown

const names = ['setTimeout', 'setInterval', 'setImmediate'] as const
const inTest = new AsyncLocalStorage<true>()

/**
 * Fake timers for each test of the suite, and only for what it does: what earlier files have left behind,
 * such as a connection that has become idle, sets real ones, which `vi.getTimerCount` does not count.
 */
export function useOwnTimers(): void {
  aroundEach(async (runTest) => {
    const globals = globalThis as unknown as Record<string, SetTimer>
    const current = () => names.map((name) => globals[name]!)
    const real = current()
    vi.useFakeTimers()
    for (const [index, fake] of current().entries()) {
      const set: SetTimer = (...given) => (inTest.getStore() ? fake : real[index]!)(...given)
      // With what marks it as fake, by which `vi.useRealTimers` puts the real one back.
      globals[names[index]!] = Object.assign(set, fake)
    }
    try {
      await inTest.run(true, runTest)
    } finally {
      vi.useRealTimers()
    }
  })
}
