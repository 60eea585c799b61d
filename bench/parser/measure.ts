import type { Contender } from './contenders.js'

const WARM_UP_ROUNDS = 10
const ROUNDS = 61
const CELL_MILLISECONDS = 2000

/**
 * The times of each contender in ms, round by round. They take turns, forwards and backwards, so that
 * whatever else the machine does falls on all of them alike.
 */
export function timeRounds(
  contenders: readonly Contender[],
  chunks: readonly Uint8Array[],
  rounds = ROUNDS,
): number[][] {
  const times: number[][] = contenders.map(() => [])
  const start = performance.now()
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    if (round > WARM_UP_ROUNDS && performance.now() - start > CELL_MILLISECONDS) break
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = round % 2 === 0 ? turn : contenders.length - 1 - turn
      const before = performance.now()
      contenders[index]!(chunks)
      if (round >= 0) times[index]!.push(performance.now() - before)
    }
  }
  return times
}

/** How many times as fast the first is: the median over the rounds, which a busy machine moves least. */
export function speedRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((time, round) => theirs[round]! / time))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
