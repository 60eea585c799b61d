/**
 * Which leader this tab follows and what it has heard, so that no change of leader loses or doubles an
 * event.
 *
 * Tabs hear the same reports at different times, and one that was frozen may miss some. A new leader
 * resumes from the last event id that it has heard itself. A tab that had heard more from the old
 * leader drops what comes again; one that had heard less asks for what it has missed.
 *
 * Where neither of two tabs knows the last event of the other, one of them stopped before the other
 * began. Each knows all ids from its origin on, so it is the one whose origin is older, and it has to
 * lead: only by its id can what both have missed be read. Each such change of leader leads further
 * back, so two tabs never take the lock from each other in turn.
 */
import type { StreamEvent } from '../../formats/types.js'
import type { EventNews, News, Place, Report } from './messages.js'

/** How many events, and characters of data, are remembered for tabs that are behind. */
const most = { events: 1_000, characters: 1_000_000 }

type Head = Pick<Report, 'term' | 'number' | 'after' | 'origin'>

export interface Succession {
  /**
   * The place of the last event that this tab has heard or, before the first event, of the last report;
   * undefined before the first report.
   */
  readonly place: Place | undefined
  /** Begins a term of this tab's own, now, whose stream resumes after this id. */
  begin(term: string, lastEventId: string, now: number): void
  /** The head of the next report of this tab's own term. */
  next(): Head
  /** The head of the last report of this tab's own term. */
  current(): Head
  /** Something may be missing: until a summary of it has come, no other report is `new`. */
  fallBehind(): void
  /**
   * Whether a report is to be delivered. `new`: yes. `old`: no, because this tab knows it, a summary
   * will have it, or its leader's term is over. `gap`: no, because something is missing before it, and
   * a summary has to be asked for. `lost`: no, because something is missing that the leader cannot
   * tell: this tab has to lead, and read it again.
   */
  judge(report: Report): 'new' | 'old' | 'gap' | 'lost'
  /** Whether this tab has heard the event before. */
  isRepeated(news: EventNews, report: Pick<Report, 'ids'>): boolean
  remember(news: EventNews): void
  /** Whether this tab knows of an event with this id. */
  knows(id: string): boolean
  /**
   * What another tab has missed since its place and the id of its last event. Where this tab cannot
   * tell, that is just the last event, with the ids of those before.
   */
  since(place: Place | undefined, lastEventId: string): { ids?: string[]; events: EventNews[] }
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
  /** The ids of all events from the origin on. Those from before this tab came are known by name only. */
  let ids: string[] = []
  let origin = 0
  /** The ids that the current leader may read again, because it began at an earlier one. */
  let repeats: string[] = []

  function succeed(next: Head): void {
    if (head) past.set(head.term, head.number)
    head = next
    const { term, number, after } = next
    // Known only by name, and its leader may not know yet that it has been robbed.
    if (!past.has(after.term)) past.set(after.term, 0)
    repeats = ids.slice(ids.lastIndexOf(after.lastEventId) + 1)
    memory.push({ term, number })
    if (ids.length === 0) origin = next.origin
  }

  function indexOfId(id: string): number {
    return id === '' ? -1 : memory.findIndex(({ event }) => event?.lastEventId === id)
  }

  function knows(id: string): boolean {
    return ids.includes(id)
  }

  function hasHeard({ term, number, event }: EventNews): boolean {
    if (knows(event.lastEventId)) return true
    return memory.some((entry) => isEvent(entry) && entry.term === term && entry.number === number)
  }

  /** Takes over what the leader knows, in place of what this tab has heard. */
  function startOver(known: string[], itsOrigin: number): void {
    // Where events have no ids, memory alone tells which of them have been heard.
    if (ids.length > 0) memory.length = characters = 0
    ids = known
    origin = itsOrigin
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
    begin(term, lastEventId, now) {
      isBehind = false
      const { term: before, number } = head ?? { term: '', number: 0 }
      const after = { term: before, number, lastEventId }
      succeed({ term, number: 0, after, origin: ids.length === 0 ? now : origin })
    },
    next() {
      head = { ...head!, number: head!.number + 1 }
      return head
    },
    current: () => head!,
    fallBehind() {
      isBehind = true
    },
    judge({ term, number, after, origin: itsOrigin, to, ids: known, news }) {
      const next = { term, number, after, origin: itsOrigin }
      const isSummary = to !== undefined
      if (past.has(term) || (isSummary && !isBehind)) return 'old'
      if (!isSummary && isBehind) return number > 1 ? 'old' : 'gap'
      if (!isSummary && !follows(head!, next)) {
        isBehind = true
        return 'gap'
      }
      const last = news.find(isEvent)
      if (known && !(last && hasHeard(last))) {
        const own = ids.at(-1)
        const isBefore = !last || origin < itsOrigin || known.includes(own!)
        if (own !== undefined && isBefore) return 'lost'
        startOver(known, itsOrigin)
      }
      isBehind = false
      if (head?.term === term) head = next
      else succeed(next)
      return 'new'
    },
    isRepeated(news, { ids: known }) {
      // Then the answer is the leader's last event, and this tab may be ahead of the leader.
      if (known && hasHeard(news)) return true
      const id = news.event.lastEventId
      const index = repeats.indexOf(id)
      if (index !== -1) repeats = repeats.slice(index + 1)
      // A new id ends the repeats. The id that the leader began after is not new: events without an id of
      // their own still bear it.
      else if (id !== head!.after.lastEventId) repeats = []
      return index !== -1
    },
    remember(news) {
      const { lastEventId } = news.event
      memory.push(news)
      if (lastEventId) ids.push(lastEventId)
      if (ids.length > most.events) ids.shift()
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
      const events = memory.slice(known + 1).filter(isEvent)
      if (known !== -1) return { events }
      // Events without an id of their own bear that of the event before.
      return { ids: ids.slice(0, ids.indexOf(ids.at(-1)!)), events: events.slice(-1) }
    },
  }
}

function isEvent(entry: Entry | News): entry is EventNews {
  return 'event' in entry
}

function sizeOf({ event }: Entry): number {
  return event?.data.length ?? 0
}
