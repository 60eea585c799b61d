import { allowOrigin } from '../http.js'
import { startObserved } from './observed.js'

/** As some tutorials write it: a blank line after each field, a custom `close` event, then the end. */
export default () =>
  startObserved((request, response) => {
    allowOrigin(request, response)
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'keep-alive' })
    for (const count of [1, 2, 3]) {
      response.write(`id: ${count}\n\n`)
      response.write('event: tick\n\n')
      response.write('retry: 10\n\n')
      response.write(`data: ${JSON.stringify({ count })}\n\n`)
    }
    response.write('event: close\ndata: bye\n\n')
    response.end()
  })
