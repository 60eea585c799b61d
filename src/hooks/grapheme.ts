/** How many characters are segmented at first: more than nearly all graphemes have. */
const reach = 32

let segmenter: Intl.Segmenter | undefined

/**
 * The start and the end of the grapheme at `index`: a flag, a family emoji or a letter with its marks is
 * one grapheme. `text` is segmented from `from` on, which has to be the start of a grapheme. Without
 * `Intl.Segmenter` (Firefox before 125) only code points are kept whole.
 */
export function graphemeAt(
  text: string,
  from: number,
  index: number,
): [start: number, end: number] {
  if (!('Segmenter' in Intl)) return codePointAt(text, index)
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  // `segment` copies its input, so it gets a short slice, and a longer one only if the grapheme is longer.
  for (let until = index + reach; ; until += until - index) {
    const found = segmenter.segment(text.slice(from, until)).containing(index - from)!
    const start = from + found.index
    const end = start + found.segment.length
    // Only the character that follows, which may be a surrogate pair, shows that a grapheme has ended.
    if (end + 1 < until || until >= text.length) return [start, end]
  }
}

function codePointAt(text: string, index: number): [start: number, end: number] {
  const isSecondHalf = text.codePointAt(index - 1)! > 0xffff
  const start = isSecondHalf ? index - 1 : index
  return [start, start + (text.codePointAt(start)! > 0xffff ? 2 : 1)]
}
