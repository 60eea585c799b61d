import { allowOrigin, startHttp } from '../http.js'
import type { StartedServer } from '../commands.js'

/** `count` events with ids, then `close`, then the response ends. */
export default ({ count }: { count: number }): Promise<StartedServer> =>
  startHttp((request, response) => {
    allowOrigin(request, response)
    response.setHeader('content-type', 'text/event-stream')
    for (let id = 1; id <= count; id += 1) response.write(`id: ${id}\ndata: tick ${id}\n\n`)
    response.end('event: close\ndata: bye\n\n')
  })
