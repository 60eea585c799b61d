/** Bytes as people can read them. */

export type ByteKind = 'plain' | 'control' | 'wide'

export interface Run {
  readonly kind: ByteKind
  readonly hex: string
  readonly text: string
}

/** What of a byte is worth seeing: the end of a line, a record separator, a part of a character. */
function kindOf(byte: number): ByteKind {
  if (byte >= 0x80) return 'wide'
  return byte < 0x20 || byte === 0x7f ? 'control' : 'plain'
}

/** Bytes of a kind side by side, as a hex dump shows them. */
export function runsOf(bytes: Uint8Array): Run[] {
  const runs: Run[] = []
  for (const byte of bytes) {
    const kind = kindOf(byte)
    const last = runs.at(-1)
    const hex = byte.toString(16).padStart(2, '0')
    const text = kind === 'wide' ? '·' : visible(String.fromCharCode(byte))
    if (last?.kind === kind) {
      runs[runs.length - 1] = { kind, hex: `${last.hex} ${hex}`, text: last.text + text }
    } else runs.push({ kind, hex, text })
  }
  return runs
}

export function rowsOf(bytes: Uint8Array, width: number): Uint8Array[] {
  const rows: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += width) {
    rows.push(bytes.subarray(from, from + width))
  }
  return rows
}

/** The text of one chunk alone; bytes of a character that was cut are shown as hex. */
export function textOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes[at]!)
    const character = bytes.subarray(at, at + length)
    const isWhole =
      character.length === length && character.every((byte, i) => i === 0 || isTail(byte))
    if (isWhole && !isTail(bytes[at]!)) {
      text += new TextDecoder().decode(character)
      at += length
    } else {
      text += `‹${bytes[at]!.toString(16)}›`
      at += 1
    }
  }
  return visible(text)
}

const isTail = (byte: number): boolean => (byte & 0xc0) === 0x80

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4
  if (lead >= 0xe0) return 3
  return lead >= 0xc0 ? 2 : 1
}

const signs: Readonly<Record<string, string>> = { '\n': '↵', '\r': '←', '\t': '→', '\u001e': '■' }

/** Control characters as signs that every font has. */
function visible(text: string): string {
  return [...text]
    .map((character) => signs[character] ?? (character < ' ' ? '·' : character))
    .join('')
}
