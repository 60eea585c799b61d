/**
 * One of several server processes over one Redis: `node --import tsx test/server/instance.ts <redis url>`.
 * `POST /:id?events=100&every=5` produces, `GET /:id` reads, `DELETE /:id` cancels. Prints its port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'redis'
import { createStreams, nodeHandler, redisStore } from '../../src/server/index.js'

const client = createClient({ url: process.argv[2], socket: { reconnectStrategy: 50 } })
client.on('error', () => {})
await client.connect()
const streams = createStreams({ store: redisStore(client, { maxAge: 2_000 }), lease: 1_500 })

async function handle(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const id = pathname.slice(1)
  if (request.method === 'DELETE') return Response.json(await streams.cancel(id))
  if (request.method === 'GET') return streams.response(request, id)
  const [events = 0, every] = ['events', 'every'].map((name) => Number(searchParams.get(name)))
  const isNew = await streams.start(id, async ({ send }) => {
    for (let n = 1; n <= events; n++) {
      await send({ data: `${n}` })
      await new Promise((resolve) => setTimeout(resolve, every))
    }
  })
  return Response.json(isNew)
}

const server = createServer(nodeHandler(handle)).listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port)
})
// A test that is killed takes its servers along.
process.stdin.resume().on('end', () => process.exit())
