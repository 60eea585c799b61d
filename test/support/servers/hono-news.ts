import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { streamSSE } from 'hono/streaming'
import { startObserved } from './observed.js'

/** Hono's streamSSE for pages of other origins, with credentials. */
export default () => {
  const app = new Hono()
  app.use(cors({ origin: (origin) => origin, credentials: true }))
  app.get('/news', (context) =>
    streamSSE(context, async (stream) => {
      await stream.writeSSE({ data: 'welcome', id: '1' })
      await stream.write(': keep-alive\n\n')
      await stream.writeSSE({ event: 'news', data: 'first line\nsecond line', id: '2' })
      await stream.write(': keep-alive\n\n')
      await stream.writeSSE({ event: 'news', data: JSON.stringify({ title: '头条' }), id: '3' })
      while (!stream.aborted) {
        await stream.write(': keep-alive\n\n')
        await stream.sleep(10)
      }
    }),
  )
  return startObserved(getRequestListener(app.fetch))
}
