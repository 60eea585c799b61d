const NAMES = ['data:', 'event:', 'id:', 'retry:']

/** The length of `event:` and `retry:`: a line this long shows which field it holds, if any. */
export const LONGEST_NAME = 6

/** Whether a line that begins like this may hold one of the standard's fields. */
export function mayBeField(line: string): boolean {
  return NAMES.some((name) => line.startsWith(name) || name.startsWith(line))
}
