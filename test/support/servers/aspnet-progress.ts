import { allowOrigin } from '../http.js'
import { startObserved, writeApart } from './observed.js'

/** The bytes of an ASP.NET Core action that flushes after each WriteAsync. */
export default () =>
  startObserved(async (request, response) => {
    allowOrigin(request, response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const percent of [0, 50, 100]) {
      await writeApart(response, ['event: progress\n', `data: {"percent":${percent}}\n\n`])
    }
  })
