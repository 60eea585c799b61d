import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const { setImmediate: afterThisTurn } = globalThis

beforeEach(() => void vi.resetModules())
afterEach(() => void vi.unstubAllGlobals())

test.each([
  ['Node', []],
  ['browsers', ['setImmediate']],
  ['Jest’s jsdom', ['setImmediate', 'MessageChannel']],
])('in %s, the event loop goes round', async (_, missing) => {
  for (const name of missing) vi.stubGlobal(name, undefined)
  const { settle } = await import('../../src/testing/settle.js')
  let hasTurned = false
  afterThisTurn(() => (hasTurned = true))
  await settle()
  expect(hasTurned).toBe(true)
})
