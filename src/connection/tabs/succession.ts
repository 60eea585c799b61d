/**
 * Who leads, and what of it a tab has heard, so that no change of leader loses or doubles an event.
 *
 * Tabs hear the same reports at different times, and one that was frozen may miss some. A new leader
 * goes on by the last event id that it has heard itself. A tab that has heard more of the old leader
 * drops what comes again; one that has heard less asks for what it has missed.
 */
import type { EventNews, Place, Report } from './messages.js'

/** How many events, and characters of data, are remembered for tabs that are behind. */
const most = { events: 1_000, characters: 1_000_000 }

type Head = Pick<Report, 'term' | 'number' | 'after'>

export interface Succession {
  /** Where the last report was; undefined before the first. */
  readonly place: Place | undefined
  /** Begins a term of this tab's own, which goes on after this id. */
  begin(term: string, lastEventId: string): void
  /** The head of the next report of this tab's own term. */
  next(): Head
  /** The head of the last one. */
  current(): Head
  /** Something may be missing: until a summary of it has come, other reports are `old`. */
  fallBehind(): void
  /**
   * Whether a report is to be heard. `new`: yes. `old`: this tab knows it, or a summary will tell it.
   * `gap`: something is missing before it, and a summary has to be asked for.
   */
  judge(report: Report): 'new' | 'old' | 'gap'
  /** Whether this tab had the event from an earlier leader. */
  isRepeated(lastEventId: string): boolean
  remember(news: EventNews): void
  /**
   * What a tab has missed whose last report was in this place and whose last event had this id; only
   * the last event where this one cannot tell.
   */
  since(place: Place | undefined, lastEventId: string): { isWhole: boolean; events: EventNews[] }
  /**
   * Whether the leader began after events that this tab has missed, and cannot tell them: then this
   * tab must lead, to read them itself.
   */
  isLost(answer: Report, lastEventId: string): boolean
}

export function createSuccession(): Succession {
  let place: Place | undefined
  let after: Report['after'] = { term: '', number: 0, lastEventId: '' }
  let isBehind = true
  /**
   * The terms before this one, and how far this tab has heard them: some of their reports may still
   * be under way.
   */
  const past = new Map<string, number>()
  const memory: EventNews[] = []
  let characters = 0
  let repeats: string[] = []

  function succeed(next: Place, begun: Report['after']): void {
    if (place) past.set(place.term, place.number)
    past.delete(next.term)
    place = next
    after = begun
    repeats = memory.slice(indexOfId(begun.lastEventId) + 1).map(idOf)
  }

  function indexOfId(id: string): number {
    return id === '' ? -1 : memory.findLastIndex((news) => idOf(news) === id)
  }

  /** Whether nothing is missing between what this tab has heard and a report. */
  function follows({ term, number }: Place, begun: Report['after']): boolean {
    if (!place) return false
    if (place.term === term) return number === place.number + 1
    const ahead = place.number - begun.number
    // Without an id, a leader cannot read again what this tab has heard and it has not.
    const isReached = begun.lastEventId === '' ? ahead === 0 : ahead >= 0
    return number === 1 && place.term === begun.term && isReached
  }

  const current = (): Head => ({ ...place!, after })

  return {
    get place() {
      return place
    },
    begin(term, lastEventId) {
      isBehind = false
      succeed({ term, number: 0 }, { term: '', number: 0, ...place, lastEventId })
      repeats = []
    },
    next() {
      place = { ...place!, number: place!.number + 1 }
      return current()
    },
    current,
    fallBehind() {
      isBehind = true
    },
    judge({ term, number, after: begun, to }) {
      const isSummary = to !== undefined
      if (isSummary ? !isBehind : past.has(term)) return 'old'
      const isCurrent = place?.term === term
      if (!isSummary && isBehind) return isCurrent || number > 1 ? 'old' : 'gap'
      if (!isSummary && !follows({ term, number }, begun)) {
        isBehind = true
        return 'gap'
      }
      isBehind = false
      if (isCurrent) place = { term, number }
      else succeed({ term, number }, begun)
      return 'new'
    },
    isRepeated(id) {
      const index = id === '' ? -1 : repeats.indexOf(id)
      if (index !== -1) repeats = repeats.slice(index + 1)
      // A new id ends the repeats. The one that the leader began after does not: an event without an id
      // of its own still bears it.
      else if (id !== after.lastEventId) repeats = []
      return index !== -1
    },
    remember(news) {
      memory.push(news)
      characters += news.event.data.length
      while (memory.length > most.events || (characters > most.characters && memory.length > 1)) {
        characters -= memory.shift()!.event.data.length
      }
    },
    since(asked, lastEventId) {
      const known = memory.findLastIndex(
        ({ term, number }) => term === asked?.term && number <= asked.number,
      )
      // Where that tab has heard more of an earlier leader than this one, a later leader has read those
      // events again: only their ids tell them.
      const isAhead = asked && asked.number > (past.get(asked.term) ?? Infinity)
      const index = known === -1 || isAhead ? Math.max(known, indexOfId(lastEventId)) : known
      const isWhole = index !== -1
      return { isWhole, events: memory.slice(isWhole ? index + 1 : -1) }
    },
    isLost({ isWhole, after }, lastEventId) {
      const isBefore = indexOfId(lastEventId) !== -1 && indexOfId(after.lastEventId) === -1
      return isWhole === false && isBefore
    },
  }
}

function idOf({ event }: EventNews): string {
  return event.lastEventId
}
