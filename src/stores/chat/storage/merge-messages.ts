/**
 * Merges two tabs' versions of one conversation: a union by id, in the order of what is stored.
 * Whichever tab merges first and however often, no message of either is lost.
 */
import type { ChatMessage, MessagePart } from '../../../protocols/message/message.js'
import { isSameList } from '../../same-list.js'
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

/**
 * `changesOf`: how many times a message had been changed in place. `unite`: makes a message with other
 * parts, because each version has answers to tool calls that the other one lacks.
 */
export function mergeMessages(
  mine: readonly ChatMessage[],
  stored: readonly ChatMessage[],
  changesOf: (message: ChatMessage) => number,
  unite: (message: ChatMessage, parts: MessagePart[]) => ChatMessage,
): ChatMessage[] {
  const own = byId(mine)
  const { after, turn } = additions(mine, new Set(stored.map(({ id }) => id)))
  const merged = [...(after.get(undefined) ?? [])]
  for (const theirs of stored) {
    merged.push(mergeMessage(own.get(theirs.id), theirs), ...(after.get(theirs.id) ?? []))
  }
  return [...merged, ...turn]

  function mergeMessage(ours: ChatMessage | undefined, theirs: ChatMessage): ChatMessage {
    if (!ours) return theirs
    const steps = stepsOf(theirs, changesOf(theirs))
    const ahead = stepsOf(ours, changesOf(ours)).map((step, index) => step - steps[index]!)
    const isOurs = (ahead.find(Boolean) ?? 0) > 0
    const [newer, older] = isOurs ? [ours, theirs] : [theirs, ours]
    const parts = newer.parts.map((part, index) => {
      const other = older.parts[index]
      return part.type === 'tool-call' && stepOf(other) > stepOf(part) ? other! : part
    })
    return isSameList(parts, newer.parts) ? newer : unite(newer, parts)
  }
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

/**
 * How far a message has come, the most telling first: whether it has gone on after its tools, whether it
 * is over, until then its length, and how many times it had been changed in place.
 */
function stepsOf(message: ChatMessage, changes: number): number[] {
  const isOver = !isUnderWay(message) && message.status !== 'interrupted'
  const { continuedAt = 0, content } = message
  return [continuedAt, Number(isOver), isOver ? 0 : content.length, changes]
}

/** How far a call has come: whether some tab has begun to run it, and whether it has its answer. */
function stepOf(part: MessagePart | undefined): number {
  if (part?.type !== 'tool-call') return 0
  return isUnanswered(part) ? Number(part.state === 'running') : 2
}

/** How far its calls have come, taken together. */
export function stepsOfCalls({ parts }: ChatMessage): number {
  return parts.reduce((sum, part) => sum + stepOf(part), 0)
}

export function byId(messages: readonly ChatMessage[]): Map<string, ChatMessage> {
  return new Map(messages.map((message) => [message.id, message]))
}
