import type { StreamFormat } from './types.js'

/**
 * The format that a `Content-Type` header names, or `undefined` if it names none. Parameters and case
 * do not matter.
 *
 * @example
 * ```ts
 * import { detectFormat } from 'brooklet/parser'
 *
 * const response = await fetch('/api/stream')
 * if (!detectFormat(response.headers.get('content-type'))) console.log(await response.text())
 * ```
 */
export function detectFormat(contentType: string | null): StreamFormat | undefined {
  // A proxy may have added the header a second time: `Headers` joins the two with a comma.
  const essence = contentType?.split(/[;,]/, 1)[0]!.trim().toLowerCase() ?? ''
  if (essence === 'text/event-stream') return 'sse'
  if (/^application\/(x-)?(ndjson|jsonl|json-?lines)$/.test(essence)) return 'ndjson'
  if (essence === 'application/json-seq') return 'json-seq'
  return essence === 'text/plain' ? 'text' : undefined
}
