import { contentTypes } from '../formats/content-types.js'
import { detectFormat } from '../formats/detect-format.js'
import type { StreamFormat } from '../formats/types.js'

/** The formats that a stream of events can be sent in: all but `text`, which has no events. */
export type EventFormat = Exclude<StreamFormat, 'text'>

export interface Negotiated {
  format: EventFormat
  contentType: string
}

/** In our order of preference. */
const formats: readonly EventFormat[] = ['sse', 'ndjson', 'json-seq']

interface Range {
  name: string
  quality: number
}

interface Choice extends Negotiated {
  quality: number
  /** Matched by its name (2), by its kind, such as `text/*` (1), or by the range for any type (0). */
  precision: 2 | 1 | 0
}

/**
 * The format that an `Accept` header prefers (RFC 9110, 12.5.1), and the content type by which it names
 * it. Server-sent events if it prefers none, or accepts nothing that we can send.
 */
export function negotiate(accept: string | null): Negotiated {
  const ranges = (accept ?? '').split(',').map(toRange)
  // A format has several names: the one with the highest quality counts.
  ranges.sort((a, b) => b.quality - a.quality)
  const [best] = formats
    .map((format) => choice(format, ranges))
    .filter((choice) => choice !== undefined)
    .sort((a, b) => b.quality - a.quality || b.precision - a.precision)
  return best ?? inFormat('sse')
}

/** A format with its usual content type. */
export function inFormat(format: EventFormat): Negotiated {
  return { format, contentType: contentTypes[format] }
}

function toRange(text: string): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return { name, quality: weight === undefined ? 1 : Number(weight.slice('q='.length)) || 0 }
}

/**
 * How much a format is wanted, by the most precise of the ranges that include it; `undefined` if it is
 * not accepted.
 */
function choice(format: EventFormat, ranges: Range[]): Choice | undefined {
  const usual = contentTypes[format]
  const byName = ranges.find(({ name }) => detectFormat(name) === format)
  const byKind = ranges.find(({ name }) => name === `${usual.split('/', 1)[0]}/*`)
  const range = byName ?? byKind ?? ranges.find(({ name }) => name === '*/*')
  if (!range || range.quality <= 0) return undefined
  return {
    format,
    contentType: byName?.name ?? usual,
    quality: range.quality,
    precision: byName ? 2 : byKind ? 1 : 0,
  }
}
