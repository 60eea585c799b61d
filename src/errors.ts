/**
 * The closed list of what can go wrong.
 *
 * - `network`: the server was not reached, the connection was lost, or CORS hides the answer from the page
 * - `http`: the server refused, with an error status
 * - `content-type`: the answer is not a stream, but for example a login page
 * - `timeout`: no response came within `connectTimeout`, or no byte within `idleTimeout`
 * - `parse`: an event's data is not what was expected
 * - `protocol`: the backend reported an error within its stream
 * - `incomplete`: the stream ended before what it was sending was complete
 * - `too-large`: an event, a file or what waits to be sent is larger than it may be
 * - `busy`: a reply is still streaming, or too many messages wait for it
 * - `invalid-option`: what was asked for cannot work, and was not sent
 * - `storage`: what is kept across reloads cannot be read or written
 * - `aborted`: it was given up on purpose: by a signal, by `stop()`, or because its component or reader left
 */
export type StreamErrorCode =
  | 'network'
  | 'http'
  | 'content-type'
  | 'timeout'
  | 'parse'
  | 'protocol'
  | 'incomplete'
  | 'too-large'
  | 'busy'
  | 'invalid-option'
  | 'storage'
  | 'aborted'

/** The longest `body` that an error keeps, in characters. */
export const maxBody = 65_536

const transient: StreamErrorCode[] = ['network', 'timeout', 'incomplete']

/** The further fields of a `StreamError`, besides its code and its message. */
export interface StreamErrorDetails {
  url?: string | undefined
  status?: number | undefined
  body?: string | undefined
  hint?: string | undefined
  retryable?: boolean | undefined
  retryAfter?: number | undefined
  cause?: unknown
}

/**
 * The one class of errors of this library. `message` is for people: it says what was expected and what
 * came, or holds a provider's own words verbatim; the request's URL stands in it without its query and
 * without a password. `code` is for programs.
 *
 * @example
 * ```ts
 * import { StreamError } from 'brooklet'
 *
 * function explain(error: unknown): string {
 *   if (!(error instanceof StreamError)) return String(error)
 *   return error.code === 'http' ? `The server answered ${error.status}` : error.message
 * }
 * ```
 */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  /** What went wrong, for programs. */
  declare readonly code: StreamErrorCode
  /** The URL of the request, where there was one. */
  declare readonly url?: string
  /** The HTTP status, where a response came: for the codes `http` and `content-type`. */
  declare readonly status?: number
  /** The first 65,536 characters of what came instead: an HTTP error's body, a record that did not parse. */
  declare readonly body?: string
  /** What to do about it. Only in development: production bundles contain no hints. */
  declare readonly hint?: string
  /** Whether the same request may succeed later: a lost connection, a timeout, 408, 429, 5xx. */
  declare readonly retryable: boolean
  /** Milliseconds that the server asks to wait before the next try (`Retry-After`), if it does. */
  declare readonly retryAfter?: number

  constructor(code: StreamErrorCode, message: string, details: StreamErrorDetails = {}) {
    // A URL may hold a password, a key or a prompt, and messages are shown and logged.
    const { url } = details
    super(url ? message.split(url).join(url.replace(/(\/\/)[^/?]*@|\?.*/gs, '$1')) : message)
    Object.assign(this, details, { code, retryable: details.retryable ?? transient.includes(code) })
  }
}

/** The error, which now names the URL of its request if it named none. */
export function atUrl<E extends StreamError | undefined>(error: E, url: string): E {
  if (error && url) (error as { url?: string }).url ||= url
  return error
}
