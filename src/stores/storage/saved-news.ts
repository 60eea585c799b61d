import { openTabChannel } from '../../connection/tabs/channel.js'

/** What tabs tell each other of what they save. */
export interface SavedNews {
  /** Returns how to stop. */
  listen(): () => void
  /** Something was saved. It is told also while nobody listens: a reply may end when its page shows another one. */
  tell(): void
}

/** `onNews`: another tab has saved something under the key. */
export function createSavedNews(key: string, onNews: () => void): SavedNews {
  const name = `brooklet-storage:${key}`
  let channel: BroadcastChannel | undefined

  function onStorage(event: StorageEvent): void {
    if (event.key === key) onNews()
  }

  return {
    listen() {
      globalThis.addEventListener?.('storage', onStorage)
      channel = openTabChannel(name)
      channel?.addEventListener('message', onNews)
      return () => {
        globalThis.removeEventListener?.('storage', onStorage)
        channel?.close()
        channel = undefined
      }
    },
    tell() {
      const port = channel ?? openTabChannel(name)
      // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
      port?.postMessage(null)
      if (!channel) port?.close()
    },
  }
}
