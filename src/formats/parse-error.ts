import { maxBody, StreamError } from '../errors.js'
import type { StreamEvent } from './types.js'

/** For whoever reads an event and finds its data broken. Its own errors pass through. */
export function parseError({ type, data }: StreamEvent, cause: unknown): StreamError {
  if (cause instanceof StreamError) return cause
  const message = `Event "${type}" did not parse (${cause}): ${data.slice(0, 100)}`
  return new StreamError('parse', message, { body: data.slice(0, maxBody), cause })
}
