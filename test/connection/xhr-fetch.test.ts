import { expect, onTestFinished, test, vi } from 'vitest'
import { xhrFetch } from '../../src/connection/xhr-fetch.js'

test('a request that was given up before it is made is not made', async () => {
  const make = vi.fn<() => void>()
  vi.stubGlobal('XMLHttpRequest', make)
  onTestFinished(() => void vi.unstubAllGlobals())
  const reason = new Error('closed while the code was fetched')
  const asked = xhrFetch('https://example.test/events', { signal: AbortSignal.abort(reason) })
  await expect(asked).rejects.toBe(reason)
  expect(make).not.toHaveBeenCalled()
})
