/** The longest that a timer can wait, in milliseconds: given more, such as `Infinity`, it fires at once. */
const longest = 2 ** 31 - 1

export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, longest)
}
