import { expect, test } from 'vitest'
import { createSuccession, type Succession } from '../../../src/connection/tabs/succession.js'
import type { EventNews, Place, Report } from '../../../src/connection/tabs/messages.js'

/** A tab that leads a term of its own and has read these events; where no data is given, it is the id. */
function reading(
  events: { id: string; data?: string }[],
  { own = 'own', now = 0 } = {},
): Succession {
  const succession = createSuccession()
  succession.begin(own, '', now)
  for (const { id, data = id } of events) {
    const { term, number } = succession.next()
    succession.remember(news(id, { term, number }, data))
  }
  return succession
}

function news(id: string, { term, number }: Place, data = id): EventNews {
  return { type: 'event', term, number, event: { type: 'message', data, lastEventId: id } }
}

/** Whether events with these ids, which another leader reads, are ones that it has read again. */
function areRepeated({ isRepeated }: Succession, ids: string[]): boolean[] {
  return ids.map((id) => isRepeated(news(id, { term: 'other', number: 2 }), {}))
}

const idsOf = (news: EventNews[]) => news.map(({ event }) => event.lastEventId)

test('a thousand events are remembered', () => {
  const ids = Array.from({ length: 1_001 }, (_, index) => `${index + 1}`)
  const { since } = reading(ids.map((id) => ({ id })))
  const all = since({ term: 'own', number: 2 }, '2')
  expect([all.ids, all.events.length]).toEqual([undefined, 999])
  const part = since({ term: 'own', number: 1 }, '1')
  expect([part.ids, idsOf(part.events)]).toEqual([ids.slice(1, -1), ['1001']])
})

test('a million characters are remembered, and of a longer event that one', () => {
  const data = 'x'.repeat(500_000)
  const since = (succession: Succession, number: number) => {
    const { ids, events } = succession.since({ term: 'own', number }, `${number}`)
    return [!ids, idsOf(events)]
  }
  const succession = reading([{ id: '1', data }, { id: '2', data }, { id: '3' }])
  expect(since(succession, 1)).toEqual([false, ['3']])
  expect(since(succession, 2)).toEqual([true, ['3']])
  const full = reading([
    { id: '1', data },
    { id: '2', data },
  ])
  expect(since(full, 1)).toEqual([true, ['2']])
  const long = reading([{ id: '1' }, { id: '2', data: `${data}${data}x` }])
  expect(since(long, 1)).toEqual([false, ['2']])
})

test('a new tab is told the last event, and one that was there when no event had come all', () => {
  const succession = createSuccession()
  succession.judge(report('before', 2, { to: 'question' }))
  succession.begin('own', '', 0)
  for (const data of ['a', 'b']) succession.remember(news('', succession.next(), data))
  const told = (place?: Place) => succession.since(place, '').events.map(({ event }) => event.data)
  expect(told()).toEqual(['b'])
  expect(told({ term: 'before', number: 2 })).toEqual(['a', 'b'])
  // This one has heard more of the tab that led before, and nobody can tell what.
  expect(told({ term: 'before', number: 3 })).toEqual(['b'])
})

test('a tab that has heard more of the tab that led before is told all since the last event of that', () => {
  const { judge, remember, begin, next, since } = createSuccession()
  judge(report('before', 1, { to: 'question' }))
  judge(report('before', 2))
  remember(news('', { term: 'before', number: 2 }, 'a'))
  begin('own', '', 0)
  for (const data of ['b', 'c']) remember(news('', next(), data))
  const { ids, events } = since({ term: 'before', number: 3 }, '')
  expect([ids, events.map(({ event }) => event.data)]).toEqual([undefined, ['b', 'c']])
})

test('a place is that of the last event or, before the first one, of the last report', () => {
  const succession = createSuccession()
  expect(succession.place).toBeUndefined()
  succession.judge(report('a', 2, { to: 'question' }))
  expect(succession.place).toEqual({ term: 'a', number: 2 })
  succession.judge(report('a', 3))
  succession.remember(news('7', { term: 'a', number: 3 }))
  succession.judge(report('a', 4))
  expect(succession.place).toEqual({ term: 'a', number: 3 })
})

