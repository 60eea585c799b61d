import type { Environment } from './environment.js'
import { onAbort } from './on-abort.js'

/** Milliseconds of work after which the page gets a turn of the event loop, to paint and to take input. */
const turnLength = 8
/** Bytes that are parsed between two looks at the clock. */
const sliceSize = 16_384

/**
 * Reads a body to its end. An abort also cancels the reader, because not every `fetch` rejects a
 * pending read when its request is aborted.
 */
export async function readChunks(
  { body }: Response,
  signal: AbortSignal,
  push: (chunk: Uint8Array) => void,
  now: Environment['now'],
  delay: Environment['delay'],
): Promise<void> {
  const reader = body!.getReader()
  let worked = 0
  const cancel = (): unknown => reader.cancel().catch(() => {})
  onAbort(signal, cancel)
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read()
      if (done) return
      for (let start = 0; start < value.length && !signal.aborted; start += sliceSize) {
        const since = now()
        push(value.subarray(start, start + sliceSize))
        worked += now() - since
        // A hidden page has nothing to paint, and its timers are throttled.
        if (worked < turnLength || globalThis.document?.hidden) continue
        worked = 0
        await new Promise<void>((resolve) => delay(resolve, 0))
      }
    }
  } finally {
    // Needed when `push` has thrown: the body is still open.
    cancel()
  }
}
