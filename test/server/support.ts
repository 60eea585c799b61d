import { createServer, type RequestListener } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import compression from 'compression'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { onTestFinished, vi } from 'vitest'
import { readEvents, type StreamEvent } from '../../src/formats/index.js'
import { eventStreamResponse, nodeHandler, type EventStream } from '../../src/server/index.js'

export type Handler = (request: Request) => Response | Promise<Response>

/** Each server with the handler at `/api/*`, mounted as its users mount one. */
export const servers = {
  'Node http': (handler: Handler) => listen(nodeHandler(handler)),

  Hono(handler: Handler) {
    // It reports each connection that is lost.
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const app = new Hono().all('/api/*', (c) => handler(c.req.raw))
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
    return listen((request, response) => void listener(request, response))
  },

  'Express 5'(handler: Handler) {
    const app = express()
    const router = express.Router()
    router.all('/*path', nodeHandler(handler))
    app.use(compression(), express.json())
    app.use('/api', router)
    return listen(app)
  },

  async Fastify(handler: Handler) {
    const app = fastify({ forceCloseConnections: true })
    app.all('/api/*', nodeHandler(handler))
    onTestFinished(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
}

/** A server until the end of the test; its origin. */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server of HTTP/2 until the end of the test, and a connection to it. */
export async function listenHttp2(listener: ReturnType<typeof nodeHandler>) {
  const server = createHttp2Server(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const session = connectHttp2(origin)
  onTestFinished(() => {
    session.destroy()
    server.close()
  })
  return { origin, session }
}

/** A stream that only its reader's leaving ends. */
export function endless(headers?: Record<string, string>) {
  let stream: EventStream | undefined
  const handler = (request: Request): Response | Promise<Response> =>
    eventStreamResponse(
      request,
      (given) => {
        stream = given
        return new Promise(() => {})
      },
      { headers },
    )
  return { stream: () => stream, handler, handle: nodeHandler(handler) }
}

export async function eventsOf(response: Response): Promise<StreamEvent[]> {
  const events: StreamEvent[] = []
  for await (const event of readEvents(response)) events.push(event)
  return events
}

/** A client that asks and then never reads what comes. */
export function askWithoutReading(origin: string, path: string): Socket {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  onTestFinished(() => void socket.destroy())
  return socket
}

/** What a server answers to these bytes, until it closes the connection. */
export async function sendRaw(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  socket.write(request)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}

/** Loses the connection of each response after so many bytes; of those beyond the list, none. */
export function cutting(handler: Handler, cuts: number[]): Handler {
  return async (request) => {
    const { status, headers, body } = await handler(request)
    const left = cuts.shift()
    return new Response(left === undefined ? body : cutAfter(left, body), { status, headers })
  }
}

function cutAfter(bytes: number, body: ReadableStream<Uint8Array> | null) {
  let left = bytes
  return body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        if (left > 0) controller.enqueue(chunk.subarray(0, left))
        left -= chunk.length
        if (left > 0) return
        // What was written must leave the process first.
        await new Promise((resolve) => setTimeout(resolve, 5))
        controller.error(new Error('cut'))
      },
    }),
  )
}
