import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build, type Rollup } from 'vite'
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

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Serves the page, as a bundler builds it, and a stream of numbers that goes on after any of them. */
export async function startTabServer(): Promise<TabServer> {
  const files = await bundle()
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
    const path = request.url ?? '/'
    if (path === '/events') {
      return answerStream(request.headers['last-event-id'] as string | undefined, response)
    }
    const file = files.get(path)
    if (file) return response.writeHead(200, { 'content-type': 'text/javascript' }).end(file)
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>tab</title><script type="module" src="/page.js"></script>')
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

async function bundle(): Promise<Map<string, string>> {
  const { output } = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'brooklet/core': `${root}/src/stores/index.ts` } },
    build: {
      write: false,
      rollupOptions: {
        input: { page: fileURLToPath(new URL('page.ts', import.meta.url)) },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })) as Rollup.RollupOutput
  return new Map(
    output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : '']),
  )
}
