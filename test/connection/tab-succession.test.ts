import { expect, test } from 'vitest'
import { createSuccession, type Succession } from '../../src/connection/tab-succession.js'
import type { EventNews } from '../../src/connection/tab-messages.js'

/** A tab that leads a term of its own and has read these events; where no data is given, it is the id. */
function reading(events: { id: string; data?: string }[]): Succession {
  const succession = createSuccession()
  succession.begin('own', '')
  for (const { id, data = id } of events) {
    const { term, number } = succession.next()
    const event = { type: 'message', data, lastEventId: id }
    succession.remember({ type: 'event', term, number, event })
  }
  return succession
}

const idsOf = (news: EventNews[] | undefined) => news?.map(({ event }) => event.lastEventId)

test('a million characters are remembered, and of a longer event that one', () => {
  const data = 'x'.repeat(600_000)
  const succession = reading([{ id: '1', data }, { id: '2', data }, { id: '3' }])
  expect(idsOf(succession.since({ term: 'own', number: 1 }, '1'))).toBeUndefined()
  expect(idsOf(succession.since({ term: 'own', number: 2 }, '2'))).toEqual(['3'])
  const long = reading([{ id: '1' }, { id: '2', data: data + data }])
  expect(idsOf(long.last())).toEqual(['2'])
})

test('an event without an id that a new leader reads again does not hide which ones came before', () => {
  const succession = reading([{ id: '1' }, { id: '1', data: 'without' }, { id: '2' }, { id: '3' }])
  const after = { term: 'own', number: 2, lastEventId: '1' }
  const report = { type: 'report', term: 'other', number: 1, after, news: [] } as const
  expect(succession.judge({ ...report, news: [] })).toBe('new')
  expect(['1', '2', '3', '4'].map(succession.isRepeated)).toEqual([false, true, true, false])
})

test('an event that is new ends what comes again', () => {
  const succession = reading([{ id: '1' }, { id: '2' }, { id: '3' }])
  const after = { term: 'own', number: 1, lastEventId: '1' }
  succession.judge({ type: 'report', term: 'other', number: 1, after, news: [] })
  expect(['2', 'new', '3'].map(succession.isRepeated)).toEqual([true, false, false])
})
