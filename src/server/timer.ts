/** The longest delay of a timer, in milliseconds: with a longer one, such as `Infinity`, it fires at once. */
const longest = 2 ** 31 - 1

export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, longest)
}
