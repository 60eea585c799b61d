/** The same two servers, by brooklet and by its peers. Each runs in a process of its own: see process.ts. */
import { createServer, type Server } from 'node:http'
import { serve } from '@hono/node-server'
import { createChannel, createSession } from 'better-sse'
import { createStreams, eventStreamResponse, nodeHandler } from 'brooklet/server'
import { Hono } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'

/** `each`: every reader has a stream of its own, an event a second. `all`: one stream for all. */
export type Scenario = 'each' | 'all'

export const second = 1_000

function now(): string {
  return String(performance.timeOrigin + performance.now())
}

/** Calls back each second from a random time on, so that two thousand readers are not served at once. */
function everySecond(callback: () => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined
  const start = setTimeout(() => (timer = setInterval(callback, second)), Math.random() * second)
  return () => {
    clearTimeout(start)
    clearInterval(timer)
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

const brooklet: Record<Scenario, () => Server> = {
  each: () =>
    createServer(
      nodeHandler((request) =>
        eventStreamResponse(request, async ({ send, signal }) => {
          const stop = everySecond(() => void send({ data: now() }))
          await untilAborted(signal)
          stop()
        }),
      ),
    ),
  all() {
    const streams = createStreams()
    void streams.start('news', ({ send, signal }) => {
      setInterval(() => void send({ data: now() }), second)
      return untilAborted(signal)
    })
    return createServer(nodeHandler((request) => streams.response(request, 'news')))
  },
}

const betterSse: Record<Scenario, () => Server> = {
  each: () =>
    createServer((request, response) => {
      void createSession(request, response).then((session) => {
        session.on(
          'disconnected',
          everySecond(() => session.push(now())),
        )
      })
    }),
  all() {
    const channel = createChannel()
    setInterval(() => channel.broadcast(now()), second)
    return createServer((request, response) => {
      void createSession(request, response).then((session) => channel.register(session))
    })
  },
}

function honoServer(handle: (stream: SSEStreamingApi) => Promise<void>): Server {
  const app = new Hono().get('/', (context) => streamSSE(context, handle))
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
}

const hono: Record<Scenario, () => Server> = {
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

export const contenders = { brooklet, 'better-sse': betterSse, 'Hono streamSSE': hono }
export type Contender = keyof typeof contenders
