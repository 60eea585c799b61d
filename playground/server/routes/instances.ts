/**
 * `/api/instances`: two server processes over one Redis. PUT starts them, DELETE kills one; a story is
 * written by one of them (PUT) and served by the other (GET), as long as both run.
 */
import { Hono } from 'hono'
import type { Context } from 'hono'
import { stream as streamBytes } from 'hono/streaming'
import type { StatusCode } from 'hono/utils/http-status'
import { names } from '../instances/instances.js'
import type { Services } from '../services.js'
import { cutConnection, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

const [serving, writing] = names

export function instancesRoutes({ instances }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const noRedis = 'The instances need a Redis: REDIS_URL=redis://localhost:6379 npm start'

  app.get('/instances', (c) =>
    c.json({ hasRedis: instances !== undefined, instances: instances?.states() ?? [] }),
  )

  app.put('/instances', async (c) => {
    if (!instances) return refuse(c, 409, noRedis)
    await instances.start()
    return c.json({ hasRedis: true, instances: instances.states() })
  })

  app.delete('/instances/:name', (c) => {
    if (!instances) return refuse(c, 409, noRedis)
    return c.json({ killed: instances.kill(c.req.param('name')) })
  })

  app.put('/instances/stories/:id', (c) => pass(c, [writing, serving]))
  app.get('/instances/stories/:id', (c) => pass(c, [serving, writing]))

  /** To the first of these that runs. */
  async function pass(c: Context<Env>, order: readonly string[]): Promise<Response> {
    const path = `/${c.req.param('id')}${new URL(c.req.url).search}`
    const lastEventId = c.req.header('Last-Event-ID')
    const headers = lastEventId ? { 'Last-Event-ID': lastEventId } : undefined
    const response = await instances?.ask(order, path, { method: c.req.method, headers })
    return response ? relay(c, response) : refuse(c, 503, 'No instance is running')
  }

  return app
}

/** What an instance answers. One that is killed breaks its connections, and so ours. */
function relay(c: Context<Env>, { status, headers, body }: Response): Response {
  for (const name of ['Content-Type', 'Playground-Instance'])
    c.header(name, headers.get(name) ?? undefined)
  if (!body) return c.body(null, status as StatusCode)
  c.status(status as StatusCode)
  return streamBytes(c, async (stream) => {
    const reader = body.getReader()
    stream.onAbort(() => void reader.cancel().catch(() => {}))
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        await stream.write(value)
      }
    } catch {
      await cutConnection(c, stream)
    }
  })
}
