/**
 * Merges two tabs' versions of one conversation: a union by id, in the order of what is stored.
 * Whichever tab merges first and however often, no message of either is lost.
 */
import type { ChatMessage } from '../../../protocols/message/message.js'
import { isUnderWay } from '../messages.js'
import { isUnanswered } from '../tools/tool-calls.js'

/**
 * How many times a message was removed or brought back, for those that ever were. Even: it is there. Odd:
 * it is gone. Of two counts, the higher one is the newer.
 */
export type Presence = ReadonlyMap<string, number>

/**
 * How many removed messages are remembered when a page is loaded: only a tab that slept since could bring
 * an older one back. Until then all are, so that every tab learns of them.
 */
const mostRemembered = 1_000

export function recent(presence: Presence): Presence {
  return new Map([...presence].slice(-mostRemembered))
}

export function isPresent(presence: Presence, id: string): boolean {
  return (presence.get(id) ?? 0) % 2 === 0
}

/** Counts what was removed and what was brought back since the messages were `before`. */
export function countChanges(
  presence: Presence,
  before: ReadonlyMap<string, ChatMessage>,
  messages: readonly ChatMessage[],
): Map<string, number> {
  const counts = new Map(presence)
  const now = new Set(messages.map(({ id }) => id))
  const gone = [...before.keys()].filter((each) => !now.has(each) && isPresent(counts, each))
  const back = [...now].filter((each) => !before.has(each) && !isPresent(counts, each))
  for (const each of [...gone, ...back]) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

export function mergePresence(one: Presence, other: Presence): Map<string, number> {
  const counts = new Map(one)
  for (const [id, count] of other) {
    counts.set(id, Math.max(count, counts.get(id) ?? 0))
  }
  return counts
}

/** `changesOf`: how many times a message had been changed in place. */
export function mergeMessages(
  mine: readonly ChatMessage[],
  stored: readonly ChatMessage[],
  changesOf: (message: ChatMessage) => number,
): ChatMessage[] {
  const own = new Map(mine.map((message) => [message.id, message]))
  const { after, turn } = additions(mine, new Set(stored.map(({ id }) => id)))
  const merged = [...(after.get(undefined) ?? [])]
  for (const theirs of stored) {
    const ours = own.get(theirs.id)
    merged.push(
      ours ? newer(ours, theirs, changesOf(ours) - changesOf(theirs)) : theirs,
      ...(after.get(theirs.id) ?? []),
    )
  }
  return [...merged, ...turn]
}

/** What only this tab has: by the stored message that it follows, and by itself the turn that began last. */
function additions(mine: readonly ChatMessage[], known: ReadonlySet<string>) {
  const after = new Map<string | undefined, ChatMessage[]>()
  let last: string | undefined
  for (const message of mine) {
    if (known.has(message.id)) last = message.id
    else after.set(last, [...(after.get(last) ?? []), message])
  }
  // A turn that began here goes after those of other tabs, not between their messages.
  const tail = after.get(last) ?? []
  if (tail[0]?.role !== 'user') return { after, turn: [] }
  after.delete(last)
  return { after, turn: tail }
}

/** The one that has come further; else the one that was changed more often. */
function newer(mine: ChatMessage, theirs: ChatMessage, moreChanges: number): ChatMessage {
  const steps = progressOf(theirs)
  const ahead = progressOf(mine).map((step, index) => step - steps[index]!)
  const isFurther = (ahead.find(Boolean) ?? moreChanges) > 0
  return isFurther ? mine : theirs
}

/**
 * How far a reply has come, the most telling first: answered calls, whether it has gone on after them,
 * whether it is over, and until then its length.
 */
function progressOf(message: ChatMessage): number[] {
  const isOver = !isUnderWay(message) && message.status !== 'interrupted'
  const { continuedAt = 0, content } = message
  return [answersIn(message), continuedAt, Number(isOver), isOver ? 0 : content.length]
}

/** How many of its calls have an answer. */
export function answersIn({ parts }: ChatMessage): number {
  return parts.filter((part) => part.type === 'tool-call' && !isUnanswered(part)).length
}
