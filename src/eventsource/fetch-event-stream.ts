import { StreamError } from '../errors.js'
import { detectFormat } from '../formats/detect-format.js'

/**
 * A `fetch` that asks for an event stream and accepts nothing else: any answer but a 200 of the type
 * `text/event-stream` ends the connection for good, as the standard says.
 */
export function fetchEventStream(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('accept', 'text/event-stream')
    // Unlike `no-store`, this puts `Cache-Control: no-cache` on the wire in Chromium too; the header
    // itself would need a preflight.
    const response = await fetch(input, { ...init, headers, cache: 'reload' })
    const { status } = response
    const isSse = detectFormat(response.headers.get('content-type')) === 'sse'
    if (status === 200 && isSse) return response
    response.body?.cancel().catch(() => {})
    throw new StreamError('http', 'No event stream came', { status })
  }
}
