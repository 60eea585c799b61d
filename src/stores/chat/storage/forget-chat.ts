import { defaultEnvironment, type Environment } from '../../../connection/environment.js'
import { countChanges, isPresent, mergePresence, type Presence } from './merge-messages.js'
import { createSavedNews } from '../../storage/saved-news.js'
import { createSavedValue, type StorageOptions } from '../../storage/storage.js'
import { messagesIn, withoutGone } from '../branches/stored-branches.js'
import { packTranscript, readTranscript, transcriptVersion, type Transcript } from './transcript.js'

/** Milliseconds in which a tab that was saving the conversation just then has done so. */
const patience = 5_000

/**
 * Deletes a conversation that is saved, without showing it: for a list of conversations. It is gone
 * from all tabs, as by `clear()`. What stays are the ids of its messages, so that no tab brings one
 * back. Rejects with a `StreamError` of code `storage` where the storage refuses.
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
  /** Of the messages that were there. */
  let forgotten: Presence | undefined

  /** Later, only what another tab brings back, which had read the conversation before. */
  function merge(stored?: Transcript): Transcript | undefined {
    const before: Presence = stored?.presence ?? new Map()
    const all = new Map(stored && messagesIn(stored).map((message) => [message.id, message]))
    forgotten ??= countChanges(before, all, [])
    const presence = mergePresence(before, forgotten)
    const isBack = [...all.keys()].some((id) => !isPresent(presence, id))
    return stored && isBack ? withoutGone({ ...stored, presence }) : undefined
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
        read: (data) => readTranscript(data, () => {}),
        write: packTranscript,
        merge,
        onSaved: resolve,
      },
      environment,
    )
    const leave = createSavedNews(key, () => saved.save(true)).listen()
    environment.delay(leave, patience)
    saved.save(true)
  })
}
