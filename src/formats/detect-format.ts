import type { StreamFormat } from './types.js'

/** The format that a `Content-Type` announces; its parameters and case do not matter. */
export function detectFormat(contentType: string | null): StreamFormat | undefined {
  const essence = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  switch (essence) {
    case 'text/event-stream':
      return 'sse'
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
    case 'application/x-jsonlines':
    case 'application/jsonlines':
    case 'application/json-lines':
      return 'ndjson'
    case 'application/json-seq':
      return 'json-seq'
    case 'text/plain':
      return 'text'
    default:
      return undefined
  }
}
