import { defaultEnvironment, type Environment } from '../../../connection/environment.js'
import { countChanges } from './merge-messages.js'
import { createSavedValue, type StorageOptions } from '../../storage/storage.js'
import { messagesIn } from '../branches/stored-branches.js'
import { packTranscript, readTranscript, transcriptVersion, type Transcript } from './transcript.js'

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
  return new Promise((resolve, reject) => {
    const saved = createSavedValue<Transcript>(
      { key, storage, onError: reject },
      {
        version: transcriptVersion,
        read: (data) => readTranscript(data, () => {}),
        write: packTranscript,
        merge: (stored) => stored && emptied(stored),
        onSaved: resolve,
      },
      environment,
    )
    saved.save(true)
  })
}

function emptied(stored: Transcript): Transcript {
  const all = new Map(messagesIn(stored).map((message) => [message.id, message]))
  return { messages: [], presence: countChanges(stored.presence, all, []) }
}
