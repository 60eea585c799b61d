import { StreamError } from '../errors.js'
import type { StreamFormat } from '../formats/types.js'
import type { RequestOptions } from './types.js'

const contentTypes: Record<StreamFormat, string> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'json-seq': 'application/json-seq',
  text: 'text/plain',
}

// Any other type last: a server that negotiates would else answer 406 in place of its own error.
const anyFormat =
  'text/event-stream, application/x-ndjson;q=0.9, application/json-seq;q=0.8, text/plain;q=0.7, */*;q=0.1'

/** The `init` of one attempt's `fetch`. Functions among the options are asked here, each time anew. */
export async function requestInit(
  options: RequestOptions,
  lastEventId: string,
): Promise<RequestInit> {
  const headers = await requestHeaders(options)
  if (!headers.has('accept')) {
    headers.set('accept', options.format ? contentTypes[options.format] : anyFormat)
  }
  const idHeader = headerValue(lastEventId)
  if (idHeader) headers.set('last-event-id', idHeader)

  const body = requestBody(options, headers)
  return {
    method: requestMethod(options),
    headers,
    body,
    credentials: options.credentials ?? 'same-origin',
    // Puts `Cache-Control: no-cache` on the wire without the preflight that a header of ours would need.
    cache: 'no-store',
    // The standard asks for it where the body is a stream.
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  }
}

/** The method as it will be sent. */
export function requestMethod(options: RequestOptions): string {
  return options.method?.toUpperCase() ?? (options.body === undefined ? 'GET' : 'POST')
}

/** The URL against the page's own, where there is a page. */
export function requestUrl(url: string, options: RequestOptions): string {
  const base = typeof document === 'object' ? document.baseURI : globalThis.location?.href
  // A `fetch` of the user's own may know what to do with a relative URL outside a page.
  const fallback = options.fetch ? 'http://localhost' : undefined
  try {
    const resolved = new URL(url, base ?? fallback).href
    return base ? resolved : url
  } catch (cause) {
    throw new StreamError('invalid-option', `Expected a URL, got ${JSON.stringify(url)}`, {
      url,
      cause,
      hint: base ? undefined : 'Outside a page a URL must be absolute: there is nothing to resolve it against.',
    })
  }
}

async function requestHeaders({ headers }: RequestOptions): Promise<Headers> {
  const given = typeof headers === 'function' ? await headers() : headers
  if (given === undefined || given instanceof Headers || Array.isArray(given)) {
    return new Headers(given)
  }
  // A header without a value is left out: `{ authorization: token && … }` is how people write it.
  const entries = Object.entries(given as Record<string, string | null | undefined>)
  return new Headers(entries.filter((entry): entry is [string, string] => entry[1] != null))
}

function requestBody(options: RequestOptions, headers: Headers): BodyInit | undefined {
  const body: unknown = typeof options.body === 'function' ? options.body() : options.body
  if (!isJson(body)) return body as BodyInit | undefined
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return JSON.stringify(body)
}

// By tag, because an object of another realm (a frame, jsdom) has another prototype.
function isJson(body: unknown): boolean {
  const tag = Object.prototype.toString.call(body)
  return tag === '[object Object]' || tag === '[object Array]'
}

/**
 * An id as a header's value: its UTF-8 bytes, as EventSource sends it (`Headers` refuses what is
 * beyond Latin-1). `''` where it cannot be one, else every attempt would fail before it is sent.
 */
function headerValue(id: string): string {
  let value = ''
  for (const byte of new TextEncoder().encode(id)) {
    if (byte < 0x20 || byte === 0x7f) return ''
    value += String.fromCharCode(byte)
  }
  return value
}
