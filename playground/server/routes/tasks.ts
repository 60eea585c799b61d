/**
 * The studio: `/api/generate` starts, follows, lists and cancels tunes (see `taskHandler`), which go on
 * without their reader; `/api/audio` plays them.
 */
import { taskHandler } from 'brooklet/server'
import { Hono } from 'hono'
import type { Context, MiddlewareHandler } from 'hono'
import type { Services } from '../services.js'
import { readRange } from '../studio/range.js'
import { createStudio } from '../studio/studio.js'
import { limitBody, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

const limits = { active: 16, prompt: 500 }

export function tasksRoutes({ environment, notices, streams }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const studio = createStudio(environment)

  const generate = taskHandler({
    streams,
    // A browser lists only its own tunes, by a name that it has made up and nobody else knows.
    owner: ({ headers }) => headers.get('Playground-Visitor') ?? '',
    async run({ prompt, signal, progress }) {
      const result = await studio.compose({ prompt: prompt.trim(), signal, progress })
      notices.publish({ kind: 'tune', prompt: prompt.trim(), seconds: result.seconds })
      return result
    },
  })

  /** Refuses what cannot be composed, and what would be too much at once. */
  const checkOrder: MiddlewareHandler<Env> = async (c, next) => {
    const order = await orderOf(c.req.raw)
    const fault = order && faultOf(order)
    if (fault) return refuse(c, 400, fault)
    const isNew = order && !c.req.header('Last-Event-ID')
    if (isNew && studio.active >= limits.active) {
      c.header('Retry-After', '2')
      return refuse(c, 429, `The studio works on ${limits.active} tunes at once`)
    }
    return next()
  }

  app.post('/generate', limitBody(2 ** 16))
  app.all('/generate', checkOrder, (c) => generate(c.req.raw))
  app.get('/studio', (c) => c.json({ active: studio.active, slices: studio.slices }))

  app.get('/audio/:file{[0-9a-f]+\\.wav}', (c) => {
    const id = c.req.param('file').replace('.wav', '')
    const file = studio.audio(id, c.req.query('prompt') ?? '')
    return file ? serveFile(c, file) : refuse(c, 404, 'There is no such tune')
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

type Order = Partial<Record<string, unknown>>

/** What a request asks to compose, if anything. */
async function orderOf(request: Request): Promise<Order | undefined> {
  if (request.method === 'POST') {
    const body: unknown = await request
      .clone()
      .json()
      .catch(() => undefined)
    return body ?? {}
  }
  const { searchParams } = new URL(request.url)
  const isOrder = request.method === 'GET' && searchParams.has('prompt')
  return isOrder ? Object.fromEntries(searchParams) : undefined
}

function faultOf({ prompt, taskId }: Order): string | undefined {
  if (typeof prompt !== 'string' || prompt.trim() === '') return 'Expected a prompt'
  if (prompt.length > limits.prompt) return `The prompt is longer than ${limits.prompt} characters`
  const isUsable = typeof taskId === 'string' && /^[\w.:-]{1,100}$/.test(taskId)
  return taskId === undefined || isUsable ? undefined : 'The taskId is not usable'
}
