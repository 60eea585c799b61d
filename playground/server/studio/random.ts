/** Repeatable randomness: the same prompt always makes the same tune. */

/** FNV-1a over UTF-16 code units, 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}

export interface Random {
  /** At least 0, below 1. */
  number(): number
  /** An integer from `least` to `most`. */
  between(least: number, most: number): number
  pick<T>(list: readonly T[]): T
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed
  function number(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    number,
    between: (least, most) => least + Math.floor(number() * (most - least + 1)),
    pick: (list) => list[Math.floor(number() * list.length)]!,
  }
}

/** White noise, from -1 to 1, by position: any slice of it can be made on its own. */
export function noise(position: number): number {
  let value = Math.imul(position ^ 0x9e3779b9, 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 31 - 1
}
