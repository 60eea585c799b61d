/** `GET /api/metrics` and `GET /api/notifications`: streams that are resumed by the last event id. */
import { eventStreamResponse } from 'brooklet/server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { tellNotice } from '../dashboard/notices.js'
import { createAlarm, createSampler } from '../dashboard/sampler.js'
import { follow } from '../feed.js'
import type { Entry, Feed } from '../feed.js'
import { languageFrom } from '../language.js'
import type { Services } from '../services.js'
import { lastEventId, numberFrom } from '../streaming.js'
import type { Env } from '../streaming.js'

export function metricsRoutes({ environment, notices }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const alarm = createAlarm((kind, percent) => notices.publish({ kind, percent }))
  const samples = createSampler(environment, alarm)

  app.get('/metrics', (c) => {
    notices.publish({ kind: 'joined', readers: samples.readers + 1 })
    return relay(c, samples, {
      event: 'metrics',
      tell: ({ value }) => value,
      onLeft: () => notices.publish({ kind: 'left', readers: samples.readers }),
    })
  })

  app.get('/notifications', (c) => {
    const accepted = c.req.header('Accept-Language')
    const language = languageFrom(c.req.query('lang')) ?? languageFrom(accepted) ?? 'en'
    return relay(c, notices.feed, {
      event: 'notification',
      tell: ({ id, value }) => tellNotice(id, value, language),
    })
  })

  return app
}

interface RelayOptions<T> {
  event: string
  tell(entry: Entry<T>): unknown
  onLeft?(): void
}

function relay<T>(
  c: Context<Env>,
  feed: Feed<T>,
  { event, tell, onLeft }: RelayOptions<T>,
): Response {
  const last = lastEventId(c)
  const replay = numberFrom(c, 'replay', 0, [0, 60])
  const missed = (): Entry<T>[] => (last === undefined ? feed.latest(replay) : feed.after(last))
  return eventStreamResponse(c.req.raw, async ({ send, signal }) => {
    try {
      for await (const entry of follow(feed, missed, signal)) {
        await send({ id: `${entry.id}`, event, data: tell(entry) })
      }
    } finally {
      onLeft?.()
    }
  })
}
