/**
 * `GET /api/faults`: a stream that goes wrong as the query says, and can be resumed. What goes wrong
 * "n times" is counted by `session`, a name of the client's choice; `POST /api/faults/:session` makes
 * the open streams of a session go wrong at once.
 */
import { Hono } from 'hono'
import type { Context } from 'hono'
import { stream as streamBytes } from 'hono/streaming'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { readPlan } from '../faults/plan.js'
import type { Plan } from '../faults/plan.js'
import { run } from '../faults/run.js'
import { Sessions, faultNames, inject, strikes, takeRefusal } from '../faults/session.js'
import type { Services } from '../services.js'
import { clientSignal, cutConnection, lastEventId, numberFrom, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

export function faultsRoutes({ environment }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const sessions = new Sessions()

  app.get('/faults', (c) => {
    const plan = readPlan(c)
    const session = sessions.of(c.req.query('session'))
    const pressed = takeRefusal(session)
    if (pressed === 'html' || (plan.html && strikes(session, 'html', plan.times))) return webPage(c)
    if (pressed === 'status' || (plan.status && strikes(session, 'status', plan.times))) {
      return unavailable(c, plan)
    }
    const from = lastEventId(c) ?? 0
    if (from > plan.events) return c.body(null, 204)
    c.header('Content-Type', 'text/event-stream')
    return streamBytes(c, async (stream) => {
      const wire = {
        write: (bytes: Uint8Array) => stream.write(bytes),
        cut: () => cutConnection(c, stream),
        signal: clientSignal(stream),
      }
      await run(environment, plan, session, wire, from)
    })
  })

  app.post('/faults/:session', (c) => {
    const fault = faultNames.find((name) => name === c.req.query('fault'))
    if (!fault) return refuse(c, 400, `Expected fault to be one of ${faultNames.join(', ')}`)
    const times = numberFrom(c, 'times', 1, [0, 100])
    return c.json({ struck: inject(sessions.of(c.req.param('session')), fault, times) })
  })

  return app
}

function unavailable(c: Context<Env>, plan: Plan): Response {
  const status = (plan.status ?? 503) as ContentfulStatusCode
  c.header('Retry-After', `${plan.retryAfter}`)
  return refuse(c, status, `Answered ${status} on purpose`)
}

function webPage(c: Context<Env>): Response {
  return c.html('<!doctype html><title>Not a stream</title><p>A proxy’s login page, say.</p>')
}
