import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { StartedServer } from '../commands.js'
import { allowOrigin, startHttp } from '../http.js'

/** One request as the server saw it. */
export interface SeenRequest {
  method: string
  url: string
  lastEventId?: string
  cookie?: string
  /** The client went away before the response had ended. */
  disconnected: boolean
}

/** A server that also answers `GET /seen` with what has come, for a test in a browser to ask. */
export function startObserved(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<StartedServer> {
  const seen: SeenRequest[] = []
  return startHttp((request, response) => {
    if (request.url === '/seen' || request.method === 'OPTIONS') {
      allowOrigin(request, response)
      return response.end(JSON.stringify(seen))
    }
    const { method = '', url = '', headers } = request
    const lastEventId = headers['last-event-id'] as string | undefined
    const entry = { method, url, lastEventId, cookie: headers.cookie, disconnected: false }
    seen.push(entry)
    response.on('close', () => (entry.disconnected = !response.writableFinished))
    return handle(request, response)
  })
}

/** Writes each chunk by itself, far enough from the next to arrive by itself. */
export async function writeApart(
  response: ServerResponse,
  chunks: (string | Uint8Array)[],
): Promise<void> {
  for (const chunk of chunks) {
    response.write(chunk)
    await pause(5)
  }
}
