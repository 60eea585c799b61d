export interface ObjectFinder {
  /** Returns the objects that end in the next piece of the JSON. */
  find(piece: string): string[]
  /** Whether an object has begun that has not ended. */
  isOpen(): boolean
}

/**
 * Finds objects in JSON that comes in pieces: the document itself, or each element of a list, as soon as
 * it is complete. Looks at each character once.
 */
export function createObjectFinder(): ObjectFinder {
  /** The pieces of the object so far. */
  let pieces: string[] = []
  let depth = 0
  let isString = false
  /** Where the character is that a backslash escapes. */
  let escaped = -1

  return {
    find(piece) {
      const found: string[] = []
      let start = 0
      // Only braces count: what lies between two objects of a list is of no interest.
      for (const { 0: mark, index } of piece.matchAll(/[\\"{}]/g)) {
        if (index === escaped) continue
        if (isString) {
          isString = mark !== '"'
          if (mark === '\\') escaped = index + 1
        } else if (mark === '"') {
          isString = depth > 0
        } else if (mark === '{') {
          if (depth === 0) start = index
          depth += 1
        } else if (mark === '}' && depth > 0) {
          depth -= 1
          if (depth > 0) continue
          found.push(pieces.join('') + piece.slice(start, index + 1))
          pieces = []
        }
      }
      escaped -= piece.length
      if (depth > 0) pieces.push(piece.slice(start))
      return found
    },
    isOpen: () => depth > 0,
  }
}
