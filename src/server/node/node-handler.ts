import { rawRequest, toRequest, type IncomingRequest } from './node-request.js'
import { breakOff, rawResponse, respond, type OutgoingResponse } from './node-response.js'
import { onClose } from './on-close.js'

/**
 * Turns a handler of web requests into one for Node's `http`, for Express and for Fastify. When the
 * client leaves, the request's `signal` aborts and the response's body is canceled; a client that reads
 * slowly slows the body down. What the handler has not read of the request's body when the response is
 * over is skipped. Headers that middleware or plugins have set are sent, too. What cannot be made a
 * `Request` is answered with 400. What the handler throws, unless the client has left, is reported with
 * `console.error`, and answered with a 500 that says nothing of it. Although its type does not say so,
 * for Node does not wait, it returns a promise that resolves when the response is over: h3 and others
 * wait for that.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { eventStreamResponse, nodeHandler } from 'brooklet/server'
 *
 * const hello = nodeHandler((request) =>
 *   eventStreamResponse(request, ({ send }) => send({ data: 'Hello' })),
 * )
 * createServer(hello).listen(3000)
 * ```
 */
export function nodeHandler(
  handler: (request: Request) => Response | Promise<Response>,
): (incoming: IncomingRequest, outgoing: OutgoingResponse) => void {
  return (...given): unknown => serve(handler, ...given)
}

async function serve(
  handler: (request: Request) => Response | Promise<Response>,
  incoming: IncomingRequest,
  outgoing: OutgoingResponse,
): Promise<void> {
  const { method, socket } = rawRequest(incoming)
  const raw = rawResponse(outgoing)
  const left = new AbortController()
  let isOver = false
  function leave(): void {
    left.abort()
  }
  // The client may have left already, while earlier middleware was busy.
  if (raw.destroyed || raw.stream?.destroyed) leave()
  const closed = new Promise<void>((resolve) => raw.on('close', resolve))
  void closed.then(() => {
    if (!isOver) leave()
  })
  // A response that waits behind another of its connection is not told that this has closed.
  const forget = socket && onClose(socket, leave)
  const response = await answer(handler, incoming, left.signal, closed)
  try {
    await respond(raw, method, response, left.signal)
  } catch (error) {
    // Somebody has answered already, or Node does not send such a header.
    console.error(error)
    response.body?.cancel().catch(() => {})
    breakOff(raw)
  }
  isOver = true
  forget?.()
}

async function answer(
  handler: (request: Request) => Response | Promise<Response>,
  incoming: IncomingRequest,
  signal: AbortSignal,
  closed: Promise<void>,
): Promise<Response> {
  try {
    const request = toRequest(incoming, signal, closed)
    if (!request) return new Response(null, { status: 400 })
    // Node does not abort the signal of a request that nobody holds any more.
    void closed.then(() => request)
    const response = (await handler(request)) as Response | undefined
    if (response) return response
    throw new TypeError(`Expected a Response of the handler, got ${response}`)
  } catch (error) {
    if (!signal.aborted) console.error(error)
    return new Response(null, { status: 500 })
  }
}
