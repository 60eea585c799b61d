import { afterEach, expect, test, vi } from 'vitest'
import { guard } from '../src/guard.js'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function thrower(): never {
  throw new Error('mine')
}

test('what a callback returns is returned', () => {
  expect(guard(() => 5)).toBe(5)
})

test('what it throws is reported as the platform reports an exception of a listener', () => {
  const reportError = vi.fn<(error: Error) => void>()
  vi.stubGlobal('reportError', reportError)
  expect(guard(thrower)).toBe(undefined)
  expect(reportError.mock.calls[0]?.[0].message).toBe('mine')
})

test('where the platform has no reportError, it is thrown by itself, a macrotask later', () => {
  vi.stubGlobal('reportError', undefined)
  vi.useFakeTimers()
  expect(guard(thrower)).toBe(undefined)
  expect(() => vi.runAllTimers()).toThrow('mine')
})
