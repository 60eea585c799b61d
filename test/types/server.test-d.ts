import { createServer, type RequestListener } from 'node:http'
import { createSecureServer } from 'node:http2'
import {
  chatHandler,
  createStreams,
  eventStreamResponse,
  memoryStore,
  nodeHandler,
  taskHandler,
  type ChatTurn,
  type EventStream,
  type ServerTask,
  type StreamInfo,
  type Streams,
  type StreamStore,
} from 'brooklet/server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { expectTypeOf, test } from 'vitest'

type WebHandler = (request: Request) => Promise<Response>

test('a reply is what is yielded: text, or events; or what a model gives', () => {
  const handler = chatHandler({
    async *reply(turn) {
      expectTypeOf(turn).toEqualTypeOf<ChatTurn>()
      expectTypeOf(turn.messages).toEqualTypeOf<{ role: string; content: string }[]>()
      yield 'text'
      yield { event: 'note', data: { a: 1 } }
    },
  })
  expectTypeOf(handler).toEqualTypeOf<WebHandler>()
  chatHandler({ reply: () => new ReadableStream<string>() })
  chatHandler({ reply: async () => ({}) as AsyncIterable<string> })
  // @ts-expect-error -- a text at once is no stream of pieces
  chatHandler({ reply: () => 'text' })
  // @ts-expect-error -- a piece is text or an event
  chatHandler({ reply: () => new ReadableStream<number>() })
  // @ts-expect-error -- who does not say who asks, has no owner
  chatHandler({ async *reply() {}, owner: (request) => request.headers.get('x-user') })
})

test('a task is told what it was asked for, and returns its result', () => {
  const handler = taskHandler({
    async run(task) {
      expectTypeOf(task).toEqualTypeOf<ServerTask>()
      expectTypeOf(task.input).toBeUnknown()
      await task.progress(10, { stage: 'Reading' })
      return { url: task.prompt }
    },
  })
  expectTypeOf(handler).toEqualTypeOf<WebHandler>()
  // @ts-expect-error -- nothing that would do the work
  taskHandler({})
})

test('a response streams what is sent', () => {
  const response = eventStreamResponse(
    new Request('http://x.test'),
    async (stream) => {
      expectTypeOf(stream).toEqualTypeOf<EventStream>()
      await stream.send({ event: 'tick', id: '1', data: { at: 1 } })
      // @ts-expect-error -- an event has no such field
      await stream.send({ type: 'tick', data: 1 })
    },
    { format: 'ndjson', headers: { 'x-a': 'b' } },
  )
  expectTypeOf(response).toEqualTypeOf<Response>()
})

test('durable streams, and where they are kept', () => {
  expectTypeOf(memoryStore()).toEqualTypeOf<StreamStore>()
  const streams = createStreams({ store: memoryStore({ maxAge: 60_000 }) })
  expectTypeOf(streams).toEqualTypeOf<Streams>()
  expectTypeOf(streams.start('a', ({ send }) => send({ data: 1 }))).toEqualTypeOf<
    Promise<boolean>
  >()
  expectTypeOf(streams.list()).toEqualTypeOf<Promise<StreamInfo[]>>()
  // @ts-expect-error -- a store, not its name
  createStreams({ store: 'redis' })
})

test('the handlers fit where they are mounted', () => {
  const web = chatHandler({ async *reply() {} })
  const node = nodeHandler(web)
  new Hono().all('/api/chat', ({ req }) => web(req.raw))
  express().all('/api/chat', node).use('/other', node)
  fastify()
    .all('/api/chat', node)
    .route({ method: ['GET', 'POST'], url: '/api/other', handler: node })
  createServer(node)
  createSecureServer(node)
  expectTypeOf(web).not.toExtend<RequestListener>()
})
