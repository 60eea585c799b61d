/** What Node's `IncomingMessage` has and this needs; no module of Node's is imported, even for types. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  method?: string
  url?: string
  headers: Record<string, string | string[] | undefined>
  socket?: {
    on?(event: 'close', listener: () => void): unknown
    off?(event: 'close', listener: () => void): unknown
  }
}

type Header = number | string | string[] | undefined

/** What Node's `ServerResponse` has and this needs. */
export interface NodeResponse {
  statusCode: number
  writableEnded: boolean
  destroyed?: boolean
  /** HTTP/2's, whose response does not say itself that it is destroyed. */
  stream?: { destroyed: boolean }
  getHeader(name: string): Header
  setHeader(name: string, value: NonNullable<Header>): unknown
  /** In HTTP/2 too, though its types do not say so. */
  flushHeaders?(): void
  write(chunk: Uint8Array): boolean
  end(): unknown
  destroy(error?: Error): unknown
  on(event: 'drain' | 'close', listener: () => void): unknown
  /** Middleware that compresses adds it. */
  flush?(): void
}

interface Parsed {
  /** What a body parser has read already. */
  body?: unknown
  /** Express: the URL before a router took its prefix off. */
  originalUrl?: string
}

/** Node's own request, Express's, or Fastify's, which has it inside. */
export type IncomingRequest = (NodeRequest & Parsed) | (Parsed & { raw: NodeRequest })
/** Node's own response, Express's, or Fastify's reply. */
export type OutgoingResponse = NodeResponse | FastifyReply

interface FastifyReply {
  raw: NodeResponse
  getHeaders(): Record<string, Header>
  hijack(): unknown
}

/**
 * Turns a handler of web requests into one for Node's `http`, for Express and for Fastify. When the
 * client leaves, the request's `signal` aborts and the response's body is canceled; a client that reads
 * slowly slows the body down. Headers that middleware or plugins have set are sent, too. What cannot be
 * made a `Request` is answered with 400. What the handler throws is reported with `console.error`, and
 * answered with a 500 that says nothing of it. Although its type does not say so, for Node does not
 * wait, it returns a promise that resolves when the response is over: h3 and others wait for that.
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
  return (incoming, outgoing): unknown =>
    serve(handler, incoming, 'hijack' in outgoing ? hijacked(outgoing) : outgoing)
}

/**
 * The raw response of a Fastify reply, with the headers that plugins, such as that for CORS, have
 * set: Fastify does not send them on.
 */
function hijacked(reply: FastifyReply): NodeResponse {
  reply.hijack()
  for (const [name, value = []] of Object.entries(reply.getHeaders())) {
    reply.raw.setHeader(name, value)
  }
  return reply.raw
}

async function serve(
  handler: (request: Request) => Response | Promise<Response>,
  incoming: IncomingRequest,
  outgoing: NodeResponse,
): Promise<void> {
  const left = new AbortController()
  // The client may have left already, while earlier middleware was busy.
  if (outgoing.destroyed || outgoing.stream?.destroyed) left.abort()
  function leave(): void {
    if (!outgoing.writableEnded) left.abort()
  }
  outgoing.on('close', leave)
  // A response that waits behind another of its connection is not told that this has closed.
  const { socket } = rawRequest(incoming)
  socket?.on?.('close', leave)
  const response = await answer(handler, incoming, left.signal)
  try {
    await respond(outgoing, response, left.signal)
  } catch (error) {
    // Somebody has answered already, or Node does not send such a header.
    console.error(error)
    response.body?.cancel().catch(() => {})
    breakOff(outgoing)
  }
  socket?.off?.('close', leave)
}

async function answer(
  handler: (request: Request) => Response | Promise<Response>,
  incoming: IncomingRequest,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const request = toRequest(incoming, signal)
    if (!request) return new Response(null, { status: 400 })
    const response = (await handler(request)) as Response | undefined
    if (response) return response
    throw new TypeError(`Expected a Response of the handler, got ${response}`)
  } catch (error) {
    console.error(error)
    return new Response(null, { status: 500 })
  }
}

