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

test.each([
  ['there are no animation frames', undefined, undefined],
  ['the page is hidden', { hidden: true }, () => 0],
])('where %s, 16 ms are a frame', (_, document, requestAnimationFrame) => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  onTestFinished(() => void vi.unstubAllGlobals())
  vi.stubGlobal('document', document)
  vi.stubGlobal('requestAnimationFrame', requestAnimationFrame)
  const callback = vi.fn<() => void>()
  defaultEnvironment.frame(callback)
  vi.advanceTimersByTime(15)
  expect(callback).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(callback).toHaveBeenCalledOnce()
})

test('fetch is used where bodies are fields of each response, as in happy-dom 20.10.0', async () => {
  onTestFinished(() => void vi.unstubAllGlobals())
  class FieldResponse {
    body = null
  }
  const response = new FieldResponse()
  vi.stubGlobal('Response', FieldResponse)
  vi.stubGlobal('fetch', async () => response)
  expect(await defaultEnvironment.fetch('/events')).toBe(response)
})
