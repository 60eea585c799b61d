import { openTabChannel } from '../../connection/tabs/channel.js'

/** How tabs tell each other that they have saved something. */
export interface SavedNews {
  /** Returns how to stop. */
  listen(): () => void
  /** Something was saved. Works without `listen` too: a reply may end when its chat is not shown any more. */
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
      // What is in `localStorage` can be read only once this comes, which may be after the message.
      globalThis.addEventListener?.('storage', onStorage)
      channel = openTabChannel(name, onNews)
      return () => {
        globalThis.removeEventListener?.('storage', onStorage)
        channel?.close()
        channel = undefined
      }
    },
    tell() {
      const port = channel ?? openTabChannel(name, onNews)
      port?.postMessage(null)
      if (!channel) port?.close()
    },
  }
}
