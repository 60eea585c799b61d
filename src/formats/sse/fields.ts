const NAMES = ['data:', 'event:', 'id:', 'retry:']

/** Of `event:` and `retry:`: by then a line has shown which field it holds. */
export const LONGEST_NAME = 6

/** Whether a line that begins so may hold a field that the standard knows. */
export function mayBeField(line: string): boolean {
  return NAMES.some((name) => line.startsWith(name) || name.startsWith(line))
}
