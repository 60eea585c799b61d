import { defaultEnvironment, type Environment } from '../connection/environment.js'
import type { ChatMessage } from '../protocols/message.js'
import { createTakeover } from './chat-takeover.js'
import type { Chat } from './chat-types.js'
import {
  countChanges,
  isPresent,
  mergeMessages,
  mergePresence,
  type Presence,
} from './merge-messages.js'
import { isSameList } from './same-list.js'
import { createSavedValue, type StorageOptions } from './storage.js'
import {
  packMessage,
  packTranscript,
  readTranscript,
  transcriptVersion,
  type Transcript,
} from './transcript.js'
import { meetingOf, type WholeChat } from './whole-chat.js'

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
  let left: ReturnType<typeof current> | undefined
  const meeting = meetingOf(chat)
  /** That of the chat, once what was saved of its branches has been given to it. */
  let whole: WholeChat | undefined
  /** Of a chat that has no branches here, what was saved of them elsewhere. */
  let branches: unknown

  if ((meeting.key ?? key) !== key) chat.clear()
  meeting.key = key
  meeting.stopWaiting?.()

  function current(): { messages: readonly ChatMessage[]; isLoading: boolean } {
    const { messages, isLoading } = chat.getSnapshot()
    return { messages: meeting.whole?.messages() ?? messages, isLoading }
  }

  function merge(stored: Transcript | undefined): Transcript {
    const isNews = stored !== undefined
    if (meeting.whole !== whole && branches) {
      stored ??= { messages: chat.getSnapshot().messages, presence, branches }
    }
    whole = meeting.whole
    branches = stored?.branches ?? branches
    const { messages, isLoading } = left ?? current()
    const mine = stored ? messages.filter((message) => !initial.includes(message)) : messages
    const isLoaded = initial !== none
    initial = none
    presence = countChanges(presence, synced, mine)
    if (stored) presence = mergePresence(stored.presence, presence)
    let merged = mine
    for (const theirs of [waiting, stored && (whole?.read(stored) ?? stored.messages)]) {
      if (theirs) merged = mergeMessages(merged, theirs, isChanged)
    }
    merged = merged.filter(({ id }) => isPresent(presence, id))
    synced = byId(mine)
    if (isLoading) waiting = waiting || stored ? merged : undefined
    else if (!left) adopt(messages, merged)
    const lastId = chat.getSnapshot().messages.at(-1)?.id
    const last = isLoading ? undefined : merged.find(({ id }) => id === lastId)
    if (isNews) takeover.offer(unfinished(last, isLoaded), isLoaded)
    return { messages: merged, presence, branches }
  }

  function write(transcript: Transcript): object {
    return packTranscript(whole?.write(transcript) ?? transcript)
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
    if (isSameList(next, messages)) return
    isAdopting = true
    if (whole) whole.replace(next)
    else chat.setMessages(next)
    isAdopting = false
    synced = byId(current().messages)
  }

  let seen = current()
  function onPublication(): void {
    const before = seen
    seen = current()
    const isStreaming = before.isLoading && seen.isLoading
    if (seen.messages !== before.messages && !isAdopting) saved.save(!isStreaming)
    takeover.update()
  }

  /** The reply of a conversation that was left goes on: it is saved once more, when it is over. */
  function onLeftReply(): void {
    if (chat.getSnapshot().isLoading) return
    meeting.stopWaiting?.()
    left = current()
    saved.save(true)
  }

  const saved = createSavedValue<Transcript>(
    {
      ...options,
      onRestored() {
        takeover.restored()
        if (!left) options.onRestored?.()
      },
    },
    { version: transcriptVersion, read: readTranscript, write, merge },
    environment,
  )
  const takeover = createTakeover(chat, key, saved.refresh, environment)

  const unsubscribe = chat.subscribe(onPublication)
  meeting.onWhole = () => void Promise.resolve().then(saved.refresh)
  saved.start()
  takeover.update()

  return () => {
    left = current()
    meeting.onWhole = undefined
    unsubscribe()
    takeover.stop()
    saved.stop()
    if (left.isLoading) meeting.stopWaiting = chat.subscribe(onLeftReply)
  }
}

const none: readonly ChatMessage[] = []

function byId(messages: readonly ChatMessage[]): Map<string, ChatMessage> {
  return new Map(messages.map((message) => [message.id, message]))
}

function isSame(one: ChatMessage, other: ChatMessage): boolean {
  return one === other || JSON.stringify(packMessage(one)) === JSON.stringify(packMessage(other))
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
