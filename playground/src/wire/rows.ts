import type { Stream } from './types.js'

/** The first line of the strip on which nothing is open; the one it had where that is free. */
export function freeRow(others: readonly Stream[], before = 0): number {
  const taken = new Set<number>()
  for (const { row, connections } of others) {
    if (connections.some(({ endedAt }) => endedAt === undefined)) taken.add(row)
  }
  if (!taken.has(before)) return before
  let row = 0
  while (taken.has(row)) row += 1
  return row
}
