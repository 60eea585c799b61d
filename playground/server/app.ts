import { Hono } from 'hono'
import { createNotices } from './dashboard/notices.js'
import { createEnvironment } from './environment.js'
import type { Overrides } from './environment.js'
import { onlyOwnHosts } from './hosts.js'
import { chatRoutes } from './routes/chat.js'
import { faultsRoutes } from './routes/faults.js'
import { formatsRoutes } from './routes/formats.js'
import { instancesRoutes } from './routes/instances.js'
import { metricsRoutes } from './routes/metrics.js'
import { tasksRoutes } from './routes/tasks.js'
import type { Services } from './services.js'
import { refuse, streamHeaders } from './streaming.js'
import type { Env } from './streaming.js'
import { streamsIn } from './streams.js'

/** The playground's API, under `/api`. */
export function createApp(
  overrides: Overrides = {},
  host = 'localhost',
  { streams = streamsIn(), instances }: Partial<Services> = {},
): Hono<Env> {
  const environment = createEnvironment(overrides)
  const services: Services = {
    environment,
    notices: createNotices(environment),
    streams,
    instances,
  }
  const app = new Hono<Env>().basePath('/api')
  app.use(streamHeaders, onlyOwnHosts(host))
  for (const routes of [
    chatRoutes,
    tasksRoutes,
    metricsRoutes,
    formatsRoutes,
    faultsRoutes,
    instancesRoutes,
  ]) {
    app.route('/', routes(services))
  }
  app.notFound((c) => refuse(c, 404, `There is no ${c.req.path}`))
  app.onError((error, c) => refuse(c, 500, error.message))
  return app
}