test('a new leader is heard where nothing is missing before its first report', () => {
  function judge(
    number: number,
    after: Partial<Report['after']>,
    { first = 1, ids = [] as string[] } = {},
  ): string {
    const { judge, remember } = createSuccession()
    judge(report('a', 3, { to: 'question' }))
    for (const id of ids) remember(news(id, { term: 'a', number: 3 }))
    return judge(report('b', first, { after: { term: 'a', number, lastEventId: '', ...after } }))
  }
  expect(judge(3, {})).toBe('new')
  expect(judge(2, {})).toBe('gap')
  expect(judge(4, {})).toBe('gap')
  expect(judge(3, { term: 'other' })).toBe('gap')
  expect(judge(3, {}, { first: 2 })).toBe('gap')
  // What this tab has heard and the new leader has not, that one reads again by its id.
  const ids = ['7', '8']
  expect(judge(2, { lastEventId: '7' }, { ids })).toBe('new')
  expect(judge(3, { lastEventId: '9' }, { ids })).toBe('gap')
  expect(judge(3, { lastEventId: '7' }, { ids, first: 2 })).toBe('gap')
})

test('a leader says where it was when it took over', () => {
  const tab = reading([{ id: '1' }, { id: '2' }])
  tab.begin('next', '2', 0)
  expect(tab.next().after).toEqual({ term: 'own', number: 2, lastEventId: '2' })
})

test('an event without an id that a new leader reads again does not hide which ones came before', () => {
  const succession = reading([{ id: '1' }, { id: '1', data: 'without' }, { id: '2' }, { id: '3' }])
  const after = { term: 'own', number: 2, lastEventId: '1' }
  expect(succession.judge(report('other', 1, { after }))).toBe('new')
  expect(areRepeated(succession, ['1', '2', '3', '4'])).toEqual([false, true, true, false])
  // Nor is one that comes after what was read again taken for that.
  succession.judge(report('third', 1, { after: { ...after, term: 'other', number: 1 } }))
  expect(areRepeated(succession, ['2', '2', '3'])).toEqual([true, false, false])
})

/** The head of a report of another tab. */
function report(term: string, number: number, more: Partial<Report> = {}): Report {
  const after = { term: '', number: 0, lastEventId: '' }
  return { type: 'report', term, number, after, origin: 0, news: [], ...more }
}

test('a tab that waits for a summary hears nothing else, and asks for another where a leader begins', () => {
  const { judge } = createSuccession()
  expect(judge(report('a', 5))).toBe('old')
  expect(judge(report('a', 1))).toBe('gap')
  expect(judge(report('a', 6, { to: 'question' }))).toBe('new')
  expect(judge(report('a', 6, { to: 'question' }))).toBe('old')
  expect(judge(report('a', 7))).toBe('new')
  expect(judge(report('a', 9))).toBe('gap')
  expect(judge(report('a', 10))).toBe('old')
})

test('a leader that answers although another has begun is not heard: the other answers, too', () => {
  const { judge, fallBehind } = createSuccession()
  judge(report('a', 1, { to: 'question' }))
  const after = { term: 'a', number: 1, lastEventId: '' }
  expect(judge(report('b', 1, { after }))).toBe('new')
  expect(judge(report('a', 2))).toBe('old')
  fallBehind()
  expect(judge(report('a', 3, { to: 'question' }))).toBe('old')
  expect(judge(report('b', 2, { after, to: 'question' }))).toBe('new')
  expect(judge(report('b', 3, { after }))).toBe('new')
})

test('an event that is new ends what comes again', () => {
  const succession = reading([{ id: '1' }, { id: '2' }, { id: '3' }, { id: '4' }])
  const after = { term: 'own', number: 1, lastEventId: '1' }
  succession.judge(report('other', 1, { after }))
  expect(areRepeated(succession, ['2', '3', 'new', '4'])).toEqual([true, true, false, false])
})

test('an event whose server has begun to send none of its ids is not one that comes again', () => {
  const succession = reading([{ id: '1' }, { id: '2' }])
  const after = { term: 'own', number: 1, lastEventId: '1' }
  succession.judge(report('other', 1, { after }))
  succession.judge(report('third', 1, { after: { ...after, term: 'other' } }))
  expect(areRepeated(succession, [''])).toEqual([false])
})

test('the last event is known by its id, or by where it was read, if a leader can tell only that', () => {
  const { isRepeated } = reading([{ id: '1' }, { id: '2' }])
  const answer = { ids: [] }
  expect(isRepeated(news('1', { term: 'other', number: 9 }), answer)).toBe(true)
  expect(isRepeated(news('3', { term: 'other', number: 9 }), answer)).toBe(false)
  const withoutIds = reading([{ id: '', data: 'a' }])
  const isKnown = (place: Place) => withoutIds.isRepeated(news('', place), answer)
  expect(isKnown({ term: 'own', number: 1 })).toBe(true)
  expect(isKnown({ term: 'own', number: 2 })).toBe(false)
  expect(isKnown({ term: 'other', number: 1 })).toBe(false)
})

