/** `GET /api/formats/:format`: the same records in each format, slowly and in odd pieces. */
import { Hono } from 'hono'
import { stream as streamBytes } from 'hono/streaming'
import { cut } from '../formats/cut.js'
import { contentTypes, encode, formatNames } from '../formats/encode.js'
import { records } from '../formats/records.js'
import type { Services } from '../services.js'
import { clientSignal, lastEventId, numberFrom, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

export function formatsRoutes({ environment }: Services): Hono<Env> {
  const app = new Hono<Env>()

  app.get('/formats', (c) => c.json({ formats: contentTypes, records }))

  app.get('/formats/:format', (c) => {
    const format = formatNames.find((name) => name === c.req.param('format'))
    if (!format) return refuse(c, 404, `Expected one of ${formatNames.join(', ')}`)
    const after = format === 'sse' ? (lastEventId(c) ?? 0) : 0
    // 204 tells a reader that comes back after the end to stay away.
    if (after >= records.length) return c.body(null, 204)
    const interval = numberFrom(c, 'interval', 40, [0, 2000])
    const size = Math.round(numberFrom(c, 'chunk', 0, [0, 65_536])) || undefined
    c.header('Content-Type', contentTypes[format])
    return streamBytes(c, async (stream) => {
      const signal = clientSignal(stream)
      for (const chunk of cut(encode(format, after), size)) {
        if (signal.aborted) return
        await stream.write(chunk)
        await environment.sleep(interval, signal)
      }
    })
  })

  return app
}
