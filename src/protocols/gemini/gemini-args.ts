import { list, text, type Json } from '../json/json.js'

/** Returns the JSON text of the arguments, piece by piece. */
export interface ArgsWriter {
  write(partialArgs: Json): string
  /** Closes everything that is open. */
  close(): string
}

/**
 * Turns arguments that come as values, each with its path (`$.recipe.steps[0]`), in the order of the
 * document, into JSON text: so that what has come can be shown, and what was cut is seen to be cut.
 */
export function createArgsWriter(): ArgsWriter {
  /** The path of the value that was written last: a key is text, an index a number. */
  let path: (string | number)[] = []
  let isStringOpen = false

  function writeOne(partial: Json): string {
    const next = pathOf(text(partial?.jsonPath))
    const value = valueOf(partial)
    const string = typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : undefined
    // The end of a string may come without a value.
    if (isStringOpen && next.join() === path.join()) return string ?? ''
    const moved = moveTo(next)
    if (string === undefined) return moved + JSON.stringify(value)
    // It ends when the path changes, because not every backend says whether it goes on.
    isStringOpen = true
    return `${moved}"${string}`
  }

  /** Closes the containers that the next value is not in, and opens those that it is in. */
  function moveTo(next: (string | number)[]): string {
    const differs = next.findIndex((step, at) => step !== path[at])
    const shared = differs < 0 ? next.length - 1 : differs
    const isFirst = path.length === 0
    const closed = closeTo(shared + 1)
    const opened = next.slice(shared).map((step, at) => {
      const isIndex = typeof step === 'number'
      // The container of the first step that differs is open already: this is its next element.
      const isInOpen = at === 0 && !isFirst
      const bracket = isIndex ? '[' : '{'
      return (isInOpen ? ',' : bracket) + (isIndex ? '' : `${JSON.stringify(step)}:`)
    })
    path = next
    return closed + opened.join('')
  }

  function closeTo(depth: number): string {
    const ends = path.slice(depth).map((step) => (typeof step === 'number' ? ']' : '}'))
    return closeString() + ends.reverse().join('')
  }

  function closeString(): string {
    const end = isStringOpen ? '"' : ''
    isStringOpen = false
    return end
  }

  return {
    write: (partialArgs) => list(partialArgs).map(writeOne).join(''),
    close() {
      const end = closeTo(0)
      path = []
      return end
    },
  }
}

function valueOf(partial: Json): unknown {
  return partial?.stringValue ?? partial?.numberValue ?? partial?.boolValue ?? null
}

/** A quoted key is limited in length, or each of many unclosed quotes would cost a search to the end. */
function pathOf(jsonPath: string): (string | number)[] {
  const steps = jsonPath.matchAll(/\.?([^.[\]$'"]+)|\[(?:(\d+)|(['"])(.{0,999}?)\3)\]/g)
  return [...steps].map(([, key, index, , quoted]) =>
    index === undefined ? (key ?? quoted ?? '') : Number(index),
  )
}
