/** Which of the numbered events have come, and how often. */
import type { StreamEvent } from 'brooklet'

export interface Count {
  /** How many there are in all. */
  readonly of: number
  /** For each number, from 1, how often it came. */
  readonly times: readonly number[]
  readonly last: number
  readonly outOfOrder: number
}

export const nothingYet: Count = { of: 0, times: [], last: 0, outOfOrder: 0 }

export interface CountValue {
  n: number
  of: number
}

export function addToCount(count: Count, { type }: StreamEvent, { n, of }: CountValue): Count {
  if (type !== 'count') return count
  const times = Array.from({ length: of }, (_, index) => count.times[index] ?? 0)
  times[n - 1] = (times[n - 1] ?? 0) + 1
  const outOfOrder = count.outOfOrder + (n < count.last ? 1 : 0)
  return { of, times, last: Math.max(n, count.last), outOfOrder }
}

export type NumberState = 'awaited' | 'here' | 'missing' | 'doubled'

export function stateOf({ times, last }: Count, number: number): NumberState {
  const came = times[number - 1] ?? 0
  if (came > 1) return 'doubled'
  if (came === 1) return 'here'
  return number < last ? 'missing' : 'awaited'
}

export function tally(count: Count): Record<NumberState, number> {
  const all = { awaited: 0, here: 0, missing: 0, doubled: 0 }
  for (let number = 1; number <= count.of; number++) all[stateOf(count, number)] += 1
  return all
}
