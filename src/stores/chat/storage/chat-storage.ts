import { defaultEnvironment, type Environment } from '../../../connection/environment.js'
import { seamOf } from '../chat-seam.js'
import { createCallLocks } from './call-locks.js'
import { createChatCopy } from './chat-copy.js'
import { createTakeover, type Takeover } from './chat-takeover.js'
import type { Chat } from '../chat-types.js'
import { isSameList } from '../../same-list.js'
import { createSavedValue } from '../../storage/saved-value.js'
import type { StorageOptions } from '../../storage/storage.js'
import { readTranscript, transcriptVersion, type Transcript } from './transcript.js'

/**
 * Saves a conversation: it survives a reload, and is the same in all tabs. What was saved is shown, the
 * chat is saved as it changes, and a reply that an earlier page was receiving goes on if it can be
 * resumed. Returns how to stop.
 *
 * While a reply is received, it is saved once a second, and what other tabs save is shown only when it
 * is over. With another key, the same chat becomes another conversation: it is cleared first, which
 * stops a reply.
 *
 * @example
 * ```ts
 * import { createChat, storeChat } from 'brooklet/core'
 *
 * const chat = createChat({ url: '/api/chat' })
 * const stop = storeChat(chat, { key: 'chat' })
 * ```
 */
export function storeChat(
  chat: Chat,
  options: StorageOptions,
  environment: Environment = defaultEnvironment,
): () => void {
  const { key } = options
  const seam = seamOf(chat)
  const copy = createChatCopy(chat, key, (messages, isLoaded) =>
    takeover?.offer(messages, isLoaded),
  )

  let seen = copy.current()
  function onPublication(): void {
    if (seam.isAsking) return
    if (copy.left) return onLeftChange()
    const before = seen
    seen = copy.current()
    // A new `resumeUrl` is urgent too: a slow storage saves nothing more when the page is left.
    const isUrgent =
      !before.isLoading ||
      !seen.isLoading ||
      seen.resumeUrl !== before.resumeUrl ||
      !isSameList(withoutGrowth(seen), withoutGrowth(before))
    const isChanged = seen.messages !== before.messages && (!copy.isAdopting || copy.isStale())
    // Not at once while the storage is being read.
    if (isChanged) saved.save(isUrgent && !copy.isAdopting)
    // Not only when it is saved: from then on, other tabs could take the reply over.
    takeover?.update()
  }

  /** The messages, of the reply only whether it is there: that it grows is not urgent. */
  function withoutGrowth({ messages }: typeof seen): unknown[] {
    const { reply } = chat.getSnapshot()
    return messages.map((each) => (each.id === reply?.id ? each.id : each))
  }

  /**
   * Storing may stop before a reply is over or its tools are, or while messages wait to be sent: the chat
   * is saved when each reply and its tools are over, and when it is known where the rest of a reply is.
   */
  function onLeftChange(): void {
    if (copy.isGone()) return unsubscribe()
    if (isBusy() && copy.current().resumeUrl === copy.left!.resumeUrl) return
    unsubscribeAtRest()
    copy.leave()
    saved.save(true)
  }

  function unsubscribeAtRest(): void {
    if (!isBusy() && !seam.hasQueued) unsubscribe()
  }

  function isBusy(): boolean {
    return chat.getSnapshot().isLoading || seam.running.size > 0
  }

  const saved = createSavedValue<Transcript>(
    {
      ...options,
      onRestored() {
        if (copy.left) return
        seam.isRestoring = false
        seam.onRestored?.()
        options.onRestored?.()
      },
    },
    {
      version: transcriptVersion,
      read: readTranscript,
      write: copy.write,
      merge: copy.merge,
      onSaved() {
        calls.leaveEnded()
        takeover?.update()
      },
    },
    environment,
  )
  const calls = createCallLocks(key, saved)
  seam.calls = calls
  let takeover: Takeover | undefined = createTakeover(chat, key, saved, environment)

  const unsubscribe = chat.subscribe(onPublication)
  seam.onWhole = () => void Promise.resolve().then(saved.refresh)
  // Changed while it was not stored. `start` merges that, and saves nothing.
  const isStale = copy.isStale()
  seam.isRestoring = true
  const stopSaving = saved.start()
  if (isStale) saved.save(true)

  return () => {
    copy.leave()
    seam.isRestoring = false
    takeover?.stop()
    takeover = undefined
    stopSaving()
    unsubscribeAtRest()
  }
}
