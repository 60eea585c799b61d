/** The records as each format frames them, all legal, none monotonous. */
import { records } from './records.js'
import type { FormatRecord } from './records.js'

export const formatNames = ['sse', 'ndjson', 'json-seq', 'text'] as const
export type FormatName = (typeof formatNames)[number]

export const contentTypes: Record<FormatName, string> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'json-seq': 'application/json-seq',
  text: 'text/plain; charset=utf-8',
}

/** The whole body; `after` skips the records up to that one, for a reader that comes back. */
export function encode(format: FormatName, after = 0): Uint8Array {
  const rest = records.slice(after)
  const body = rest.map((record) => encoders[format](record)).join('')
  return new TextEncoder().encode(format === 'sse' ? ssePrologue + body : body)
}

const ssePrologue = ': the same records as in the other formats\nretry: 2000\n\n'

/** The three line ends of the standard take turns. */
const lineEnds = ['\n', '\r\n', '\r'] as const

const encoders: Record<FormatName, (record: FormatRecord) => string> = {
  sse: (record) => {
    // Every third record is indented: JSON over several `data:` lines.
    const json = JSON.stringify(record, undefined, record.n % 3 === 2 ? 2 : undefined)
    const end = lineEnds[record.n % lineEnds.length]!
    const data = json.split('\n').map((line) => `data: ${line}`)
    return [`event: ${record.kind}`, `id: ${record.n}`, ...data, '', ''].join(end)
  },
  ndjson: (record) => JSON.stringify(record) + (record.n % 2 === 0 ? '\r\n' : '\n'),
  'json-seq': (record) =>
    `\u001e${JSON.stringify(record, undefined, record.n % 4 === 0 ? 2 : 0)}\n`,
  text: (record) => `${record.text}\n`,
}
