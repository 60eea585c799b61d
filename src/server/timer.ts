/** The longest that a timer can wait, in ms: of more, `Infinity` for instance, it would make 1. */
const longest = 2 ** 31 - 1

export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, longest)
}
