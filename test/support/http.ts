import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'

export interface HttpServer {
  url: string
  /** Every request that came, in order. */
  requests: IncomingMessage[]
  /** How many sockets are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

/** A real server on a free port of the loopback interface. */
export async function startHttp(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: promisify(server.getConnections.bind(server)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Lets a page of any origin read the answer, with credentials too. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*')
  response.setHeader('access-control-allow-credentials', 'true')
  const asked = request.headers['access-control-request-headers'] ?? ''
  response.setHeader('access-control-allow-headers', asked)
}
