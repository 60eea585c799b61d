import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get } from 'node:http'
import { constants } from 'node:http2'
import type { Socket } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readEvents } from '../../../src/formats/index.js'
import { eventStreamResponse, nodeHandler } from '../../../src/server/index.js'
import { askWithoutReading, endless, listen, listenHttp2, sendRaw, servers } from '../support.js'

describe('nodeHandler', () => {
  test('sends the headers before there is anything else to send', async () => {
    const left = new AbortController()
    const origin = await listen(nodeHandler(() => new Response(new ReadableStream())))
    expect((await fetch(origin, { signal: left.signal })).status).toBe(200)
    left.abort()
  })

  test('opens the stream through a proxy that sends the headers with the first bytes', async () => {
    const { handle } = endless()
    const upstream = await listen(handle)
    const proxy = await listen(({ url }, toPage) => {
      get(upstream + url, (fromServer) => {
        toPage.writeHead(fromServer.statusCode!, fromServer.headers)
        fromServer.pipe(toPage)
      })
    })
    expect((await fetch(`${proxy}/api/events`)).status).toBe(200)
  })

  test('sends each event at once through middleware that compresses', async () => {
    // Without no-transform, the middleware does compress.
    const { stream, handler } = endless({ 'cache-control': 'no-cache' })
    const origin = await servers['Express 5'](handler)
    const page = new AbortController()
    onTestFinished(() => page.abort())
    const response = await fetch(`${origin}/api/events`, { signal: page.signal })
    expect(response.headers.get('content-encoding')).toMatch(/gzip|deflate|br/)
    const events = readEvents(response)
    for (const data of ['one', 'two']) {
      await stream()?.send({ data })
      expect((await events.next()).value).toMatchObject({ data })
    }
  })

  test('waits for one that compresses as often as need be, with one listener', async () => {
    const warn = vi.fn<(warning: Error) => void>()
    process.on('warning', warn)
    onTestFinished(() => void process.off('warning', warn))
    const pieces = Array.from({ length: 50 }, () => randomBytes(30_000).toString('hex'))
    const origin = await servers['Express 5'](
      () => new Response(new Blob(pieces).stream(), { headers: { 'content-type': 'text/plain' } }),
    )
    const response = await fetch(`${origin}/api/text`)
    expect(response.headers.get('content-encoding')).toMatch(/gzip|deflate|br/)
    expect(await response.text()).toBe(pieces.join(''))
    expect(warn).not.toHaveBeenCalled()
  })

  test('keeps the headers that middleware and plugins have set, unless the response has them', async () => {
    const preset = {
      'access-control-allow-origin': 'https://page.example',
      'access-control-expose-headers': 'X-Request-Id',
      vary: 'Origin',
      'cache-control': 'private',
      'set-cookie': 'session=1',
    }
    const handle = nodeHandler((request) =>
      eventStreamResponse(request, ({ send }) => send({ data: '1' }), {
        headers: { 'access-control-expose-headers': 'Content-Location', 'set-cookie': 'seen=1' },
      }),
    )
    const withExpress = express().use((_, response, next) => {
      response.set(preset)
      next()
    })
    const withFastify = fastify().addHook(
      'onRequest',
      async (_, reply) => void reply.headers(preset),
    )
    withFastify.get('/', handle)
    onTestFinished(() => withFastify.close())
    for (const origin of [
      await listen(withExpress.use(handle)),
      await withFastify.listen({ port: 0, host: '127.0.0.1' }),
    ]) {
      const { headers } = await fetch(origin)
      expect(headers.get('access-control-allow-origin')).toBe('https://page.example')
      expect(headers.get('access-control-expose-headers')).toBe('X-Request-Id, Content-Location')
      expect(headers.get('vary')).toBe('Origin, accept')
      expect(headers.get('cache-control')).toBe('no-cache, no-transform')
      expect(headers.getSetCookie()).toEqual(['session=1', 'seen=1'])
    }
  })

  test('hands on any response: status, cookies, a body that is no stream', async () => {
    const headers = new Headers({ 'content-type': 'text/plain' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    const origin = await listen(
      nodeHandler(async (request) =>
        request.method === 'DELETE'
          ? new Response(null, { status: 204 })
          : new Response(await request.text(), { status: 201, headers }),
      ),
    )
    const response = await fetch(origin, { method: 'PUT', body: 'é'.repeat(100_000) })
    expect(response.status).toBe(201)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.text()).toBe('é'.repeat(100_000))
    expect((await fetch(origin, { method: 'DELETE' })).status).toBe(204)
  })

  test('answers HEAD with the headers alone, and cancels the body', async () => {
    const cancel = vi.fn<() => void>()
    const headers = { 'x-name': 'a' }
    const handle = nodeHandler(() => new Response(new ReadableStream({ cancel }), { headers }))
    const origin = await listen(handle)
    const head = 'HEAD / HTTP/1.1\r\nHost: x\r\n'
    const answers = await sendRaw(origin, `${head}\r\n${head}Connection: close\r\n\r\n`)
    expect(answers.match(/x-name: a/g)).toHaveLength(2)
    expect(cancel).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['for more to come', () => {}],
    ['for room', (to: ReadableStreamDefaultController) => to.enqueue(new Uint8Array(65_536))],
  ])('cancels the body of a client who leaves while it waits %s', async (_, pull) => {
    const pulls = vi.fn<typeof pull>(pull)
    const cancel = vi.fn<() => void>()
    const ended = vi.fn<() => void>()
    const handle = nodeHandler(() => new Response(new ReadableStream({ pull: pulls, cancel })))
    const origin = await listen((request, response) => {
      void Promise.resolve(handle(request, response)).then(ended)
    })
    const socket = askWithoutReading(origin, '/')
    let before = 0
    await expect
      .poll(() => before === (before = pulls.mock.calls.length) && before > 0, { interval: 100 })
      .toBe(true)
    socket.destroy()
    await expect.poll(() => [cancel, ended].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })

  test('is over for a client who leaves just before a chunk comes', async () => {
    const ended = vi.fn<() => void>()
    const asked = vi.fn<() => void>()
    const origin = await listen((request, response) => {
      const start = (body: ReadableStreamDefaultController): void => {
        response.on('close', () => body.enqueue(new Uint8Array(9)))
      }
      const handle = nodeHandler(() => new Response(new ReadableStream({ start })))
      void Promise.resolve(handle(request, response)).then(ended)
      asked()
    })
    const socket = askWithoutReading(origin, '/')
    await expect.poll(() => asked.mock.calls.length).toBe(1)
    socket.destroy()
    await expect.poll(() => ended.mock.calls.length).toBe(1)
  })

  test('breaks a response off where its body holds no bytes, and cancels it', async () => {
    const cancel = vi.fn<() => void>()
    const body = new ReadableStream({ start: (controller) => controller.enqueue(7), cancel })
    const origin = await listen(nodeHandler(() => new Response(body)))
    await expect(fetch(origin).then((response) => response.text())).rejects.toThrow(TypeError)
    expect(cancel).toHaveBeenCalledOnce()
  })

  test('breaks a response off where its body fails, over HTTP/2 too', async () => {
    const { session } = await listenHttp2(
      nodeHandler(() => {
        const chunks = [new TextEncoder().encode('half')]
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            const chunk = chunks.pop()
            if (chunk) controller.enqueue(chunk)
            else controller.error(new Error('lost'))
          },
        })
        return new Response(body)
      }),
    )
    const request = session.request({ ':path': '/' })
    const [error] = await once(request.resume(), 'error')
    expect(error).toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' })
    expect(request.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR)
  })

  test.each([
    ['more comes', (to: ReadableStreamDefaultController) => to.enqueue(new Uint8Array(9))],
    ['nothing comes', () => new Promise<void>(() => {})],
  ])('is over when somebody else has ended the response, and %s', async (_, pull) => {
    const uncaught = vi.fn<(error: unknown) => void>()
    process.on('uncaughtException', uncaught)
    onTestFinished(() => void process.off('uncaughtException', uncaught))
    const ended = vi.fn<() => void>()
    const cancel = vi.fn<() => void>()
    let socket!: Socket
    const origin = await listen((request, response) => {
      socket = request.socket
      const body = new ReadableStream(
        {
          pull(controller) {
            response.end()
            return pull(controller)
          },
          cancel,
        },
        { highWaterMark: 0 },
      )
      const handle = nodeHandler(() => new Response(body))
      void Promise.resolve(handle(request, response)).then(ended)
    })
    expect(await (await fetch(origin)).text()).toBe('')
    await expect.poll(() => [cancel, ended].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
    expect(socket.destroyed).toBe(false)
    expect(uncaught).not.toHaveBeenCalled()
  })
})