function rawRequest(incoming: IncomingRequest): NodeRequest {
  return 'raw' in incoming ? incoming.raw : incoming
}

/** `undefined` for what cannot be made a `Request`: its host is none, or its method is TRACE. */
function toRequest(incoming: IncomingRequest, signal: AbortSignal): Request | undefined {
  const raw = rawRequest(incoming)
  const { method = 'GET', socket = {} } = raw
  const host = `${raw.headers.host || raw.headers[':authority'] || 'localhost'}`
  // In a URL these end the host: what follows would be taken for the path.
  if (/[/\\?#]/.test(host)) return undefined
  const path = incoming.originalUrl ?? raw.url ?? '/'
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers: toHeaders(raw),
    body: method === 'GET' || method === 'HEAD' ? undefined : toBody(raw, incoming.body),
    duplex: 'half',
    signal,
  }
  const scheme = 'encrypted' in socket ? 'https' : 'http'
  const origin = `${scheme}://${host}`
  try {
    // A client may send an absolute URL, as to a proxy.
    return new Request(path.startsWith('/') ? origin + path : new URL(path, origin), init)
  } catch {
    return undefined
  }
}

function toHeaders({ headers }: NodeRequest): Headers {
  const all = new Headers()
  for (const [name, value = []] of Object.entries(headers)) {
    // HTTP/2 has pseudo-headers, such as :path, which `Headers` refuses.
    if (!name.startsWith(':')) for (const one of [value].flat()) all.append(name, one)
  }
  return all
}

function toBody(raw: NodeRequest, parsed: unknown): BodyInit {
  if (parsed instanceof Uint8Array) return new Uint8Array(parsed)
  if (typeof parsed === 'string') return parsed
  if (parsed !== undefined && parsed !== null) return JSON.stringify(parsed)
  const chunks = raw[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    // Not read ahead: Node skips a body that nobody has begun to read. One that was begun and is left
    // unread keeps the connection's next request waiting.
    { highWaterMark: 0 },
  )
}

/** Headers that are lists, to which earlier middleware, such as that for CORS, may have added already. */
const lists = new Set(['vary', 'access-control-expose-headers'])

async function respond(
  outgoing: NodeResponse,
  { status, headers, body }: Response,
  left: AbortSignal,
): Promise<void> {
  outgoing.statusCode = status
  const cookies = [outgoing.getHeader('set-cookie') ?? [], headers.getSetCookie()].flat()
  for (const [name, value] of headers) {
    const before = lists.has(name) && outgoing.getHeader(name)
    outgoing.setHeader(name, before ? `${before}, ${value}` : value)
  }
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies.map(String))
  if (!body) return void outgoing.end()
  // So that the client knows that the stream is open before there is anything to send.
  outgoing.flushHeaders?.()
  await pipe(body.getReader(), outgoing, left)
}

async function pipe(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: NodeResponse,
  left: AbortSignal,
): Promise<void> {
  let goOn = (): void => {}
  const cancel = (): void => void reader.cancel().catch(() => {})
  if (left.aborted) return cancel()
  left.addEventListener('abort', () => {
    cancel()
    goOn()
  })
  // One listener for all writes: middleware that compresses passes on its adding, but not its removal.
  outgoing.on('drain', () => goOn())
  // A body that fails ends the response at once, even while the client, which may not read, keeps `write` waiting.
  reader.closed.catch(() => breakOff(outgoing))
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const hasRoom = outgoing.write(value)
      outgoing.flush?.()
      if (!hasRoom && !left.aborted) await new Promise<void>((resolve) => (goOn = resolve))
    }
    outgoing.end()
  } catch {
    breakOff(outgoing)
  }
}

/** With an error: over HTTP/2, a response that is destroyed without one looks whole to its reader. */
function breakOff(outgoing: NodeResponse): void {
  outgoing.destroy(new Error('The response broke off'))
}
