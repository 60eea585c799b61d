const NAMES = ['data', 'event', 'id', 'retry']

/** The length of `event:` and `retry:`: by then a line has shown which field it holds. */
export const LONGEST_NAME = 6

/** Whether a line that begins so may hold a field that the standard knows. */
export function mayBeField(line: string): boolean {
  const colon = line.indexOf(':')
  if (colon === -1) return NAMES.some((name) => name.startsWith(line))
  return NAMES.includes(line.slice(0, colon))
}
