/** `GET /api/metrics` and `GET /api/notifications`: streams that are resumed by the last event id. */
import { Hono } from 'hono'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { SSEMessage } from 'hono/streaming'
import type { Services } from '../app.js'
import { tellNotice } from '../dashboard/notices.js'
import { createAlarm, createSampler } from '../dashboard/sampler.js'
import type { Environment } from '../environment.js'
import { follow } from '../feed.js'
import type { Entry, Feed } from '../feed.js'
import { languageFrom } from '../language.js'
import { clientSignal, keepAlive, lastEventId, numberFrom } from '../streaming.js'
import type { Env } from '../streaming.js'

export function metricsRoutes({ environment, notices }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const alarm = createAlarm((kind, percent) => notices.publish({ kind, percent }))
  const samples = createSampler(environment, alarm)

  app.get('/metrics', (c) => {
    notices.publish({ kind: 'joined', readers: samples.readers + 1 })
    const left = (): void => notices.publish({ kind: 'left', readers: samples.readers })
    return relay(c, environment, samples, left, ({ id, value }) => ({
      id: `${id}`,
      event: 'metrics',
      data: JSON.stringify(value),
    }))
  })

  app.get('/notifications', (c) => {
    const accepted = c.req.header('Accept-Language')
    const language = languageFrom(c.req.query('lang')) ?? languageFrom(accepted) ?? 'en'
    return relay(
      c,
      environment,
      notices.feed,
      () => {},
      ({ id, value }) => ({
        id: `${id}`,
        event: 'notification',
        data: tellNotice(id, value, language),
      }),
    )
  })

  return app
}

function relay<T>(
  c: Context<Env>,
  environment: Environment,
  feed: Feed<T>,
  onLeft: () => void,
  toMessage: (entry: Entry<T>) => SSEMessage,
): Response {
  const last = lastEventId(c)
  const replay = numberFrom(c, 'replay', 0, [0, 60])
  const missed = (): Entry<T>[] => (last === undefined ? feed.latest(replay) : feed.after(last))
  return streamSSE(c, async (stream) => {
    const signal = clientSignal(stream)
    void keepAlive(environment, stream, signal)
    // Something to read at once: a proxy and the page both learn that the stream is open.
    await stream.write(': connected\n\n')
    for await (const entry of follow(feed, missed, signal)) await stream.writeSSE(toMessage(entry))
    onLeft()
  })
}
