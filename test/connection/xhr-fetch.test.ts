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

test('the URL of a response is that after redirects, which React Native tells after the headers', async () => {
  class XhrOfReactNative extends EventTarget {
    readonly HEADERS_RECEIVED = 2
    readonly status = 200
    readyState = 0
    responseURL?: string
    open(): void {}
    setRequestHeader(): void {}
    getAllResponseHeaders(): string {
      return ''
    }
    send(): void {
      this.readyState = this.HEADERS_RECEIVED
      this.dispatchEvent(new Event('readystatechange'))
      this.responseURL = 'https://example.test/moved/events'
    }
  }
  vi.stubGlobal('XMLHttpRequest', XhrOfReactNative)
  onTestFinished(() => void vi.unstubAllGlobals())
  const response = await xhrFetch('https://example.test/events', {})
  expect(response.url).toBe('https://example.test/moved/events')
})
