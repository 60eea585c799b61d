import { fileURLToPath } from 'node:url'
import { build, type Rollup } from 'vite'
import { chatHandler } from '../../../src/server/chat-handler.js'
import { nodeHandler } from '../../../src/server/node-handler.js'
import { allowOrigin, startHttp } from '../../support/http.js'

export interface StoredChatServer {
  url: string
  /** The method of every request for a reply. */
  requests: string[]
  close(): Promise<void>
}

/** Every reply: so many words, which come one by one. */
export const words: string[] = Array.from({ length: 60 }, (_, index) => `word${index} `)

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Serves the page, at `/sandboxed` in a sandbox, and a chat that keeps its replies. */
export async function startStoredChatServer(): Promise<StoredChatServer> {
  const files = await bundle()
  const requests: string[] = []
  const chat = nodeHandler(
    chatHandler({
      async *reply({ signal }) {
        for (const word of words) {
          if (signal.aborted) return
          yield word
          await new Promise((resolve) => setTimeout(resolve, 40))
        }
      },
    }),
  )

  const server = await startHttp((request, response) => {
    allowOrigin(request, response)
    const path = request.url!.replace(/\?.*/, '')
    if (request.method === 'OPTIONS') return void response.end()
    if (path === '/chat') {
      requests.push(request.method!)
      return chat(request, response)
    }
    const file = files.get(path)
    if (file) return response.writeHead(200, { 'content-type': 'text/javascript' }).end(file)
    if (path === '/sandboxed')
      response.setHeader('content-security-policy', 'sandbox allow-scripts')
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(html)
  })

  return { url: server.url, requests, close: server.close }
}

const html = `<!doctype html><title>Chat</title><link rel="icon" href="data:,">
<div id="root"></div><script type="module" crossorigin src="/page.js"></script>`

async function bundle(): Promise<Map<string, string>> {
  const { output } = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    resolve: {
      alias: {
        'brooklet/core': `${root}/src/stores/index.ts`,
        brooklet: `${root}/src/index.ts`,
      },
    },
    build: {
      write: false,
      rollupOptions: {
        input: { page: fileURLToPath(new URL('page.tsx', import.meta.url)) },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })) as Rollup.RollupOutput
  return new Map(
    output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : '']),
  )
}
