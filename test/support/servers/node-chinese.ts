import { allowOrigin } from '../http.js'
import { startObserved, writeApart } from './observed.js'

/** Unnamed events with Chinese text, cut inside a character, then `end` on a response left open. */
export default () =>
  startObserved(async (request, response) => {
    allowOrigin(request, response)
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    const bytes = Buffer.from('data: 你好，世界\n\ndata: 流式传输\n\n')
    const within = bytes.indexOf('世') + 1
    await writeApart(response, [
      bytes.subarray(0, within),
      bytes.subarray(within),
      'event: end\ndata: 完\n\n',
    ])
  })
