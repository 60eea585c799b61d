import { allowOrigin } from '../http.js'
import { startObserved } from './observed.js'

/** `count` events with ids in one piece, on a response left open. With `cut`, the first one breaks after so many. */
export default ({ count, cut }: { count: number; cut?: number }) =>
  startObserved((request, response) => {
    allowOrigin(request, response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const from = Number(request.headers['last-event-id'] ?? 0) + 1
    const to = from === 1 ? (cut ?? count) : count
    let chunk = 'retry: 1\n'
    for (let id = from; id <= to; id += 1) chunk += `id: ${id}\ndata: ${id}\n\n`
    response.write(chunk)
    // Not at once: with the error, Chromium drops what it has received and nobody has read yet.
    if (to < count) setTimeout(() => response.destroy(), 20)
  })
