import { createStreamServer } from '../../src/testing/stream-server.js'
import type { Exchange as Reply } from '../../src/testing/exchange.js'

/** One request, with the arguments of `fetch` as they were, and what the test makes of its reply. */
export interface Exchange {
  url: string
  init: RequestInit
  headers: Headers
  /** The response's headers, and from then on its body. */
  open(headers?: HeadersInit, status?: number): void
  send(chunk: string | Uint8Array): void
  end(): void
  /** The connection breaks, before or after its headers. */
  cut(): void
  /** A whole answer. */
  answer(status: number, body?: string, headers?: HeadersInit): void
  /** The client has let go of the body. */
  isCanceled(): boolean
}

export interface ScriptedFetch {
  fetch: typeof fetch
  exchanges: Exchange[]
  /** The newest exchange. */
  readonly last: Exchange
}

export const sse = { 'content-type': 'text/event-stream' }

/** `deaf`: a fetch that does not react to its signal, as mocks and instrumented ones do. */
export function scriptedFetch({ deaf = false } = {}): ScriptedFetch {
  const server = createStreamServer()
  const exchanges: Exchange[] = []
  return {
    exchanges,
    get last() {
      return exchanges.at(-1)!
    },
    fetch(input, init = {}) {
      const response = server.fetch(input, deaf ? { ...init, signal: undefined } : init)
      exchanges.push(adapt(String(input), init, server.exchanges.at(-1)!))
      return response
    },
  }
}

function adapt(url: string, init: RequestInit, reply: Reply): Exchange {
  return {
    url,
    init,
    headers: reply.request.headers,
    open(given = sse, status = 200) {
      const headers = new Headers(given)
      // A server that sends none.
      if (!headers.has('content-type')) headers.set('content-type', '')
      reply.open({ headers, status })
    },
    send: (chunk) => reply.write(chunk),
    end: () => reply.end(),
    cut() {
      if (reply.state !== 'ended') reply.cut(new TypeError('the network is gone'))
    },
    answer: (status, body, headers) => reply.respond(status, body, headers),
    isCanceled: () => reply.state === 'left',
  }
}
