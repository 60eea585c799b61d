import { StreamError } from '../../errors.js'

/** What Node's `IncomingMessage` has and this needs; no module of Node's is imported, even for types. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  /** HTTP/2's. */
  stream?: unknown
  readableDidRead?: boolean | undefined
  aborted?: boolean | undefined
  method?: string | undefined
  url?: string | undefined
  headers: Record<string, string | string[] | undefined>
  socket?: { on?(event: 'close', listener: () => void): unknown }
}

interface Parsed {
  /** What a body parser has read already. */
  body?: unknown
  /** Express: the URL before a router took its prefix off. */
  originalUrl?: string
}

/** Node's own request, Express's, or Fastify's, which has it inside. */
export type IncomingRequest = (NodeRequest & Parsed) | (Parsed & { raw: NodeRequest })

export function rawRequest(incoming: IncomingRequest): NodeRequest {
  return 'raw' in incoming ? incoming.raw : incoming
}

/** `undefined` for what cannot be made a `Request`: its host is none, or its method is TRACE. */
export function toRequest(
  incoming: IncomingRequest,
  signal: AbortSignal,
  /** Resolves when its response is over. */
  closed: Promise<void>,
): Request | undefined {
  const raw = rawRequest(incoming)
  const { method = 'GET', socket = {} } = raw
  const host = `${raw.headers.host || raw.headers[':authority'] || 'localhost'}`
  // In a URL these end the host: what follows would be taken for the path.
  if (/[/\\?#]/.test(host)) return undefined
  const path = incoming.originalUrl ?? raw.url ?? '/'
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers: toHeaders(raw),
    body: method === 'GET' || method === 'HEAD' ? undefined : toBody(raw, incoming.body, closed),
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

function toBody(raw: NodeRequest, body: unknown, closed: Promise<void>): BodyInit {
  // Parsers of Express 4 leave an object also where they have read nothing.
  const parsed = raw.readableDidRead === false ? undefined : body
  if (parsed instanceof Uint8Array) return new Uint8Array(parsed)
  if (typeof parsed === 'string') return parsed
  if (parsed !== undefined) return JSON.stringify(parsed)
  const chunks = raw[Symbol.asyncIterator]()
  const skipRest = (): void => void skip(chunks).catch(() => {})
  let isBegun = false
  let isReading = false
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // It ends with its response, as in Bun. Node itself skips one that nobody has begun to read.
        void closed.then(aMoment).then(() => {
          if (isReading) return
          controller.error(isOver())
          if (isBegun) skipRest()
        })
      },
      async pull(controller) {
        isBegun = isReading = true
        const { done, value } = await chunks.next()
        // Over HTTP/2, a body that breaks off ends like a whole one: that it did is told a moment later.
        if (done && raw.stream) await aMoment()
        isReading = false
        if (!done) controller.enqueue(value)
        else if (raw.aborted) controller.error(isOver())
        else controller.close()
      },
      cancel: skipRest,
    },
    // Not read ahead, so that it is begun only by a reader.
    { highWaterMark: 0 },
  )
}

/** A body that was begun and is left unread would keep the connection's next request waiting. */
async function skip(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await chunks.next()).done);
}

function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

function isOver(): StreamError {
  return new StreamError('aborted', 'The request or its response is over')
}
