/** A browser with one tab: it gets each lock, one holder after the other, and nobody hears its channels. */
import { vi } from 'vitest'
import { createLocks } from '../support/web-locks.js'

class Channel {
  addEventListener(): void {}
  postMessage(): void {}
  close(): void {}
}

export function installOneTab(): void {
  vi.stubGlobal('BroadcastChannel', Channel)
  Object.defineProperty(navigator, 'locks', { configurable: true, value: createLocks() })
}

export function removeOneTab(): void {
  vi.unstubAllGlobals()
  Reflect.deleteProperty(navigator, 'locks')
}
