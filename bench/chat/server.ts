import { createReadStream } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

export const tokenCount = 8_000
const tokensPerMillisecond = 5

/** How each contender's backend writes a token, and what comes before and after all of them. */
const dialects = {
  tutorial: {
    start: '',
    token: (text: string) => frame({ content: text }),
    end: 'data: [DONE]\n\n',
  },
  aiSdk: {
    start: frame({ type: 'start' }) + frame({ type: 'text-start', id: '0' }),
    token: (text: string) => frame({ type: 'text-delta', id: '0', delta: text }),
    end: frame({ type: 'text-end', id: '0' }) + frame({ type: 'finish' }) + 'data: [DONE]\n\n',
  },
}

const contentTypes: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

/** Serves the built page, and replies of 8,000 tokens, five a millisecond. */
export async function startServer(root: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/api/tutorial') return reply(response, 'tutorial')
    if (pathname === '/api/ai-sdk') return reply(response, 'aiSdk')
    const file = pathname === '/' ? 'index.html' : pathname
    response.setHeader('content-type', contentTypes[extname(file)] ?? 'application/octet-stream')
    createReadStream(join(root, file))
      .on('error', () => response.writeHead(404).end())
      .pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => server.closeAllConnections() ?? server.close(),
  }
}

function reply(response: ServerResponse, name: keyof typeof dialects): void {
  const { start, token, end } = dialects[name]
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'x-vercel-ai-ui-message-stream': 'v1',
  })
  response.write(start)
  const begin = performance.now()
  let sent = 0
  // By the clock, because a timer of one millisecond is late more often than not.
  const timer = setInterval(() => {
    const due = Math.min(tokenCount, Math.floor((performance.now() - begin) * tokensPerMillisecond))
    let text = ''
    for (; sent < due; sent += 1) text += token(`word${sent % 100} `)
    if (text) response.write(text)
    if (sent === tokenCount) {
      clearInterval(timer)
      response.end(end)
    }
  }, 1)
  response.on('close', () => clearInterval(timer))
}

function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}
