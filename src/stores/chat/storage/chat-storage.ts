import { defaultEnvironment, type Environment } from '../../../connection/environment.js'
import type { ChatMessage } from '../../../protocols/message/message.js'
import { seamOf, type Synced, type WholeChat } from '../chat-seam.js'
import { createTakeover, type Takeover } from './chat-takeover.js'
import type { Chat } from '../chat-types.js'
import { isUnderWay } from '../messages.js'
import { countChanges, isPresent, mergeMessages, mergePresence, recent } from './merge-messages.js'
import { runningToolsOf } from '../tools/running-tools.js'
import { isSameList } from '../../same-list.js'
import { createSavedValue, type StorageOptions } from '../../storage/storage.js'
import {
  packMessage,
  packTranscript,
  readTranscript,
  transcriptVersion,
  type Transcript,
} from './transcript.js'

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
  /** What other tabs saved while a reply was received here: shown, or saved with it, when it is over. */
  let waiting: readonly ChatMessage[] | undefined
  /** Nothing has been merged yet: what is stored is what the page found when it was loaded. */
  let isLoaded = true
  let isAdopting = false
  /** The conversation as it was when storing stopped: a slow storage may save it only later. */
  let left: ReturnType<typeof current> | undefined
  const seam = seamOf(chat)
  /** `seam.whole`, once it has been given what was saved of the chat's branches. */
  let whole: WholeChat | undefined
  /** What was saved of the chat's branches, kept while the chat has none here. */
  let branches: unknown

  if ((seam.key ?? key) !== key) {
    chat.clear()
    seam.synced = undefined
  }
  seam.key = key
  const synced: Synced = (seam.synced ??= {
    messages: new Map(),
    presence: new Map(),
    savedAs: new WeakMap(),
  })
  synced.latest = () => left ?? current()

  function current() {
    const { messages, isLoading, reply } = chat.getSnapshot()
    return {
      messages: seam.whole?.messages() ?? messages,
      isLoading,
      resumeUrl: reply?.resumeUrl,
    }
  }

  /** `news`: what an earlier page or another tab has saved. Returns what is to be saved from now on. */
  function merge(news: Transcript | undefined): Transcript {
    const stored = news ?? branchesToRead()
    const isTold = news || waiting
    whole = seam.whole
    branches = stored?.branches ?? branches
    // A later `storeChat` knows more.
    const { messages, isLoading } = left ? synced.latest!() : current()
    const said = stored && !synced.isRestored ? messages.filter(isSaid) : messages
    const mine = said.map(asSaved)
    const merged = union(mine, stored)
    synced.messages = byId(mine)
    if (left || (isLoading && !isLoaded)) waiting = waiting || stored ? merged : undefined
    else adopt(messages, merged)
    if (isTold) takeover?.offer(isLoading ? undefined : unfinished(merged), isLoaded)
    isLoaded = false
    return { messages: merged, presence: synced.presence, branches }
  }

  /** A reply that another tab receives, or nobody any more, is interrupted here, but is not saved so. */
  function asShown(message: ChatMessage): ChatMessage {
    if (!isUnderWay(message)) return message
    const shown: ChatMessage = { ...message, status: 'interrupted' }
    synced.savedAs.set(shown, message)
    return shown
  }

  function asSaved(message: ChatMessage): ChatMessage {
    return synced.savedAs.get(message) ?? message
  }

  /** Not one of the initial messages, which give way to what was saved. */
  function isSaid(message: ChatMessage): boolean {
    return !chat.getInitialSnapshot().messages.includes(message)
  }

  /** For a chat that has got branches since: what was saved of them, as if it were read only now. */
  function branchesToRead(): Transcript | undefined {
    if (seam.whole === whole || !branches) return undefined
    return { messages: chat.getSnapshot().messages, presence: synced.presence, branches }
  }

  /** This tab's messages with those that are stored or wait, without those that any tab has removed. */
  function union(mine: readonly ChatMessage[], stored: Transcript | undefined): ChatMessage[] {
    let presence = countChanges(synced.presence, synced.messages, mine)
    if (stored) {
      const told = isLoaded ? recent(stored.presence) : stored.presence
      presence = mergePresence(told, presence)
    }
    synced.presence = presence
    const theirs = stored && (whole?.read(stored) ?? stored.messages)
    // What waits is older than what is stored, so none of it counts as changed.
    const others =
      waiting && theirs ? mergeMessages(waiting, theirs, () => false) : (theirs ?? waiting)
    const all = others ? mergeMessages(mine, others, isChanged) : mine
    return all.filter(({ id }) => isPresent(presence, id))
  }

  /**
   * The last reply, if it can be resumed: one of an earlier page in any case, one of another tab only if
   * that tab has not ended it itself, or two tabs would try in turns what fails.
   */
  function unfinished(messages: readonly ChatMessage[]): ChatMessage | undefined {
    const lastId = chat.getSnapshot().messages.at(-1)?.id
    const last = messages.find(({ id }) => id === lastId)
    if (!last?.resumeUrl) return undefined
    const isCut = last.status === 'interrupted' && last.error?.retryable !== false
    return isUnderWay(last) || (isCut && isLoaded) ? last : undefined
  }

  function write(transcript: Transcript): object {
    return packTranscript(whole?.write(transcript) ?? transcript)
  }

  function isChanged(message: ChatMessage): boolean {
    return synced.messages.get(message.id) !== message
  }

  function adopt(messages: readonly ChatMessage[], merged: readonly ChatMessage[]): void {
    waiting = undefined
    synced.isRestored = true
    const own = byId(messages)
    const next = merged.map((theirs) => {
      const ours = own.get(theirs.id)
      return ours && isSame(asSaved(ours), theirs) ? ours : asShown(theirs)
    })
    if (isSameList(next, messages)) return
    isAdopting = true
    if (whole) whole.replace(next)
    else chat.setMessages(next)
    isAdopting = false
    synced.messages = byId(current().messages.map(asSaved))
  }

  let seen = current()
  function onPublication(): void {
    if (seam.isAsking) return
    if (left) return onLeftChange()
    const before = seen
    seen = current()
    // A new `resumeUrl` is urgent too: a slow storage saves nothing more when the page is left.
    const isUrgent =
      !before.isLoading ||
      !seen.isLoading ||
      seen.resumeUrl !== before.resumeUrl ||
      seen.messages.length < before.messages.length
    if (seen.messages !== before.messages && !isAdopting) saved.save(isUrgent)
    // Not only when it is saved: from then on, other tabs could take the reply over.
    if (seen.isLoading) takeover?.update()
  }

  /**
   * Storing may stop before a reply is over or its tools are: the chat is saved once more, when they are,
   * and when it is known where the rest of the reply is.
   */
  function onLeftChange(): void {
    const now = current()
    if (isBusy() && now.resumeUrl === left!.resumeUrl) return
    if (!isBusy()) unsubscribe()
    left = now
    saved.save(true)
  }

  function isBusy(): boolean {
    return chat.getSnapshot().isLoading || runningToolsOf(chat).size > 0
  }

  const saved = createSavedValue<Transcript>(
    {
      ...options,
      onRestored() {
        if (left) return
        takeover?.restored()
        seam.isRestoring = false
        seam.onRestored?.()
        options.onRestored?.()
      },
    },
    {
      version: transcriptVersion,
      read: readTranscript,
      write,
      merge,
      onSaved: () => takeover?.update(),
    },
    environment,
  )
  let takeover: Takeover | undefined = createTakeover(chat, key, saved, environment)

  const unsubscribe = chat.subscribe(onPublication)
  seam.onWhole = () => void Promise.resolve().then(saved.refresh)
  const isStale =
    synced.isRestored && !isSameList(seen.messages.map(asSaved), [...synced.messages.values()])
  seam.isRestoring = true
  const stopSaving = saved.start()
  if (isStale) saved.save(true)

  return () => {
    left = current()
    seam.isRestoring = false
    takeover?.stop()
    takeover = undefined
    stopSaving()
    if (!isBusy()) unsubscribe()
  }
}

function byId(messages: readonly ChatMessage[]): Map<string, ChatMessage> {
  return new Map(messages.map((message) => [message.id, message]))
}

function isSame(one: ChatMessage, other: ChatMessage): boolean {
  return one === other || JSON.stringify(packMessage(one)) === JSON.stringify(packMessage(other))
}
