/** The text without the first half of a surrogate pair at its end: its other half is still to come. */
export function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]/.test(text.slice(-1)) ? text.slice(0, -1) : text
}
