/** The page, and for each of its checks a stream that could go wrong in a browser. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { bundlePage } from '../support/bundled-page.js'
import { startHttp } from '../support/http.js'

export interface CheckServer {
  url: string
  /** What the page reports when it is through. */
  report: Promise<Record<string, unknown>>
  /** Endless replies that the page has let go of. */
  readonly stopped: number
  close(): Promise<void>
}

export async function startCheckServer(): Promise<CheckServer> {
  const answersPage = await bundlePage('test/browsers/page.ts')
  let stopped = 0
  let resolve: (report: Record<string, unknown>) => void
  const report = new Promise<Record<string, unknown>>((done) => (resolve = done))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    switch (pathname) {
      case '/report': {
        let body = ''
        for await (const chunk of request) body += chunk
        resolve(JSON.parse(body) as Record<string, unknown>)
        return response.end()
      }
      case '/cut':
        return cut(response, Number(request.headers['last-event-id'] ?? 0))
      case '/ndjson':
        return write(response, 'application/x-ndjson', ['{"a":', '1}\n{"b":2}\n', 'end\n'])
      case '/text':
        response.setHeader('x-content-type-options', 'nosniff')
        return write(response, 'text/plain', [
          Buffer.from([0xe4, 0xbd]),
          Buffer.from([0xa0]),
          'end',
        ])
      case '/chat':
        return write(response, 'text/event-stream', [
          ...deltas('你好，世界！👋'),
          'data: [DONE]\n\n',
        ])
      case '/endless':
        response.on('close', () => (stopped += 1))
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        return response.write('data: {"content":"on and on"}\n\n')
      case '/task':
        return write(response, 'text/event-stream', [
          'event: progress\ndata: {"percent":50}\n\n',
          'event: complete\ndata: {"result":{"url":"/tune.wav"}}\n\n',
        ])
      default:
        return answersPage(request, response) || response.writeHead(404).end('nothing here')
    }
  }
  const server = await startHttp((request, response) => void answer(request, response))

  return {
    url: server.url,
    report,
    get stopped() {
      return stopped
    },
    close: server.close,
  }
}

/** Ten events; after each of them the socket is torn. */
async function cut(response: ServerResponse, last: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const data = last === 10 ? 'end' : last + 1
  response.write(`id: ${last + 1}\ndata: ${data}\n\nid: ${last + 2}\nda`)
  await wait(20)
  response.destroy()
}

async function write(
  response: ServerResponse,
  type: string,
  chunks: (string | Buffer)[],
): Promise<void> {
  response.setHeader('content-type', type)
  for (const chunk of chunks) {
    response.write(chunk)
    await wait(30)
  }
  response.end()
}

function deltas(text: string): string[] {
  return Array.from(text, (content) => `data: ${JSON.stringify({ content })}\n\n`)
}
