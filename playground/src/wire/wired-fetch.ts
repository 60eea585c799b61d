/**
 * A `fetch` through which a page sees every message of its streams: hand it to a hook as the `fetch`
 * option. The response reaches the hook as it came, chunk by chunk; a copy is parsed on the side.
 */
import { createParser, detectFormat } from 'brooklet/parser'
import type { Parser, StreamEvent } from 'brooklet/parser'

export interface WatchedRequest {
  method: string
  url: string
  /** What it asks to go on after, where it does. */
  lastEventId?: string
}

/** What becomes of one request. Exactly one `onEnd` comes, last. */
export interface Watcher {
  /** The headers are there. `cut` breaks the connection as a bad network would. */
  onResponse(response: Response, cut: () => void): void
  onChunk(chunk: Uint8Array): void
  onEvent(event: StreamEvent): void
  onComment(text: string): void
  onRetry(milliseconds: number): void
  onEnd(end: RequestEnd): void
}

/** `closed` is the page's own doing; `lost` came from outside. */
export type RequestEnd = { how: 'ended' } | { how: 'closed' | 'lost'; reason?: unknown }

export function wiredFetch(
  watch: (request: WatchedRequest) => Watcher,
  send: typeof fetch = (input, init) => fetch(input, init),
): typeof fetch {
  return async (input, init) => {
    const watcher = once(watch(describe(input, init)))
    const signal = init?.signal
    const end = (how: 'closed' | 'lost', reason: unknown): void =>
      watcher.onEnd(signal?.aborted ? { how: 'closed', reason: signal.reason } : { how, reason })
    let response: Response
    try {
      response = await send(input, init)
    } catch (error) {
      end('lost', error)
      throw error
    }
    // Chromium gives an empty body to a 204 that came with a length, and no response can be made of that.
    const isEmpty = response.status === 204
    if (response.body && !isEmpty)
      return withBody(response, watched(response, response.body, watcher, end))
    watcher.onResponse(response, () => {})
    watcher.onEnd({ how: 'ended' })
    return response
  }
}

/** The same bytes at the same moments: nothing is read before the consumer asks for it. */
function watched(
  response: Response,
  body: ReadableStream<Uint8Array>,
  watcher: Watcher,
  end: (how: 'closed' | 'lost', reason: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const copy = parserOf(response, watcher)
  let isCut = false
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        watcher.onResponse(response, () => {
          if (isCut) return
          isCut = true
          const error = new TypeError('network error')
          controller.error(error)
          watcher.onEnd({ how: 'lost', reason: error })
          void reader.cancel(error).catch(() => {})
        })
      },
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          end('lost', error)
          throw error
        })
        if (isCut) return
        if (done) {
          copy?.end()
          controller.close()
          watcher.onEnd({ how: 'ended' })
        } else {
          controller.enqueue(value)
          watcher.onChunk(value)
          copy?.push(value)
        }
      },
      cancel(reason) {
        end('closed', reason)
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/** A parser for the copy; none where the answer is no stream. An event too large ends it, unheard. */
function parserOf(
  response: Response,
  { onEvent, onComment, onRetry }: Watcher,
): Parser | undefined {
  const format = detectFormat(response.headers.get('content-type'))
  if (!format || !response.ok) return undefined
  const parser = createParser(format, { onEvent, onComment, onRetry })
  let isBroken = false
  return {
    push(chunk) {
      if (isBroken) return
      try {
        parser.push(chunk)
      } catch {
        isBroken = true
      }
    },
    end: () => parser.end(),
    get lastEventId() {
      return parser.lastEventId
    },
  }
}

/** A response made by hand has no `url`, and the reader needs it to resolve relative addresses. */
function withBody(response: Response, body: ReadableStream<Uint8Array>): Response {
  return Object.defineProperties(new Response(body, response), {
    url: { value: response.url },
    redirected: { value: response.redirected },
  })
}

function describe(input: RequestInfo | URL, init?: RequestInit): WatchedRequest {
  const request = input instanceof Request ? input : undefined
  const headers = new Headers(init?.headers ?? request?.headers)
  return {
    method: init?.method ?? request?.method ?? 'GET',
    url: request?.url ?? String(input),
    lastEventId: headers.get('last-event-id') ?? undefined,
  }
}

/** A response that ends may also be canceled: only the first end counts. */
function once(watcher: Watcher): Watcher {
  let hasEnded = false
  return {
    ...watcher,
    onEnd(end) {
      if (hasEnded) return
      hasEnded = true
      watcher.onEnd(end)
    },
  }
}
