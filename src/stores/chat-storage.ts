import { defaultEnvironment, type Environment } from '../connection/environment.js'
import type { ChatMessage } from '../protocols/message.js'
import { createTakeover } from './chat-takeover.js'
import type { Chat, ChatSnapshot } from './chat-types.js'
import {
  countChanges,
  isPresent,
  mergeMessages,
  mergePresence,
  type Presence,
} from './merge-messages.js'
import { createSavedValue, type StorageOptions } from './storage.js'
import {
  packMessage,
  packTranscript,
  readTranscript,
  transcriptVersion,
  type Transcript,
} from './transcript.js'

/** The key that a chat was stored under last. */
const keys = new WeakMap<Chat, string>()

/**
 * Keeps a conversation over a reload, and the same in all tabs: what was saved is shown, the chat is
 * saved as it changes, and a reply that an earlier page was receiving goes on where it can be resumed.
 * Returns how to stop.
 *
 * A reply that streams is saved once a second, and when it ends. While this chat receives one, what
 * other tabs save waits until it is over. With another key the same chat becomes another
 * conversation: it is cleared first, which stops a reply.
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
  /** The messages as they were saved or taken over last. */
  let synced = new Map<string, ChatMessage>()
  let presence: Presence = new Map()
  /** What other tabs have saved while a reply came. */
  let waiting: readonly ChatMessage[] | undefined
  /** What the conversation starts with where nothing is saved. */
  let initial = chat.getInitialSnapshot().messages
  let isAdopting = false
  /** As it was left: a storage may take its time to save it. */
  let left: ChatSnapshot | undefined

  if ((keys.get(chat) ?? key) !== key) chat.clear()
  keys.set(chat, key)

  function merge(stored: Transcript | undefined): Transcript {
    const { messages, isLoading } = left ?? chat.getSnapshot()
    const mine = stored ? messages.filter((message) => !initial.includes(message)) : messages
    const isLoaded = initial !== none
    initial = none
    presence = countChanges(presence, synced, mine)
    if (stored) presence = mergePresence(stored.presence, presence)
    let merged = mine
    for (const theirs of [waiting, stored?.messages]) {
      if (theirs) merged = mergeMessages(merged, theirs, isChanged)
    }
    merged = merged.filter(({ id }) => isPresent(presence, id))
    synced = byId(mine)
    if (isLoading) waiting = waiting || stored ? merged : undefined
    else if (!left) adopt(messages, merged)
    if (stored)
      takeover.offer(isLoading ? undefined : unfinished(merged.at(-1), isLoaded), isLoaded)
    return { messages: merged, presence }
  }

  function isChanged(message: ChatMessage): boolean {
    return synced.get(message.id) !== message
  }

  function adopt(messages: readonly ChatMessage[], merged: readonly ChatMessage[]): void {
    waiting = undefined
    const own = byId(messages)
    const next = merged.map((theirs) => {
      const ours = own.get(theirs.id)
      return ours && isSame(ours, theirs) ? ours : theirs
    })
    if (next.length === messages.length && next.every((each, index) => each === messages[index])) {
      return
    }
    isAdopting = true
    chat.setMessages(next)
    isAdopting = false
    synced = byId(chat.getSnapshot().messages)
  }

  let seen = chat.getSnapshot().messages
  function onPublication(): void {
    const { messages, isLoading } = chat.getSnapshot()
    const isNew = messages !== seen
    seen = messages
    if (isNew && !isAdopting) saved.save(!isLoading)
    takeover.update()
  }

  const saved = createSavedValue<Transcript>(
    {
      ...options,
      onRestored() {
        takeover.restored()
        if (!left) options.onRestored?.()
      },
    },
    { version: transcriptVersion, read: readTranscript, write: packTranscript, merge },
    environment,
  )
  const takeover = createTakeover(chat, key, saved.refresh, environment)
  const unsubscribe = chat.subscribe(onPublication)
  saved.start()
  takeover.update()

  return () => {
    left = chat.getSnapshot()
    unsubscribe()
    takeover.stop()
    saved.stop()
  }
}

const none: readonly ChatMessage[] = []

function byId(messages: readonly ChatMessage[]): Map<string, ChatMessage> {
  return new Map(messages.map((message) => [message.id, message]))
}

function isSame(one: ChatMessage, other: ChatMessage): boolean {
  return JSON.stringify(packMessage(one)) === JSON.stringify(packMessage(other))
}

/**
 * A reply that can be gone on with: of an earlier page in any case, of another tab only where that tab
 * has not ended it itself, else two tabs would try in turns what fails.
 */
function unfinished(last: ChatMessage | undefined, isLoaded: boolean): ChatMessage | undefined {
  if (!last?.resumeUrl) return undefined
  const isUnderWay = last.status === 'pending' || last.status === 'streaming'
  const isCut = last.status === 'interrupted' && last.error?.retryable !== false
  return isUnderWay || (isCut && isLoaded) ? last : undefined
}
