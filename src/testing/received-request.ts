import { getLastEventId } from '../formats/sse/last-event-id.js'

/** What a client has sent. */
export interface ReceivedRequest {
  method: string
  /** Absolute: resolved against the page, or `http://localhost` if there is none. */
  url: string
  headers: Headers
  /** The `Last-Event-ID` from which the client resumes, `''` where it sent none. */
  lastEventId: string
  /** The body. Unlike a `Request`'s it can be read more than once. */
  text(): Promise<string>
  /** The body parsed as JSON. Rejects if it is not JSON. */
  json(): Promise<unknown>
}

/** Reads the arguments of `fetch`. Not by a `Request`: Node's refuses jsdom's signals. */
export function receiveRequest(
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
): ReceivedRequest {
  const given = typeof input === 'string' || 'href' in input ? undefined : input
  const base = globalThis.document?.baseURI ?? globalThis.location?.href ?? 'http://localhost'
  const url = new URL(given?.url ?? String(input), base)
  const headers = new Headers(init.headers ?? given?.headers)
  let body: Promise<string> | undefined
  function text(): Promise<string> {
    return (body ??= init.body || !given ? new Response(init.body).text() : given.text())
  }
  return {
    method: (init.method ?? given?.method ?? 'GET').toUpperCase(),
    url: url.href,
    headers,
    lastEventId: getLastEventId(headers),
    text,
    json: async () => JSON.parse(await text()) as unknown,
  }
}
