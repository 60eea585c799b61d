/**
 * Which leader this tab follows and what it has heard, so that no change of leader loses or doubles an
 * event.
 *
 * Tabs hear the same reports at different times, and one that was frozen may miss some. A new leader
 * resumes from the last event id that it has heard itself. A tab that had heard more from the old
 * leader drops what comes again; one that had heard less asks for what it has missed.
 */
import type { StreamEvent } from '../../formats/types.js'
import type { EventNews, Place, Report } from './messages.js'

/** How many events, and characters of data, are remembered for tabs that are behind. */
const most = { events: 1_000, characters: 1_000_000 }

type Head = Pick<Report, 'term' | 'number' | 'after'>

export interface Succession {
  /**
   * The place of the last event that this tab has heard or, before the first event, of the last report;
   * undefined before the first report.
   */
  readonly place: Place | undefined
  /** Begins a term of this tab's own, whose stream resumes after this id. */
  begin(term: string, lastEventId: string): void
  /** The head of the next report of this tab's own term. */
  next(): Head
  /** The head of the last report of this tab's own term. */
  current(): Head
  /** Something may be missing: until a summary of it has come, no other report is `new`. */
  fallBehind(): void
  /**
   * Whether a report is to be delivered. `new`: yes. `old`: no, because this tab knows it, a summary
   * will have it, or its leader's term is over. `gap`: no, because something is missing before it, and
   * a summary has to be asked for.
   */
  judge(report: Report): 'new' | 'old' | 'gap'
  /** Whether this tab has heard the event before. `isWhole` is that of the report which brings it. */
  isRepeated(news: EventNews, isWhole?: boolean): boolean
  remember(news: EventNews): void
  /** Whether this tab remembers an event with this id. */
  knows(id: string): boolean
  /**
   * What another tab has missed since its place and the id of its last event. Where this tab cannot
   * tell, that is just the last event.
   */
  since(place: Place | undefined, lastEventId: string): { isWhole: boolean; events: EventNews[] }
  /**
   * Whether this tab has missed events from before the leader began, which the leader cannot tell: then
   * this tab must lead, to read them itself.
   */
  isLost(answer: Report, lastEventId: string): boolean
}

type Entry = Place & { event?: StreamEvent }

export function createSuccession(): Succession {
  /** The head of the last report, heard or made. */
  let head: Head | undefined
  let isBehind = true
  /**
   * The terms before this one, and how far this tab has heard each: more of their reports may still
   * arrive.
   */
  const past = new Map<string, number>()
  /** The events heard. An entry without one marks how far a term was when this tab first heard of it. */
  const memory: Entry[] = []
  let characters = 0
  /** The ids that the current leader may read again, because it began at an earlier one. */
  let repeats: string[] = []

  function succeed(next: Head): void {
    if (head) past.set(head.term, head.number)
    head = next
    const { term, number, after } = next
    // Known only by name, and its leader may not know yet that it has been robbed.
    if (!past.has(after.term)) past.set(after.term, 0)
    const ids = memory.map(idOf)
    repeats = ids.slice(ids.lastIndexOf(after.lastEventId) + 1).filter(Boolean)
    memory.push({ term, number })
  }

  function indexOfId(id: string): number {
    return id === '' ? -1 : memory.findIndex((entry) => idOf(entry) === id)
  }

  function knows(id: string): boolean {
    return indexOfId(id) !== -1
  }

  /** Whether nothing is missing between what this tab has heard and a report. */
  function follows(last: Head, { term, number, after }: Head): boolean {
    if (last.term === term) return number === last.number + 1
    if (number > 1) return false
    // Only by an id can a leader read again what this tab has heard and it has not.
    if (after.lastEventId !== '') return knows(after.lastEventId)
    return last.term === after.term && last.number === after.number
  }

  return {
    knows,
    get place() {
      const last = memory.findLast(isEvent) ?? head
      return last && { term: last.term, number: last.number }
    },
    begin(term, lastEventId) {
      isBehind = false
      const { term: before, number } = head ?? { term: '', number: 0 }
      succeed({ term, number: 0, after: { term: before, number, lastEventId } })
    },
    next() {
      head = { ...head!, number: head!.number + 1 }
      return head
    },
    current: () => head!,
    fallBehind() {
      isBehind = true
    },
    judge({ term, number, after, to }) {
      const next = { term, number, after }
      const isSummary = to !== undefined
      if (past.has(term) || (isSummary && !isBehind)) return 'old'
      const isCurrent = head?.term === term
      if (!isSummary && isBehind) return isCurrent || number > 1 ? 'old' : 'gap'
      if (!isSummary && !follows(head!, next)) {
        isBehind = true
        return 'gap'
      }
      isBehind = false
      if (isCurrent) head = next
      else succeed(next)
      return 'new'
    },
    isRepeated(news, isWhole) {
      // Then the answer is the leader's last event, and this tab may be ahead of the leader.
      if (isWhole === false && memory.some((entry) => isSame(entry, news))) return true
      const id = news.event.lastEventId
      const index = repeats.indexOf(id)
      if (index !== -1) repeats = repeats.slice(index + 1)
      // A new id ends the repeats. The id that the leader began after is not new: events without an id of
      // their own still bear it.
      else if (id !== head!.after.lastEventId) repeats = []
      return index !== -1
    },
    remember(news) {
      memory.push(news)
      characters += sizeOf(news)
      while (memory.length > most.events || (characters > most.characters && memory.length > 1)) {
        characters -= sizeOf(memory.shift()!)
      }
    },
    since(asked, lastEventId) {
      // If that tab has heard more of the term than this one, an event, not a mark, shows where both were.
      const isAhead = asked && asked.number > (past.get(asked.term) ?? Infinity)
      const byPlace = memory.findLastIndex(
        (entry) =>
          entry.term === asked?.term &&
          entry.number <= asked.number &&
          (!isAhead || isEvent(entry)),
      )
      // What only that tab has heard from an earlier leader, a later one has read again: the id finds it.
      const known = Math.max(byPlace, indexOfId(lastEventId))
      const isWhole = known !== -1
      const events = memory.slice(known + 1).filter(isEvent)
      return { isWhole, events: isWhole ? events : events.slice(-1) }
    },
    isLost({ term, isWhole, after }, lastEventId) {
      if (past.has(term) || isWhole !== false) return false
      return knows(lastEventId) && !knows(after.lastEventId)
    },
  }
}

function isEvent(entry: Entry): entry is EventNews {
  return entry.event !== undefined
}

function isSame(entry: Entry, news: EventNews): boolean {
  const id = idOf(news)
  if (id !== '' && idOf(entry) === id) return true
  return isEvent(entry) && entry.term === news.term && entry.number === news.number
}

function idOf({ event }: Entry): string {
  return event?.lastEventId ?? ''
}

function sizeOf({ event }: Entry): number {
  return event?.data.length ?? 0
}
