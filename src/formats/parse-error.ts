import { maxBody, StreamError } from '../errors.js'
import type { StreamEvent } from './types.js'

/** The error for an event whose data does not parse. A StreamError that its reader threw passes through. */
export function parseError({ type, data }: StreamEvent, cause: unknown): StreamError {
  if (cause instanceof StreamError) return cause
  const message = `Event "${type}" did not parse (${cause}): ${data.slice(0, 100)}`
  return new StreamError('parse', message, { body: data.slice(0, maxBody), cause })
}
