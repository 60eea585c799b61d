type Header = number | string | string[] | undefined

/** What is needed of Node's `ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  writableEnded: boolean
  destroyed?: boolean
  /** Only in HTTP/2, whose response does not say itself that it is destroyed. */
  stream?: { destroyed: boolean }
  getHeader(name: string): Header
  setHeader(name: string, value: NonNullable<Header>): unknown
  /** In HTTP/2 too, though its types do not say so. */
  flushHeaders?(): void
  write(chunk: Uint8Array): boolean
  end(): unknown
  destroy(error?: Error): unknown
  on(event: 'drain' | 'close', listener: () => void): unknown
  /** Added by middleware that compresses. */
  flush?(): void
}

/** Node's own response, Express's, or Fastify's reply. */
export type OutgoingResponse = NodeResponse | FastifyReply

interface FastifyReply {
  raw: NodeResponse
  getHeaders(): Record<string, Header>
  hijack(): unknown
}

/** Node's response, with the headers that Fastify's plugins, such as that for CORS, have set on the reply. */
export function rawResponse(outgoing: OutgoingResponse): NodeResponse {
  if (!('hijack' in outgoing)) return outgoing
  outgoing.hijack()
  const { raw } = outgoing
  for (const [name, value = []] of Object.entries(outgoing.getHeaders())) raw.setHeader(name, value)
  return raw
}

/** Headers that are lists, to which earlier middleware, such as that for CORS, may have added already. */
const lists = new Set(['vary', 'access-control-expose-headers'])

/** Sends a response to its end, or until the client has left; for HEAD, only its headers. */
export async function respond(
  outgoing: NodeResponse,
  method: string | undefined,
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
  if (!body || method === 'HEAD') {
    body?.cancel().catch(() => {})
    return void outgoing.end()
  }
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
  // A body that fails ends the response at once, even while this waits for a client that does not read.
  reader.closed.catch(() => breakOff(outgoing))
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      // Ended by something else, such as middleware that limits the time.
      if (outgoing.writableEnded) return cancel()
      const hasRoom = outgoing.write(value)
      outgoing.flush?.()
      if (!hasRoom && !left.aborted) await new Promise<void>((resolve) => (goOn = resolve))
    }
    outgoing.end()
  } catch {
    cancel()
    breakOff(outgoing)
  }
}

/** With an error: over HTTP/2, a response that is destroyed without one looks whole to its reader. */
export function breakOff(outgoing: NodeResponse): void {
  outgoing.destroy(new Error('The response broke off'))
}
