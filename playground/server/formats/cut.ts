/** Bytes in pieces as a bad network makes them: inside a character, inside a CRLF, of odd sizes. */

/** Sizes that take turns where none is asked for. */
const oddSizes = [1, 17, 3, 41, 2, 29, 64, 5, 11, 97]

export function cut(bytes: Uint8Array, size?: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let from = 0
  while (from < bytes.length) {
    const length = size ?? oddSizes[chunks.length % oddSizes.length]!
    const to = size === undefined ? awkwardEnd(bytes, from, from + length) : from + length
    chunks.push(bytes.slice(from, to))
    from = to
  }
  return chunks
}

/** The next place within reach at which a careless reader breaks, else the end as it was. */
function awkwardEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = Math.max(from + 1, end - 6); at <= end + 6 && at < bytes.length; at++) {
    const insideCharacter = (bytes[at]! & 0xc0) === 0x80
    const insideLineEnd = bytes[at - 1] === 0x0d && bytes[at] === 0x0a
    if (insideCharacter || insideLineEnd) return at
  }
  return end
}
