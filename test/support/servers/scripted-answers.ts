import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StartedServer } from '../commands.js'
import { startHttp } from '../http.js'
import type { Answer, SeenRequest } from '../../eventsource/script.js'

/** `/seen?url=…` tells what came for a URL; `/host?module=…&as=page` is a page, or a module, that imports another server's. */
export default async function startScripted(): Promise<StartedServer> {
  const seen = new Map<string, SeenRequest[]>()

  async function stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers, url = '' } = request
    let body = ''
    for await (const chunk of request) body += chunk
    // Headers are bytes, and what EventSource sends of an id is UTF-8.
    const id = headers['last-event-id'] as string | undefined
    const decoded = id === undefined ? undefined : Buffer.from(id, 'latin1').toString()
    const requests = seen.get(url) ?? []
    seen.set(url, requests)
    const answers = JSON.parse(new URL(url, 'http://x').searchParams.get('answers')!) as Answer[]
    const answer = answers[Math.min(requests.length, answers.length - 1)]!
    const entry = { ...(headers as Record<string, string>), 'last-event-id': decoded }
    const seenRequest = { method, headers: entry, body, at: Date.now(), left: false }
    requests.push(seenRequest)
    response.on('close', () => (seenRequest.left = !response.writableFinished))
    reply(response, answer, headers.origin)
  }

  return startHttp((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x')
    if (request.method === 'OPTIONS') {
      allow(response, request.headers.origin)
      response.setHeader('access-control-allow-headers', 'last-event-id, authorization, x-token')
      response.end()
    } else if (pathname === '/seen') {
      allow(response, request.headers.origin)
      response.end(JSON.stringify(seen.get(searchParams.get('url')!) ?? []))
    } else if (pathname === '/host') {
      const module = JSON.stringify(searchParams.get('module'))
      const isPage = searchParams.get('as') === 'page'
      response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript')
      response.end(isPage ? `<script type="module">import ${module}</script>` : `import ${module}`)
    } else void stream(request, response)
  })
}

function reply(response: ServerResponse, answer: Answer, origin: string | undefined): void {
  const { status = 200, headers = {}, body = '', after = 'end' } = answer
  if (answer.allow !== null) allow(response, answer.allow ?? origin)
  const type = { 'content-type': 'text/event-stream' }
  response.writeHead(status, { ...type, ...headers })
  response.flushHeaders()
  if (after === 'end') response.end(body)
  else response.write(body)
  // Later, lest the reset overtake what was written: a browser then asks again by itself.
  if (after === 'cut') setTimeout(() => response.destroy(), 50)
}

function allow(response: ServerResponse, origin = '*'): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-credentials', 'true')
}
