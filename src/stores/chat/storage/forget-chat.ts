import { defaultEnvironment, type Environment } from '../../../connection/environment.js'
import { byId, countChanges, isPresent, mergePresence, type Presence } from './merge-messages.js'
import { createSavedNews } from '../../storage/saved-news.js'
import { createSavedValue } from '../../storage/saved-value.js'
import type { StorageOptions } from '../../storage/storage.js'
import { messagesIn, withoutGone } from '../branches/stored-branches.js'
import { packTranscript, readTranscript, transcriptVersion, type Transcript } from './transcript.js'

/** Milliseconds within which a tab that is just saving the conversation is done with it. */
const patience = 5_000

/**
 * Deletes a saved conversation without showing it, as in a list of conversations. It disappears from all
 * tabs, as by `clear()`. Only the ids of its messages stay, so that no tab brings one back. Rejects with
 * a `StreamError` of code `storage` if the storage refuses.
 *
 * @example
 * ```ts
 * import { forgetChat } from 'brooklet/core'
 *
 * await forgetChat({ key: 'chat:7' })
 * ```
 */
export function forgetChat(
  { key, storage }: Pick<StorageOptions, 'key' | 'storage'>,
  environment: Environment = defaultEnvironment,
): Promise<void> {
  const beganAt = environment.now()
  /** Marks the messages that were there as removed. */
  let forgotten: Presence | undefined

  /** After the first time, removes only what tabs bring back, or had said before and save only now. */
  function merge(stored?: Transcript): Transcript | undefined {
    const before: Presence = stored?.presence ?? new Map()
    const all = byId(stored ? messagesIn(stored) : [])
    const old = [...all].filter(
      ([id, { createdAt }]) => !forgotten || (!forgotten.has(id) && createdAt! < beganAt),
    )
    const presence = mergePresence(forgotten ?? before, countChanges(before, new Map(old), []))
    forgotten = presence
    const hasGone = [...all.keys()].some((id) => !isPresent(presence, id))
    return stored && hasGone ? withoutGone({ ...stored, presence }) : undefined
  }

  return new Promise((resolve, reject) => {
    const saved = createSavedValue<Transcript>(
      {
        key,
        storage,
        onError(error) {
          leave()
          reject(error)
        },
      },
      {
        version: transcriptVersion,
        read: (data) => readTranscript(data),
        write: packTranscript,
        merge,
        onSaved: resolve,
      },
      environment,
    )
    const leave = createSavedNews(key, () => saved.save(true)).listen()
    environment.delay(leave, isNode() ? 0 : patience)
    saved.save(true)
  })
}

/** There are no other tabs then, and a channel that listens to them would keep the process alive. */
function isNode(): boolean {
  return typeof BroadcastChannel === 'function' && 'unref' in BroadcastChannel.prototype
}
