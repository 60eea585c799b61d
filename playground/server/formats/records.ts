/** What the four formats carry: the same values, each awkward for a reader in its own way. */
export interface FormatRecord {
  n: number
  /** The event's name in the event stream. */
  kind: string
  text: string
  [more: string]: unknown
}

const texts: readonly (Omit<FormatRecord, 'n'> & { kind: string; text: string })[] = [
  { kind: 'hello', text: 'A plain record.' },
  { kind: 'note', text: 'Two lines,\nof which this is the second.' },
  { kind: 'note', text: '溪水从石头之间流过，一个字三个字节。' },
  { kind: 'note', text: 'Emoji take four bytes: 🌊🪵🐟, and families more: 👩‍👩‍👧' },
  { kind: 'reading', text: 'Numbers', level: 0.62, gauges: [12, 7.5, -3], ok: true, gate: null },
  { kind: 'note', text: 'Quotes "inside", a back\\slash, a tab\tand a colon: here.' },
  { kind: 'long', text: `${'The brook runs on. '.repeat(30)}完。` },
  { kind: 'note', text: '' },
  { kind: 'note', text: 'data: this looks like a field, and is not one' },
  { kind: 'note', text: 'مرحبا, שלום, Ελληνικά, ไทย: other scripts' },
  {
    kind: 'reading',
    text: '嵌套',
    stones: [
      { id: 1, 名字: '鹅卵石' },
      { id: 2, 名字: '青石' },
    ],
  },
  { kind: 'end', text: 'The last record: nothing comes after it.' },
]

export const records: readonly FormatRecord[] = texts.map((record, index) => ({
  n: index + 1,
  ...record,
}))
