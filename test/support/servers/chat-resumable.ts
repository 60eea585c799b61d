import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StartedServer } from '../commands.js'
import { allowOrigin, startHttp } from '../http.js'

export interface ResumableOptions {
  /** The deltas of the reply. */
  deltas: string[]
  /** Whether events have ids. Without, a reply can only be fetched from its start. */
  withIds: boolean
}

/**
 * A chat backend that keeps its replies. `POST /chat?turn=1&cut=120,40&how=lose` sends the first 120
 * bytes of one and loses the connection (`how=end`: ends the response); its `Content-Location` goes on
 * after the `Last-Event-ID`, loses the first such connection after 40 bytes, and no other.
 *
 * Answers a second POST of a turn with 409: a model must not be asked twice.
 */
export default async ({ deltas, withIds }: ResumableOptions): Promise<StartedServer> => {
  const records = [...deltas.map((content) => JSON.stringify({ content })), '[DONE]']
  const events = records.map((data, index) =>
    withIds ? `id: ${index + 1}\ndata: ${data}\n\n` : `data: ${data}\n\n`,
  )
  /** Of each turn, where its connections are still to be cut. */
  const turns = new Map<string, number[]>()

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    allowOrigin(request, response)
    response.setHeader('access-control-expose-headers', 'content-location')
    if (request.method === 'OPTIONS') return void response.end()
    if (pathname !== '/chat') return void response.writeHead(404).end()
    const turn = searchParams.get('turn')!
    if (request.method === 'POST') {
      if (turns.has(turn)) return void response.writeHead(409).end()
      turns.set(turn, searchParams.get('cut')?.split(',').map(Number) ?? [])
    }
    response.setHeader('content-type', 'text/event-stream')
    response.setHeader('content-location', request.url!)
    response.flushHeaders()

    const from = Number(request.headers['last-event-id'] ?? 0)
    const bytes = Buffer.from(events.slice(from).join(''))
    const cut = turns.get(turn)?.shift() ?? bytes.length
    const how = cut < bytes.length ? searchParams.get('how') : 'end'
    if (how === 'end') return void response.end(bytes.subarray(0, cut))
    // What has been written must reach the page before the connection is lost.
    response.write(bytes.subarray(0, cut), () => setImmediate(() => response.destroy()))
  }

  return startHttp(handle)
}
