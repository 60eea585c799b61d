import { allowOrigin } from '../http.js'
import { startObserved, writeApart } from './observed.js'

/**
 * The bytes of Spring's SseEmitter: no space after a colon, and a flush before and after each piece
 * of data, because a converter of its own writes it.
 */
export default () =>
  startObserved(async (request, response) => {
    allowOrigin(request, response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    await writeApart(response, ['event:welcome\nid:0\ndata:', 'connected', '\n\n'])
    for (const [id, cpu] of [0.25, 0.5, 0.75].entries()) {
      await writeApart(response, [
        `event:system-metrics\nid:${id + 1}\nretry:3000\ndata:`,
        JSON.stringify({ cpu }),
        '\n\n',
      ])
    }
  })
