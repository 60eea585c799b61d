/** A browser with one tab: it gets each lock, one holder after the other, and nobody hears its channels. */
import { vi } from 'vitest'

function createLocks() {
  const turns = new Map<string, Promise<unknown>>()
  return {
    request(name: string, { signal }: LockOptions, hold: () => Promise<void> | undefined) {
      async function take(): Promise<void> {
        await turns.get(name)?.catch(() => {})
        signal?.throwIfAborted()
        await hold()
      }
      const turn = take()
      turns.set(name, turn)
      return turn
    },
  }
}

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
