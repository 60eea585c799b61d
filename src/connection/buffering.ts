import { createParser } from '../formats/create-parser.js'
import type { StreamFormat } from '../formats/types.js'

/** A wait of so many milliseconds for the first byte is suspicious. */
const longWait = 1_000
/** Milliseconds from the first byte to the end: a response that was held back arrives within them. */
const atOnce = 50
/** Fewer events than this, or bytes of plain text, may be one short answer that took long to make. */
const manyEvents = 5
const manyBytes = 1_000

/** The URLs, without their queries, that have been warned about: once for each is enough. */
const warned = new Set<string>()

declare const process: { env: Record<string, string | undefined> }

/**
 * Detects that something on the way holds a response back until it is complete, and warns about it.
 * Development only: production bundles drop this code.
 */
export let noteArrival: typeof note | undefined

try {
  // Written out in each file, not imported, so that bundlers can evaluate it and drop the branch.
  if (process.env.NODE_ENV !== 'production') noteArrival = note
} catch {
  // A page without a bundler has no `process`.
}

/** Returns what to call with each chunk. `signal` aborts when the response is over, however it ended. */
function note(
  response: Response,
  format: StreamFormat,
  url: string,
  signal: AbortSignal,
  now: () => number,
  askedAt: number,
): (chunk: Uint8Array) => void {
  let firstAt = Infinity
  let events = 0
  let bytes = 0
  // Not the connection's own parser, which would have to tell of each event in production too.
  const parser = createParser(
    format,
    { onEvent: () => void (events += 1) },
    { maxEventSize: Infinity },
  )

  function wasHeldBack(): boolean {
    if (firstAt - askedAt < longWait || now() - firstAt > atOnce) return false
    return format === 'text' ? bytes >= manyBytes : events >= manyEvents
  }

  signal.addEventListener('abort', () => {
    const name = url.replace(/[?#].*/, '')
    if (!wasHeldBack() || warned.has(name)) return
    warned.add(name)
    console.warn(
      `brooklet: nothing came from ${name} for ${firstAt - askedAt} ms, then all of it at once ` +
        `(${events} events, ${bytes} bytes). ${culprit(response, format)}`,
    )
  })

  return (chunk) => {
    firstAt = Math.min(firstAt, now())
    // Nothing is held back, so nothing more needs to be counted.
    if (now() - firstAt > atOnce) return
    bytes += chunk.length
    parser.push(chunk)
  }
}

function culprit({ headers }: Response, format: StreamFormat): string {
  const encoding = headers.get('content-encoding')
  if (encoding) {
    return `It is compressed (${encoding}), and a compressor keeps what it has until it is flushed: leave streams out of compression, or send Cache-Control: no-transform.`
  }
  if (format === 'text' && headers.get('x-content-type-options') !== 'nosniff') {
    return 'Chromium keeps the beginning of text/plain back to guess its type: send X-Content-Type-Options: nosniff.'
  }
  return 'A proxy on the way probably buffers it: send X-Accel-Buffering: no (nginx) and Cache-Control: no-cache, no-transform, or turn its buffering off.'
}