/** A tab that has read a part of a stream of which each event has the time that it was sent as its id. */
interface Part {
  begin: number
  end: number
}

function judgeAnswer(asking: Part, leading: Part): string {
  const [tab, leader] = [asking, leading].map(({ begin, end }, index) => {
    const ids = Array.from({ length: end - begin }, (_, past) => `${begin + past + 1}`)
    return reading(
      ids.map((id) => ({ id })),
      { own: `${index}`, now: begin },
    )
  }) as [Succession, Succession]
  tab.fallBehind()
  const { ids, events } = leader.since(tab.place, `${asking.end}`)
  return tab.judge({ ...report('', 0), ...leader.current(), to: 'question', ids, news: events })
}

test('of two tabs just the one that stopped before the other began is lost', () => {
  const times = [0, 1, 2, 3, 4, 5]
  const parts = times.flatMap((begin) =>
    times.filter((end) => end >= begin).map((end) => ({ begin, end })),
  )
  for (const asking of parts) {
    for (const leading of parts) {
      // A tab that has heard nothing has nothing to lose.
      const isLost = asking.end <= leading.begin || leading.end === leading.begin
      const expected = asking.end > asking.begin && isLost ? 'lost' : 'new'
      expect([asking, leading, judgeAnswer(asking, leading)]).toEqual([asking, leading, expected])
    }
  }
})

/** What a tab makes of the answer of one that began at this time, and has heard nothing that it knows. */
function judgeStranger({ judge, fallBehind }: Succession, origin: number): string {
  fallBehind()
  const answer = { to: 'question', origin, ids: ['8'], news: [news('9', { term: 'z', number: 2 })] }
  return judge(report('z', 3, answer))
}

test('a tab that begins with the last event knows all since the origin of the leader', () => {
  for (const [origin, expected] of [
    [4, 'new'],
    [6, 'lost'],
  ] as const) {
    const late = createSuccession()
    const last = news('2', { term: 'a', number: 2 })
    late.judge(report('a', 2, { to: 'question', origin: 5, ids: ['1'], news: [last] }))
    late.remember(last)
    expect(judgeStranger(late, origin)).toBe(expected)
  }
})

test('a tab that was there when its leader began knows all since the origin of that', () => {
  const tab = createSuccession()
  tab.judge(report('a', 0, { to: 'question', ids: [] }))
  const after = { term: 'a', number: 0, lastEventId: '' }
  expect(tab.judge(report('b', 1, { after, origin: 5 }))).toBe('new')
  tab.remember(news('1', { term: 'b', number: 1 }))
  expect(judgeStranger(tab, 6)).toBe('lost')
})

test('a tab keeps its own origin, whatever that of the leader whom it follows', () => {
  const tab = reading([{ id: '1' }], { now: 5 })
  const after = { term: 'own', number: 1, lastEventId: '1' }
  expect(tab.judge(report('b', 1, { after, origin: 7 }))).toBe('new')
  expect(judgeStranger(tab, 6)).toBe('lost')
})

test.each([1, 900_000])(
  'a tab that starts over, because it has missed too much, can tell others only what came since (%i characters)',
  (length) => {
    const tab = reading([{ id: '1', data: 'x'.repeat(length) }])
    expect(judgeStranger(tab, 0)).toBe('new')
    for (const id of ['9', '10'])
      tab.remember(news(id, { term: 'z', number: 2 }, 'x'.repeat(400_000)))
    expect(tab.since({ term: 'own', number: 1 }, '1').ids).toEqual(['8', '9'])
    expect(tab.since(undefined, '9').ids).toBe(undefined)
  },
)

test('a tab without ids that follows one which has heard nothing still knows what it has heard itself', () => {
  const tab = reading([{ id: '', data: 'a' }])
  tab.fallBehind()
  expect(tab.judge(report('b', 1, { to: 'question', ids: [] }))).toBe('new')
  expect(tab.since({ term: 'own', number: 1 }, '')).toEqual({ events: [] })
})

test('a tab without ids that starts over still knows what it has heard before', () => {
  const tab = reading([{ id: '', data: 'a' }])
  const answer = { to: 'question', ids: [], news: [news('', { term: 'z', number: 2 }, 'c')] }
  tab.fallBehind()
  expect(tab.judge(report('z', 2, answer))).toBe('new')
  expect(tab.isRepeated(news('', { term: 'own', number: 1 }, 'a'), answer)).toBe(true)
})
