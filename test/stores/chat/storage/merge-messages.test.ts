import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import {
  countChanges,
  isPresent,
  mergeMessages,
  mergePresence,
} from '../../../../src/stores/chat/storage/merge-messages.js'

function message(id: string, fields: Partial<ChatMessage> = {}): ChatMessage {
  const content = fields.content ?? id
  return { id, role: 'user', content, parts: [], status: 'complete', createdAt: 1, ...fields }
}

const nothing = (): number => 0

function unite(original: ChatMessage, parts: ChatMessage['parts']): ChatMessage {
  return { ...original, parts }
}

describe('which version counts', () => {
  const reply = (content: string, status: ChatMessage['status']): ChatMessage =>
    message('r', { role: 'assistant', content, status })

  test.each([
    ['the longer one that is not over', reply('long', 'interrupted'), reply('lo', 'streaming'), 0],
    ['the longer one, stored', reply('lo', 'interrupted'), reply('long', 'streaming'), 1],
    ['the one that is over, even shorter', reply('lo', 'complete'), reply('long', 'streaming'), 0],
    ['the stored one that is over', reply('long', 'streaming'), reply('lo', 'stopped'), 1],
    ['of two that are over, the stored one', reply('a', 'complete'), reply('b', 'complete'), 1],
  ])('%s', (_, mine, stored, expected) => {
    expect(mergeMessages([mine], [stored], nothing, unite)[0]).toBe([mine, stored][expected])
  })

  test.each([0, 1])(
    'the one that was changed last, with the answers of the other one (%s)',
    (place) => {
      const call = { type: 'tool-call', id: 'c', name: 'now', args: {}, argsText: '{}' } as const
      const [waits, runs, done] = (['approval', 'running', 'done'] as const).map((state) => ({
        ...call,
        state,
      }))
      const mine = { ...reply('a', 'complete'), parts: [done!, waits!, runs!, done!] }
      const stored = { ...reply('a', 'complete'), parts: [waits!, done!, waits!, runs!] }
      const [newer, older] = place === 0 ? [mine, stored] : [stored, mine]
      const changesOf = (each: ChatMessage): number => Number(each === newer)
      const [merged] = mergeMessages([mine], [stored], changesOf, unite)
      expect(merged).toEqual({ ...newer, parts: [done, done, runs, done] })
      expect(mergeMessages([older], [merged!], changesOf, unite)[0]).toBe(merged)
    },
  )

  test.each([0, 1])('the longer one, with a call that the other one lacks (%s)', (place) => {
    const call = { type: 'tool-call', id: 'c', name: 'now', args: {}, argsText: '{}' } as const
    const longer = { ...reply('long', 'streaming'), parts: [{ ...call, state: 'ready' as const }] }
    const [mine, stored] =
      place === 0 ? [longer, reply('lo', 'streaming')] : [reply('lo', 'streaming'), longer]
    expect(mergeMessages([mine], [stored], nothing, unite)[0]).toBe(longer)
  })

  test('and of two answers to a call its own', () => {
    const call = { type: 'tool-call', id: 'c', name: 'now', args: {}, argsText: '{}' } as const
    const done = { ...reply('a', 'complete'), parts: [{ ...call, state: 'done' as const }] }
    const denied = { ...done, parts: [{ ...call, state: 'error' as const }] }
    expect(mergeMessages([denied], [done], nothing, unite)[0]).toBe(done)
  })

  test.each(['pending', 'streaming', 'interrupted'] as const)(
    'the one that goes on after its tools, and is %s, not the one that waits for them',
    (status) => {
      const call = { type: 'tool-call', id: 'c', name: 'now', args: {}, argsText: '{}' } as const
      const waits = { ...reply('a', 'complete'), parts: [{ ...call, state: 'running' as const }] }
      const done = { ...call, state: 'done' as const }
      const goesOn = { ...reply('a', status), parts: [done], continuedAt: 1 }
      for (const before of [waits, { ...waits, parts: [done] }]) {
        for (const changed of [before, goesOn]) {
          const changesOf = (each: ChatMessage): number => Number(each === changed)
          expect(mergeMessages([before], [goesOn], changesOf, unite)[0]).toBe(goesOn)
          expect(mergeMessages([goesOn], [before], changesOf, unite)[0]).toBe(goesOn)
        }
      }
    },
  )

  test('the one that was changed more often', () => {
    const [mine, stored] = [reply('a', 'complete'), reply('b', 'complete')]
    for (const changed of [mine, stored]) {
      const changesOf = (each: ChatMessage): number => (each === changed ? 2 : 1)
      expect(mergeMessages([mine], [stored], changesOf, unite)[0]).toBe(changed)
    }
  })
})

test('what was brought back later than it was taken away elsewhere is there', () => {
  const a = message('a')
  const before = new Map([['a', a]])
  const gone = countChanges(new Map(), before, [])
  expect(isPresent(gone, 'a')).toBe(false)
  const back = countChanges(gone, new Map(), [a])
  expect(isPresent(back, 'a')).toBe(true)
  for (const merged of [mergePresence(gone, back), mergePresence(back, gone)]) {
    expect(isPresent(merged, 'a')).toBe(true)
  }
})

test('a turn of ours follows theirs, and a reply stays with its question', () => {
  const [a, b, c] = [message('a'), message('b'), message('c')]
  const reply = message('r', { role: 'assistant' })
  const ids = (messages: ChatMessage[]): string => messages.map(({ id }) => id).join('')
  expect(ids(mergeMessages([a, b], [a, c], nothing, unite))).toBe('acb')
  expect(ids(mergeMessages([a, b, reply], [a, b, c], nothing, unite))).toBe('abrc')
})
