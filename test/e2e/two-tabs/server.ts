import type { ServerResponse } from 'node:http'
import { bundlePage } from '../../support/bundled-page.js'
import { startHttp } from '../../support/http.js'

export interface TabServer {
  url: string
  /** The `Last-Event-ID` of every request for the stream. */
  requests: (string | undefined)[]
  /** Streams that are open now. */
  readonly open: number
  /** The number of the newest event. */
  readonly newest: number
  /** Answers 204 from now on, and ends what is open. */
  end(): void
  /** Tears what is open. */
  cut(): void
  close(): Promise<void>
}

/** Serves the page, as a bundler builds it, and a stream of numbers that goes on after any of them. */
export async function startTabServer(): Promise<TabServer> {
  const answersPage = await bundlePage('test/e2e/two-tabs/page.ts')
  const requests: TabServer['requests'] = []
  const streams = new Set<ServerResponse>()
  let newest = 0
  let isOver = false

  const ticking = setInterval(() => {
    newest += 1
    for (const stream of streams) stream.write(record(newest))
  }, 20)

  function answerStream(lastEventId: string | undefined, response: ServerResponse): void {
    requests.push(lastEventId)
    if (isOver) return void response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    // Without an id it begins with what comes next.
    for (let id = Number(lastEventId ?? newest) + 1; id <= newest; id += 1)
      response.write(record(id))
    response.write(': hello\n\n')
    streams.add(response)
    response.on('close', () => streams.delete(response))
  }

  const server = await startHttp((request, response) => {
    if (request.url === '/events') {
      return answerStream(request.headers['last-event-id'] as string | undefined, response)
    }
    answersPage(request, response)
  })

  return {
    url: server.url,
    requests,
    get open() {
      return streams.size
    },
    get newest() {
      return newest
    },
    end() {
      isOver = true
      for (const stream of streams) stream.end()
    },
    cut() {
      for (const stream of streams) stream.destroy()
    },
    async close() {
      clearInterval(ticking)
      await server.close()
    },
  }
}

function record(id: number): string {
  return `id: ${id}\ndata: ${id}\n\n`
}
