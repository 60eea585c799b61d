import type { ChatMessage, MessagePart } from '../../../protocols/message/message.js'
import { seamOf, type Synced, type WholeChat } from '../chat-seam.js'
import type { Chat } from '../chat-types.js'
import { isUnderWay } from '../messages.js'
import {
  byId,
  countChanges,
  isPresent,
  mergeMessages,
  mergePresence,
  recent,
  stepsOfCalls,
} from './merge-messages.js'
import { isSameList } from '../../same-list.js'
import { packMessage, packTranscript, type Transcript } from './transcript.js'

/** A conversation as its storage sees it: with the messages of all branches. */
interface Conversation {
  messages: readonly ChatMessage[]
  isLoading: boolean
  resumeUrl: string | undefined
}

/** The conversation that this tab has, and what becomes of it where others save it as well. */
export interface ChatCopy {
  current(): Conversation
  /** What is saved is being shown: that is no change, but what a listener makes of it at once is. */
  readonly isAdopting: boolean
  /** It has changed since this tab last merged it with what is stored. */
  isStale(): boolean
  /** The conversation as it was when storing stopped: a slow storage may save it only later. */
  readonly left: Conversation | undefined
  /** Storing has stopped, or something has ended since. Only what is under way changes what was left. */
  leave(): void
  /** The chat has become another conversation. */
  isGone(): boolean
  /** `news`: what an earlier page or another tab has saved. Returns what is to be saved from now on. */
  merge(news: Transcript | undefined): Transcript
  write(transcript: Transcript): object
}

/**
 * `onNews`: the merged messages, when there was something to merge. `isLoaded`: it was what the page found
 * when it was loaded.
 */
export function createChatCopy(
  chat: Chat,
  key: string,
  onNews: (messages: readonly ChatMessage[], isLoaded: boolean) => void,
): ChatCopy {
  /** What other tabs saved while a reply was received here: shown, or saved with it, when it is over. */
  let waiting: readonly ChatMessage[] | undefined
  /** Nothing has been merged yet: what is stored is what the page found when it was loaded. */
  let isLoaded = true
  let isAdopting = false
  /** In what was merged last, answers of two tabs to the calls of one reply were put together. */
  let hasUnited = false
  let left: Conversation | undefined
  const seam = seamOf(chat)
  /** `seam.whole`, once it has been given what was saved of the chat's branches. */
  let whole: WholeChat | undefined
  /** What was saved of the chat's branches, kept while the chat has none here. */
  let branches: unknown

  if (seam.synced && seam.synced.key !== key) {
    chat.clear()
    seam.synced = undefined
  }
  const synced: Synced = (seam.synced ??= {
    key,
    messages: new Map(),
    changes: new WeakMap(),
    presence: new Map(),
    savedAs: new WeakMap(),
  })
  synced.latest = () => left ?? current()
  seam.waiting = () => waiting

  function current(): Conversation {
    const { messages, isLoading, reply } = chat.getSnapshot()
    return {
      messages: seam.whole?.messages() ?? messages,
      isLoading,
      resumeUrl: reply?.resumeUrl,
    }
  }

  function leave(): void {
    const before = left?.messages
    const { reply } = chat.getSnapshot()
    left = current()
    if (!before || left.messages.length > 0) return
    // It has been cleared: that is not saved any more, but how far its reply came is.
    left.messages = before.map((each) => (each.id === reply?.id ? reply : each))
  }

  function merge(news: Transcript | undefined): Transcript {
    const stored = news ?? branchesToRead()
    whole = seam.whole
    branches = stored?.branches ?? branches
    // A later `storeChat` knows more.
    const { messages, isLoading } = left ? synced.latest!() : current()
    const said = stored && !synced.isRestored ? messages.filter(isSaid) : messages
    const mine = said.map(asSaved)
    for (const each of mine) countChange(each, stored)
    hasUnited = false
    const merged = union(mine, stored)
    synced.messages = byId(mine)
    if (left || (isLoading && synced.isRestored)) waiting = waiting || stored ? merged : undefined
    else adopt(messages, merged)
    if (news) onNews(merged, isLoaded)
    isLoaded = false
    const changed = merged.filter((each) => changesOf(each) > 0)
    const changes = new Map(changed.map((each) => [each.id, changesOf(each)]))
    return { messages: merged, presence: synced.presence, changes, branches }
  }

  function changesOf(message: ChatMessage | undefined): number {
    return (message && synced.changes.get(message)) ?? 0
  }

  /** A tab that has not heard of the change may save the message as it was: that one is older then. */
  function countChange(message: ChatMessage, stored: Transcript | undefined): void {
    const isIt = ({ id }: ChatMessage): boolean => id === message.id
    const known = synced.messages.get(message.id)
    if (known === message || !(known ?? stored?.messages.some(isIt))) return
    // A reply that grows or ends, and one whose calls come further, shows by itself that it has; one that
    // was cut does not.
    const isFurther = known && (isUnderWay(known) || stepsOfCalls(message) > stepsOfCalls(known))
    const isGrowth = isFurther && message.status !== 'interrupted'
    const heard = Math.max(changesOf(known), changesOf(waiting?.find(isIt)))
    const before = Math.max(heard, stored?.changes?.get(message.id) ?? 0)
    synced.changes.set(message, isGrowth ? heard : before + 1)
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
    for (const each of theirs ?? []) {
      const count = stored?.changes?.get(each.id)
      if (count) synced.changes.set(each, count)
    }
    const all = together(mine, together(waiting, theirs))!
    return all.filter(({ id }) => isPresent(presence, id))
  }

  function together(mine?: readonly ChatMessage[], theirs?: readonly ChatMessage[]) {
    return mine && theirs ? mergeMessages(mine, theirs, changesOf, unite) : (theirs ?? mine)
  }

  function unite(message: ChatMessage, parts: MessagePart[]): ChatMessage {
    hasUnited = true
    const united = { ...message, parts }
    synced.changes.set(united, changesOf(message))
    return united
  }

  function adopt(messages: readonly ChatMessage[], merged: readonly ChatMessage[]): void {
    waiting = undefined
    synced.isRestored = true
    const own = byId(messages)
    const next = merged.map((theirs) => {
      const ours = own.get(theirs.id)
      if (!ours || !isSame(asSaved(ours), theirs)) return asShown(theirs)
      synced.changes.set(asSaved(ours), changesOf(theirs))
      return ours
    })
    if (isSameList(next, messages)) return
    synced.messages = byId(next.map(asSaved))
    isAdopting = true
    if (whole) whole.replace(next)
    else chat.setMessages(next)
    if (hasUnited) seam.onUnited?.()
    isAdopting = false
  }

  return {
    current,
    get isAdopting() {
      return isAdopting
    },
    isStale() {
      const { messages: known, isRestored } = synced
      const mine = current().messages.map(asSaved)
      const isSynced =
        mine.length === known.size && mine.every((each) => known.get(each.id) === each)
      return isRestored === true && !isSynced
    },
    get left() {
      return left
    },
    leave,
    isGone: () => seam.synced !== synced,
    merge,
    write: (transcript) => packTranscript(whole?.write(transcript) ?? transcript),
  }
}

function isSame(one: ChatMessage, other: ChatMessage): boolean {
  return one === other || JSON.stringify(packMessage(one)) === JSON.stringify(packMessage(other))
}
