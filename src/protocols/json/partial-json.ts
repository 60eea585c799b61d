import { wholeCharacters } from '../../formats/whole-characters.js'

/** JSON that is still coming, read a delta at a time. */
export interface PartialJson {
  /** Never throws: after broken JSON, or one nested deeper than 500, nothing more is read. */
  push(delta: string): void
  /**
   * The value so far: open strings, arrays and objects are closed; what is incomplete is left out (a key,
   * a number or literal, an escape, half of a surrogate pair). `undefined` before there is a value. If a
   * key is repeated, its last value counts.
   *
   * Values are immutable: what has ended is shared between them, what is open is copied. Asking after
   * every delta costs O(length) in all, because an open container of many elements is copied again only
   * after enough characters: with 1000 elements, a value may be 60 characters late.
   */
  value(): unknown
}

/** An array or object that is open. */
interface Container {
  /** Its complete elements; in an object, its entries. */
  items: unknown[]
  /** In an object, the key of the value that comes next, `null` before that key; in an array, undefined. */
  key?: unknown
}

/** The characters of a string, without an escape that is incomplete. */
const characters = /^(?:[^"\\]|\\u.{4}|\\[^u])*/
/** White space; a number or literal, which may go on; or one character. */
const token = /^(?:\s+|[\w.+-]+|[^])/

/** Lenient: when the text is complete, `JSON.parse` has to say whether it is JSON. */
export function createPartialJson(): PartialJson {
  /** The innermost first; the outermost has the document as its element. */
  const open: Container[] = [{ items: [] }]
  /** What is not read yet. */
  let rest = ''
  /** The string that is open, decoded. */
  let string: string | undefined
  /** The first half of a surrogate pair after it, whose other half is still to come. */
  let half = ''
  /** The number or literal that is open. */
  let scalar = ''
  let shown: unknown
  /** How many characters came since `shown`. */
  let fresh = 0
  let isBroken = false

  /** Reads one token, or what there is of a string. Returns whether to go on. */
  function read(): boolean {
    if (rest === '') return false
    if (string !== undefined) return readString(string)
    const next = take(token)
    if (/[\w.+-]/.test(next)) {
      scalar += next
      return true
    }
    if (scalar) add(JSON.parse(scalar))
    scalar = ''
    if (next === '"') string = ''
    if (next === '[') open.unshift({ items: [] })
    if (next === '{') open.unshift({ items: [], key: null })
    if (next === ',' && open[0]!.key !== undefined) open[0]!.key = null
    if (open[1] && /[}\]]/.test(next)) add(closed(open.shift()!))
    if (open.length > 500) throw new RangeError()
    return true
  }

  function readString(before: string): boolean {
    const piece = half + JSON.parse(`"${take(characters)}"`)
    const isOver = rest[0] === '"'
    const whole = isOver ? piece : wholeCharacters(piece)
    string = before + whole
    half = piece.slice(whole.length)
    if (!isOver) return false
    take(token)
    if (open[0]!.key === null) open[0]!.key = string
    else add(string)
    string = undefined
    return true
  }

  function add(value: unknown): void {
    open[0]!.items.push(entry(open[0]!, value))
  }

  function take(pattern: RegExp): string {
    const [taken] = pattern.exec(rest)!
    rest = rest.slice(taken.length)
    return taken
  }

  return {
    push(delta) {
      if (isBroken) return
      rest += delta
      fresh += delta.length
      try {
        while (read());
      } catch {
        isBroken = true
      }
    },
    value() {
      const width = open.reduce((sum, { items }) => sum + items.length, 0)
      if (!fresh || width > 64 + 16 * fresh) return shown
      fresh = 0
      let value: unknown = open[0]?.key === null ? undefined : string
      for (const each of open) value = closed(each, value)
      shown = (value as unknown[])[0]
      return shown
    },
  }
}

/** Made from entries, with which `__proto__` is a key like any other. */
function closed(container: Container, last?: unknown): unknown {
  const { items, key } = container
  const all = last === undefined ? [...items] : [...items, entry(container, last)]
  return key === undefined ? all : Object.fromEntries(all as [string, unknown][])
}

function entry({ key }: Container, value: unknown): unknown {
  return key === undefined ? value : [key, value]
}
