import { StreamError } from '../errors.js'
import { setLastEventId } from '../formats/sse/last-event-id.js'
import type { ConnectionOptions, RequestOptions } from './types.js'

// `*/*` is for error pages: without it a server that negotiates would answer 406 in place of its own error.
const accept =
  'text/event-stream, application/x-ndjson;q=0.9, application/json-seq;q=0.8, text/plain;q=0.7, */*;q=0.1'

/**
 * The `init` of one attempt's `fetch`. Options that are functions are called here, once for each attempt.
 *
 * @throws {StreamError} `invalid-option` for what cannot be sent. What `headers()` throws passes
 * through unchanged, and can be retried: the next attempt may get its token
 */
export async function requestInit(
  options: ConnectionOptions,
  lastEventId: string,
): Promise<RequestInit & { headers: Headers; duplex: 'half' }> {
  const { headers: given, baseHeaders, body } = options
  const asked = typeof given === 'function' ? await given() : given
  const content = typeof body === 'function' ? await orInvalid(body as () => unknown) : body
  return orInvalid(() => {
    const headers = new Headers({ accept })
    const isJson = / (Object|Array)\]/.test(tagOf(content))
    if (isJson) headers.set('content-type', 'application/json')
    for (const part of [baseHeaders, asked]) {
      requestHeaders(part ?? {}).forEach((value, name) => headers.set(name, value))
    }
    setLastEventId(headers, lastEventId)
    return {
      method: requestMethod(options),
      headers,
      body: isJson ? JSON.stringify(content) : (content as BodyInit | undefined),
      credentials: options.credentials,
      // A stream is not worth caching. For this, most browsers send `Cache-Control: no-cache`, without
      // the preflight that setting the header would need.
      cache: 'no-store',
      // Required by the standard where the body is a stream, and allowed everywhere.
      duplex: 'half',
    }
  })
}

/**
 * Makes a part of a request with a function that may call the user's code.
 *
 * @throws {StreamError} `invalid-option` if it throws, because a retry would throw again
 */
export function orInvalid<Part>(make: () => Part): Part {
  try {
    return make()
  } catch (cause) {
    throw new StreamError('invalid-option', `Expected a valid request: ${cause}`, { cause })
  }
}

/** The method as it will be sent. */
export function requestMethod({ method, body }: RequestOptions): string {
  return method?.toUpperCase() ?? (body === undefined ? 'GET' : 'POST')
}

/** Leaves out a header whose value is null or undefined, as `{ authorization: token && … }` may be. */
function requestHeaders(given: HeadersInit): Headers {
  const pairs = Symbol.iterator in given ? (given as Headers) : Object.entries(given)
  const headers = new Headers()
  for (const [name, value] of pairs) {
    try {
      if (value != null) headers.append(name, value)
    } catch {
      // Not the engine's own words, which may hold the value: a token, for example, that nobody may log.
      throw new TypeError(`forbidden character in header ${name}`)
    }
  }
  return headers
}

/**
 * Such as `[object Object]`. Unlike a comparison of prototypes, it works for objects of another realm
 * (a frame, jsdom).
 */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value)
}
