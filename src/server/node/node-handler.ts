import { rawRequest, toRequest, type IncomingRequest } from './node-request.js'
import { breakOff, rawResponse, respond, type OutgoingResponse } from './node-response.js'
import { onClose } from './on-close.js'

/**
 * Turns a handler of web requests into one for Node's `http`, for Express and for Fastify. When the
 * client leaves, the request's `signal` aborts and the response's body is canceled; a client that reads
 * slowly slows the body down. What the handler has not read of the request's body when the response is
 * over is skipped. Headers that middleware or plugins have set are sent, too.
 *
 * What cannot be made a `Request` is answered with 400. What the handler throws is answered with a 500
 * that says nothing of it and, unless the client has left, reported with `console.error`.
 *
 * Its result returns a promise that resolves when the response is over, for h3 and others that wait for
 * that. The type does not say so, because Node does not wait.
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
  // A response that waits behind another on the same connection is not told that this has closed.
  const forget = socket && onClose(socket, leave)
  const response = await answer(handler, incoming, left.signal, closed)
  try {
    await respond(raw, method, response, left.signal)
  } catch (error) {
    // Something else has answered already, or Node does not send such a header.
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
    // Keeps the request from being collected: Node would not abort its signal any more.
    void closed.then(() => request)
    const response = (await handler(request)) as Response | undefined
    if (response) return response
    throw new TypeError(`Expected a Response of the handler, got ${response}`)
  } catch (error) {
    if (!signal.aborted) console.error(error)
    return new Response(null, { status: 500 })
  }
}
