import { StreamError } from '../../errors.js'

/** What is needed of Node's `IncomingMessage`. No module of Node's is imported, not even for types. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readableDidRead?: boolean | undefined
  method?: string | undefined
  url?: string | undefined
  headers: Record<string, string | string[] | undefined>
  socket?: { on?(event: 'close', listener: () => void): unknown }
}

interface Parsed {
  /** What a body parser has read already. */
  body?: unknown
  /** In Express: the URL before a router took its prefix off. */
  originalUrl?: string
}

/** Node's own request, Express's, or Fastify's, which has it inside. */
export type IncomingRequest = (NodeRequest & Parsed) | (Parsed & { raw: NodeRequest })

export function rawRequest(incoming: IncomingRequest): NodeRequest {
  return 'raw' in incoming ? incoming.raw : incoming
}

/** `undefined` for what cannot be made a `Request`: with a host that is none, or the method TRACE. */
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
  // The body parsers of Express 4 leave an object even if they have read nothing.
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
        // Unless somebody is reading it, the body ends with its response, as in Bun.
        void closed.then(() => {
          if (isReading) return
          controller.error(new StreamError('aborted', 'The response to this request is over'))
          // Node itself skips one that nobody has begun to read.
          if (isBegun) skipRest()
        })
      },
      async pull(controller) {
        isBegun = isReading = true
        const { done, value } = await chunks.next()
        isReading = false
        if (done) controller.close()
        else controller.enqueue(value)
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
