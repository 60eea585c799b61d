import { detectFormat } from '../formats/detect-format.js'
import type { StreamFormat } from '../formats/types.js'

/** What a stream of events can be sent as. `text` has no events. */
export type EventFormat = Exclude<StreamFormat, 'text'>

export interface Negotiated {
  format: EventFormat
  contentType: string
}

const contentTypes: Record<EventFormat, string> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'json-seq': 'application/json-seq',
}

interface Choice extends Negotiated {
  quality: number
  /** A type by name before `text/*`, and that before any. */
  precision: number
}

/**
 * The format that an `Accept` header prefers (RFC 9110, 12.5.1), under the name it uses. Server-sent
 * events where the preferences are equal, and where it asks for nothing that we can send.
 */
export function negotiate(accept: string | null): Negotiated {
  const [best] = (accept ?? '')
    .split(',')
    .map(choice)
    .filter((choice) => choice !== undefined)
    .sort((a, b) => b.quality - a.quality || b.precision - a.precision || rank(a) - rank(b))
  return best ?? inFormat('sse')
}

/** One format under its usual name. */
export function inFormat(format: EventFormat): Negotiated {
  return { format, contentType: contentTypes[format] }
}

function choice(range: string): Choice | undefined {
  const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = weight === undefined ? 1 : Number(weight.slice('q='.length))
  if (!(quality > 0)) return undefined
  if (name === '*/*') return { ...inFormat('sse'), quality, precision: 0 }
  if (name === 'text/*') return { ...inFormat('sse'), quality, precision: 1 }
  if (name === 'application/*') return { ...inFormat('ndjson'), quality, precision: 1 }
  const format = detectFormat(name)
  if (!format || format === 'text') return undefined
  return { format, contentType: name, quality, precision: 2 }
}

function rank({ format }: Negotiated): number {
  return Object.keys(contentTypes).indexOf(format)
}
