import type { StreamFormat } from './types.js'

/** The content type that each format is sent as. `detectFormat` knows its other names, too. */
export const contentTypes: Record<StreamFormat, string> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'json-seq': 'application/json-seq',
  text: 'text/plain; charset=utf-8',
}
