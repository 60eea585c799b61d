import { expect, onTestFinished, test, vi } from 'vitest'
import { defaultEnvironment } from '../../src/connection/environment.js'

test.each([2 ** 31, 1e12, Infinity])(
  'a delay of %d ms is as long as a timer can be',
  (milliseconds) => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const callback = vi.fn<() => void>()
    const cancel = defaultEnvironment.delay(callback, milliseconds)
    vi.advanceTimersByTime(2 ** 31 - 2)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(callback).toHaveBeenCalledOnce()
    cancel()
  },
)
