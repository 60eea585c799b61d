/** The studio: `GET /api/generate` composes a tune, `DELETE` cancels it, `/api/audio` plays it. */
import { Hono } from 'hono'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Services } from '../app.js'
import { readRange } from '../studio/range.js'
import { createStudio } from '../studio/studio.js'
import type { Order } from '../studio/studio.js'
import { clientSignal, lastEventId, limitBody, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

const limits = { active: 16, prompt: 500 }

export function tasksRoutes({ environment, notices }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const studio = createStudio(environment, (prompt, { seconds }) =>
    notices.publish({ kind: 'tune', prompt, seconds }),
  )

  function generate(c: Context<Env>, input: unknown): Response {
    const order = readOrder(input)
    if (typeof order === 'string') return refuse(c, 400, order)
    if (studio.active >= limits.active) {
      c.header('Retry-After', '2')
      return refuse(c, 429, `The studio works on ${limits.active} tunes at once`)
    }
    return streamSSE(c, async (stream) => {
      const events = studio.work(order, clientSignal(stream), lastEventId(c))
      for await (const { id, event, data } of events) {
        await stream.writeSSE({ id: `${id}`, event, data: JSON.stringify(data) })
      }
    })
  }

  app.get('/generate', (c) => generate(c, c.req.query()))
  app.post('/generate', limitBody(2 ** 16), async (c) =>
    generate(c, await c.req.json().catch(() => undefined)),
  )
  app.delete('/generate/:taskId', (c) => c.json({ canceled: studio.cancel(c.req.param('taskId')) }))
  app.get('/studio', (c) => c.json({ active: studio.active, slices: studio.slices }))

  app.get('/audio/:file{[0-9a-f]+\\.wav}', (c) => {
    const file = studio.audio(c.req.param('file').replace('.wav', ''))
    if (!file) return refuse(c, 404, 'This tune is no longer kept; compose it again')
    return serveFile(c, file)
  })

  return app
}

function serveFile(c: Context<Env>, file: Uint8Array<ArrayBuffer>): Response {
  const range = readRange(c.req.header('Range'), file.length)
  const headers = {
    'Content-Type': 'audio/wav',
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, max-age=3600',
  }
  if (range === 'unsatisfiable') {
    return c.body(null, 416, { ...headers, 'Content-Range': `bytes */${file.length}` })
  }
  if (range === 'whole')
    return c.body(file, 200, { ...headers, 'Content-Length': `${file.length}` })
  const { first, last } = range
  return c.body(file.slice(first, last + 1), 206, {
    ...headers,
    'Content-Length': `${last - first + 1}`,
    'Content-Range': `bytes ${first}-${last}/${file.length}`,
  })
}

/** What to compose, or what is wrong with the request. */
function readOrder(input: unknown): Order | string {
  const { prompt, taskId = crypto.randomUUID() } = (input ?? {}) as Partial<Record<string, unknown>>
  if (typeof prompt !== 'string' || prompt.trim() === '') return 'Expected a prompt'
  if (prompt.length > limits.prompt) return `The prompt is longer than ${limits.prompt} characters`
  if (typeof taskId !== 'string' || !/^[\w.:-]{1,100}$/.test(taskId))
    return 'The taskId is not usable'
  return { prompt: prompt.trim(), taskId }
}
