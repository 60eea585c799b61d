const NAMES = ['data', 'event', 'id', 'retry']
const ZERO = 48
const NINE = 57

/** The length of `event:` and `retry:`: by then a line has shown which field it holds. */
export const LONGEST_NAME = 6

/** Whether a line that begins so may hold a field that the standard knows. */
export function mayBeField(line: string): boolean {
  const colon = line.indexOf(':')
  if (colon === -1) return NAMES.some((name) => name.startsWith(line))
  return NAMES.includes(line.slice(0, colon))
}

/** "If the field value consists of only ASCII digits": `Number` would also take '1e3', ' 1' and ''. */
export function isDigits(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code < ZERO || code > NINE) return false
  }
  return value !== ''
}
