import { once } from 'node:events'
import { allowOrigin } from '../http.js'
import { records } from './formats-records.js'
import { startObserved } from './observed.js'

const formats = {
  sse: ['text/event-stream', (json: string) => `data: ${json}\n\n`],
  ndjson: ['application/x-ndjson', (json: string) => `${json}\n`],
  jsonl: ['application/jsonl', (json: string) => `${json}\n`],
  'json-seq': ['application/json-seq', (json: string) => `\u001e${json}\n`],
  text: ['text/plain', (json: string) => `${json}\n`],
} as const

/**
 * The same records at `/sse`, `/ndjson`, …; with `?wait` the second one comes only once `/go` was
 * asked for, so that a test knows that the first did not have to wait for it; with `?nosniff` the
 * browser is told not to look for another content type than the one given.
 */
export default async () => {
  let gate = new EventTarget()
  return startObserved(async (request, response) => {
    allowOrigin(request, response)
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (pathname === '/go') {
      gate.dispatchEvent(new Event('go'))
      gate = new EventTarget()
      return response.end()
    }
    const [type, frame] = formats[pathname.slice(1) as keyof typeof formats]
    response.setHeader('content-type', type)
    if (searchParams.has('nosniff')) response.setHeader('x-content-type-options', 'nosniff')
    const [first, ...rest] = records.map((record) => frame(JSON.stringify(record)))
    response.write(first)
    if (searchParams.has('wait')) await once(gate, 'go')
    for (const chunk of rest) response.write(chunk)
    // An event stream is not over when its response ends: this one stays open.
    if (type !== 'text/event-stream') response.end()
    return response
  })
}
