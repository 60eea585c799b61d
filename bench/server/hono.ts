import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { everySecond, now, second, type Servers } from './scenario.js'

function honoServer(handle: (stream: SSEStreamingApi) => Promise<void>): Server {
  const app = new Hono().get('/', (context) => streamSSE(context, handle))
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
}

export const servers: Servers = {
  each: () =>
    honoServer(async (stream) => {
      const stop = everySecond(() => void stream.writeSSE({ data: now() }))
      await new Promise<void>((resolve) => stream.onAbort(resolve))
      stop()
    }),
  all() {
    const readers = new Set<SSEStreamingApi>()
    setInterval(() => {
      const data = now()
      for (const reader of readers) void reader.writeSSE({ data })
    }, second)
    return honoServer(async (stream) => {
      readers.add(stream)
      await new Promise<void>((resolve) => stream.onAbort(resolve))
      readers.delete(stream)
    })
  },
}
