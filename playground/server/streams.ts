/** Where replies and tunes are kept: in this process, or in the Redis that REDIS_URL names. */
import { createStreams, redisStore } from 'brooklet/server'
import type { Streams, StreamStore } from 'brooklet/server'
import { createClient } from 'redis'
import { PageError } from './page-error.js'

export interface OpenStreams {
  streams: Streams
  close(): void
}

/** @throws where a Redis is named and does not answer */
export async function openStreams(
  redisUrl: string | undefined,
  lease?: number,
): Promise<OpenStreams> {
  if (!redisUrl) return { streams: streamsIn(), close: () => {} }
  const client = await connect(redisUrl)
  const store = redisStore(client, { prefix: 'brooklet-playground:' })
  return {
    streams: streamsIn(store, lease),
    close() {
      store.close()
      client.destroy()
    },
  }
}

/** Default: in memory. */
export function streamsIn(store?: StreamStore, lease?: number): Streams {
  return createStreams({ store, lease, onError: wordsFor })
}

/** What the page is told of an error; what it is not told is for the console. */
function wordsFor(error: unknown): string | undefined {
  if (error instanceof PageError) return error.message
  console.error(error)
  return undefined
}

async function connect(url: string) {
  let hasConnected = false
  const client = createClient({
    url,
    // Reconnects to a Redis that was there. One that never was is a mistake, to be told at once.
    socket: { reconnectStrategy: () => hasConnected && 200 },
  })
  client.on('error', (error: Error) => hasConnected && console.error(`Redis: ${error.message}`))
  await client.connect().catch((cause: unknown) => {
    throw new Error(`Redis does not answer at ${new URL(url).host}`, { cause })
  })
  hasConnected = true
  return client
}
