import { StreamError } from '../errors.js'
import type { StreamFormat } from '../formats/types.js'
import { createReply, type Exchange, type Reply } from './exchange.js'
import { receiveRequest } from './received-request.js'

/** Milliseconds of real time that `next` waits for a request. */
const patience = 1_000

// The real ones, whatever a test replaces later.
const { setTimeout, clearTimeout } = globalThis

/** The options of `createStreamServer`. */
export interface StreamServerOptions {
  /** The format in which `send` writes, with its content type. Default `sse`. */
  format?: StreamFormat | undefined
  /** Replies to each request as it comes, for tests that do not decide when each part is sent. */
  handler?: ((exchange: Exchange) => void | Promise<void>) | undefined
}

/** A server inside the test. Made by `createStreamServer`. */
export interface StreamServer {
  /** To be passed as the `fetch` option of a hook or a store, or put in place of the global `fetch`. */
  readonly fetch: typeof globalThis.fetch
  /** A resolver for Mock Service Worker: `http.post('/api/chat', server.resolver)`. */
  readonly resolver: (info: { request: Request }) => Promise<Response>
  /** One exchange for each request so far, in order. */
  readonly exchanges: readonly Exchange[]
  /**
   * How many exchanges the server has not ended and the client has not left: 0 after a test that has
   * leaked none.
   */
  readonly active: number
  /**
   * The oldest exchange that `next` has not returned yet. If there is none, waits for the next request.
   *
   * @throws {StreamError} `timeout` if no request comes within a second of real time
   */
  next: () => Promise<Exchange>
}

/**
 * Creates a server inside the test. The test decides when each part of a reply comes: headers, events,
 * single bytes, the end, a cut, or nothing any more.
 *
 * @example
 * ```ts
 * import { createEventStream } from 'brooklet/core'
 * import { createStreamServer } from 'brooklet/testing'
 *
 * const server = createStreamServer()
 * const prices = createEventStream('/prices', { fetch: server.fetch })
 * prices.open()
 *
 * const first = await server.next()
 * first.send({ price: 7 }, { event: 'tick', id: '1' })
 * first.cut()
 *
 * const second = await server.next() // after the retry delay
 * console.log(second.request.lastEventId) // 1
 * ```
 */
export function createStreamServer({
  format = 'sse',
  handler,
}: StreamServerOptions = {}): StreamServer {
  const exchanges: Exchange[] = []
  const untaken: Exchange[] = []
  const waiting: ((exchange: Exchange) => void)[] = []

  function receive(input: RequestInfo | URL, init: RequestInit = {}): Reply {
    const signal = init.signal ?? (input as Partial<Request>).signal
    const reply = createReply(receiveRequest(input, init), signal, format)
    const { exchange } = reply
    exchanges.push(exchange)
    const arrive = waiting.shift()
    if (arrive) arrive(exchange)
    else untaken.push(exchange)
    if (handler) void handle(handler, exchange)
    return reply
  }

  return {
    fetch: (input, init) => receive(input, init).response,
    async resolver({ request }) {
      // Mock Service Worker would turn anything that is thrown into a response with status 500.
      return receive(request).response.catch(() => Response.error())
    },
    exchanges,
    get active() {
      return exchanges.filter(({ state }) => state === 'waiting' || state === 'open').length
    },
    next() {
      const known = untaken.shift()
      if (known) return Promise.resolve(known)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(arrive), 1)
          const message = `Expected request ${exchanges.length + 1} within ${patience} ms, none came`
          reject(new StreamError('timeout', message))
        }, patience)
        function arrive(exchange: Exchange): void {
          clearTimeout(timer)
          resolve(exchange)
        }
        waiting.push(arrive)
      })
    },
  }
}

/**
 * A handler that throws fails the test, by an unhandled rejection, and does not leave its client waiting.
 */
async function handle(
  handler: NonNullable<StreamServerOptions['handler']>,
  exchange: Exchange,
): Promise<void> {
  try {
    await handler(exchange)
  } catch (error) {
    if (exchange.state !== 'ended') exchange.cut(error)
    throw error
  }
}
