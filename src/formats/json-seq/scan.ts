/**
 * Follows a JSON text character by character, just closely enough to know the LF behind its value
 * from one inside it. It does not validate: what it cannot follow is `BROKEN` until the next RS.
 */
export interface ElementScanner {
  /** An RS came: an element begins. */
  begin(): void
  step(code: number): Step
  /** Whether the text so far is a value that only white space delimits, and none came. */
  inScalar(): boolean
}

/** What a character is: white space between elements, part of one, or the LF that ends it. */
export type Step = 'between' | 'part' | 'end'

type State = 'BETWEEN' | 'START' | 'NESTED' | 'STRING' | 'ESCAPE' | 'SCALAR' | 'CLOSED' | 'BROKEN'

const LF = 10
const SPACE = 32
const QUOTE = 34
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const SCALAR_STARTS = '-0123456789tfn'

export function createElementScanner(): ElementScanner {
  let state: State = 'BETWEEN'
  let depth = 0

  function next(code: number): State {
    switch (state) {
      case 'BETWEEN':
        return isSpace(code) ? 'BETWEEN' : 'BROKEN'
      case 'START':
        return isSpace(code) ? 'START' : startOfValue(code)
      case 'NESTED':
        return insideNested(code)
      case 'STRING':
        return insideString(code)
      case 'ESCAPE':
        return 'STRING'
      case 'SCALAR':
        return isSpace(code) ? 'CLOSED' : 'SCALAR'
      case 'CLOSED':
        return isSpace(code) ? 'CLOSED' : 'BROKEN'
      case 'BROKEN':
        return 'BROKEN'
    }
  }

  function startOfValue(code: number): State {
    if (isOpening(code)) {
      depth = 1
      return 'NESTED'
    }
    if (code === QUOTE) return 'STRING'
    return SCALAR_STARTS.includes(String.fromCharCode(code)) ? 'SCALAR' : 'BROKEN'
  }

  function insideNested(code: number): State {
    if (code === QUOTE) return 'STRING'
    if (isOpening(code)) depth++
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--
    return depth === 0 ? 'CLOSED' : 'NESTED'
  }

  function insideString(code: number): State {
    if (code === BACKSLASH) return 'ESCAPE'
    if (code === QUOTE) return depth === 0 ? 'CLOSED' : 'NESTED'
    // JSON has no raw control characters in strings: a LF here does not end the element.
    return code < SPACE ? 'BROKEN' : 'STRING'
  }

  return {
    begin() {
      state = 'START'
      depth = 0
    },
    step(code) {
      state = next(code)
      if (state === 'BETWEEN') return 'between'
      if (state !== 'CLOSED' || code !== LF) return 'part'
      state = 'BETWEEN'
      return 'end'
    },
    inScalar: () => state === 'SCALAR',
  }
}

function isOpening(code: number): boolean {
  return code === OPEN_BRACE || code === OPEN_BRACKET
}

/** JSON's white space. */
function isSpace(code: number): boolean {
  return code === SPACE || (code >= 9 && code <= 13 && code !== 11 && code !== 12)
}
