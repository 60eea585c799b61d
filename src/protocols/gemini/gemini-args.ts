import { list, text, type Json } from '../json/json.js'

/** Writes the pieces that are still missing, and returns them. */
export interface ArgsWriter {
  write(partialArgs: Json): string
  /** What closes everything that is open. */
  close(): string
}

/**
 * Arguments that come as values, each with its path (`$.recipe.steps[0]`), in the order of the
 * document, as JSON text: so that what has come is shown, and what was cut is seen to be cut.
 */
export function createArgsWriter(): ArgsWriter {
  /** Of the value that was written last: a key is text, an index a number. */
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
    // Where the path changes it has ended: not everybody says whether it goes on.
    isStringOpen = true
    return `${moved}"${string}`
  }

  /** Closes what the next value is not in, and opens what it is in. */
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

/** A key in quotes has a limit, lest many that do not close are each looked for to the end. */
function pathOf(jsonPath: string): (string | number)[] {
  const steps = jsonPath.matchAll(/\.?([^.[\]$'"]+)|\[(?:(\d+)|(['"])(.{0,999}?)\3)\]/g)
  return [...steps].map(([, key, index, , quoted]) =>
    index === undefined ? (key ?? quoted ?? '') : Number(index),
  )
}
