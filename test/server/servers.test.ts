import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get, type ServerResponse } from 'node:http'
import { connect as connectHttp2, constants, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readEvents } from '../../src/formats/index.js'
import { eventStreamResponse, nodeHandler } from '../../src/server/index.js'
import type { EventStream } from '../../src/server/index.js'
import { askWithoutReading, eventsOf, listen, sendRaw, servers } from './support.js'

describe.each(Object.entries(servers))('%s', (_, mount) => {
  test('hands the request on: method, URL, headers and body', async () => {
    const origin = await mount((request) =>
      eventStreamResponse(request, async ({ send, lastEventId }) => {
        const { method, url, headers } = request
        await send({ data: { method, url, token: headers.get('x-token'), lastEventId } })
        await send({ data: await request.json() })
      }),
    )
    const response = await fetch(`${origin}/api/chat?stream=1`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-token': '1',
        'last-event-id': Buffer.from('漢').toString('latin1'),
      },
      body: '{"messages":["漢"]}',
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const [seen, body] = await eventsOf(response)
    expect(JSON.parse(seen!.data)).toEqual({
      method: 'POST',
      url: `${origin}/api/chat?stream=1`,
      token: '1',
      lastEventId: '漢',
    })
    expect(body!.data).toBe('{"messages":["漢"]}')
  })

  test('opens the stream before there is an event, and sends each at once', async () => {
    let stream!: EventStream
    let finish = (): void => {}
    const origin = await mount((request) =>
      eventStreamResponse(request, (given) => {
        stream = given
        return new Promise<void>((resolve) => (finish = resolve))
      }),
    )
    const response = await fetch(`${origin}/api/events`)
    const events = readEvents(response)
    for (const data of ['one', 'two', 'three']) {
      await stream.send({ data })
      expect((await events.next()).value).toMatchObject({ data })
    }
    finish()
    expect(await events.next()).toMatchObject({ done: true })
    expect(stream.signal.aborted).toBe(false)
  })

  test('aborts the signal when the client leaves', async () => {
    let stream!: EventStream
    const origin = await mount((request) =>
      eventStreamResponse(request, async (given) => {
        stream = given
        await given.send({ data: '1' })
        await new Promise((resolve) => given.signal.addEventListener('abort', resolve))
      }),
    )
    const page = new AbortController()
    const response = await fetch(`${origin}/api/events`, { signal: page.signal })
    await readEvents(response).next()
    page.abort()
    await expect.poll(() => stream.signal.aborted).toBe(true)
  })

  test('makes the producer wait for a client that does not read, and drops it', async () => {
    let sent = 0
    let stream!: EventStream
    const origin = await mount((request) =>
      eventStreamResponse(
        request,
        async (given) => {
          stream = given
          for (;;) {
            await given.send({ data: 'x'.repeat(65_536) })
            sent++
          }
        },
        { stallTimeout: 300 },
      ),
    )
    askWithoutReading(origin, '/api/events')
    await expect.poll(() => stream?.signal.aborted).toBe(true)
    expect(stream.signal.reason).toMatchObject({ code: 'too-large' })
    // What the two sockets take: some MB.
    expect(sent * 65_536).toBeLessThan(32_000_000)
  })
})

/** A stream that only its reader's leaving ends. */
function endless(headers?: Record<string, string>) {
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

/** A server of HTTP/2 until the end of the test, and a connection to it. */
async function listenHttp2(listener: ReturnType<typeof nodeHandler>) {
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

/** Asks for `/` over each version of HTTP; what it resolves to leaves. */
const askers: Record<string, (listener: ReturnType<typeof nodeHandler>) => Promise<() => void>> = {
  async 'HTTP/1.1'(listener) {
    const origin = await listen(listener)
    const page = new AbortController()
    fetch(origin, { signal: page.signal }).catch(() => {})
    return () => page.abort()
  },
  async 'HTTP/2'(listener) {
    const { session } = await listenHttp2(listener)
    const request = session.request({ ':path': '/' }).on('error', () => {})
    return () => request.close()
  },
}

describe('nodeHandler', () => {
  test('frees the connection of a client that is dropped', async () => {
    const closed = vi.fn<() => void>()
    const handle = nodeHandler((request) =>
      eventStreamResponse(
        request,
        async ({ send }) => {
          for (;;) await send({ data: 'x'.repeat(65_536) })
        },
        { stallTimeout: 200 },
      ),
    )
    const origin = await listen((request, response) => {
      response.on('close', closed)
      return handle(request, response)
    })
    askWithoutReading(origin, '/')
    await expect.poll(() => closed.mock.calls.length).toBe(1)
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
    const signal = AbortSignal.timeout(5_000)
    expect((await fetch(`${proxy}/api/events`, { signal })).status).toBe(200)
  })

  test('lets a framework that waits know when the response is over', async () => {
    const { stream, handle } = endless()
    let isOver = false
    const origin = await listen((request, response) => {
      void Promise.resolve(handle(request, response)).then(() => (isOver = true))
    })
    const page = new AbortController()
    await fetch(origin, { signal: page.signal })
    expect(stream()!.signal.aborted).toBe(false)
    expect(isOver).toBe(false)
    page.abort()
    await expect.poll(() => isOver).toBe(true)
    expect(stream()!.signal.aborted).toBe(true)
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

  test('serves HTTP/2', async () => {
    let stream!: EventStream
    const { origin, session } = await listenHttp2(
      nodeHandler((request) =>
        eventStreamResponse(request, async (given) => {
          stream = given
          await given.send({ data: request.url })
          await new Promise(() => {})
        }),
      ),
    )
    const request = session.request({ ':path': '/api?x=1' })
    const [[headers], [chunk]] = await Promise.all([
      once(request, 'response'),
      once(request, 'data'),
    ])
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' })
    expect(String(chunk)).toBe(`data: ${origin}/api?x=1\n\n`)
    request.close()
    await expect.poll(() => stream.signal.aborted).toBe(true)
  })

  test('tells each response of a connection that its client has left', async () => {
    const signals: AbortSignal[] = []
    const origin = await listen(
      nodeHandler((request) =>
        eventStreamResponse(request, ({ signal }) => {
          signals.push(signal)
          return new Promise(() => {})
        }),
      ),
    )
    // The second waits behind the first, which does not end.
    const socket = askWithoutReading(origin, '/first')
    socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await expect.poll(() => signals.length).toBe(2)
    socket.destroy()
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  test('leaves the signal alone when all is sent, and nothing on the connection', async () => {
    const signals: AbortSignal[] = []
    const listeners: number[] = []
    const closed = vi.fn<() => void>()
    const handle = nodeHandler(({ signal }) => {
      signals.push(signal)
      return new Response('all')
    })
    const origin = await listen((request, response) => {
      listeners.push(request.socket.listenerCount('close'))
      response.on('close', closed)
      handle(request, response)
    })
    const get = 'GET / HTTP/1.1\r\nHost: x\r\n'
    const socket = askWithoutReading(origin, '/')
    await expect.poll(() => closed.mock.calls.length).toBe(1)
    socket.write(`${get}\r\n`)
    await expect.poll(() => closed.mock.calls.length).toBe(2)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
    expect(listeners[1]).toBe(listeners[0])
  })

  test.each([
    [undefined, 'http:'],
    [{ encrypted: true }, 'https:'],
  ])(
    'serves a request whose socket is %j, as of a function that is hosted',
    async (socket, scheme) => {
      const handle = nodeHandler(({ url }) => new Response(url))
      const origin = await listen((request, response) => {
        Object.defineProperty(request, 'socket', { value: socket })
        handle(request, response)
      })
      expect(await (await fetch(origin)).text()).toMatch(`${scheme}//`)
    },
  )

  test('breaks a response off where its body holds no bytes', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(7) })
    const origin = await listen(nodeHandler(() => new Response(body)))
    await expect(fetch(origin).then((response) => response.text())).rejects.toThrow(TypeError)
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

  test('keeps the headers that middleware and plugins have set', async () => {
    const preset = {
      'access-control-allow-origin': 'https://page.example',
      'access-control-expose-headers': 'X-Request-Id',
      vary: 'Origin',
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

  test('sends the headers before there is anything else to send', async () => {
    const left = new AbortController()
    const origin = await listen(nodeHandler(() => new Response(new ReadableStream())))
    expect((await fetch(origin, { signal: left.signal })).status).toBe(200)
    left.abort()
  })

  test.each([
    ['text', express.text(), '"漢"'],
    ['bytes', express.raw({ type: '*/*' }), '"漢"'],
    ['null', express.json({ type: '*/*', strict: false }), 'null'],
  ])('hands on a body that was read already, as %s', async (_, parser, body) => {
    const app = express()
    app.use(
      parser,
      nodeHandler(async (request) => new Response(await request.text())),
    )
    const response = await fetch(await listen(app), { method: 'POST', body })
    expect(await response.text()).toBe(body)
  })

  test.each<[string, (request: Request) => unknown]>([
    ['nobody read', () => {}],
    [
      'was canceled',
      async ({ body }) => {
        const reader = body!.getReader()
        await reader.read()
        await reader.cancel()
      },
    ],
  ])('goes on serving a connection whose request had a body that %s', async (_, look) => {
    const handle = nodeHandler(async (request) => {
      if (request.body) await look(request)
      return new Response(null, { status: 401 })
    })
    const origin = await listen(handle)
    const body = 'x'.repeat(300_000)
    const post = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const answers = await sendRaw(
      origin,
      `${post}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    expect(answers.match(/HTTP\/1\.1 401/g)).toHaveLength(2)
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
    ['an absolute URL', 'GET http://page.example/api?x=1 HTTP/1.1', 'http://page.example/api?x=1'],
    [
      'a path that looks like a host',
      'GET //page.example/api HTTP/1.1',
      'http://x//page.example/api',
    ],
    ['no path', 'OPTIONS * HTTP/1.1', 'http://x/*'],
  ])('serves a request for %s', async (_, line, url) => {
    const origin = await listen(nodeHandler(({ url }) => new Response(url)))
    expect(await sendRaw(origin, `${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)).toContain(url)
  })

  test('serves a request that names no host', async () => {
    const origin = await listen(nodeHandler(({ url }) => new Response(url)))
    const answer = await sendRaw(origin, 'GET /a HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')
    expect(answer).toContain('http://localhost/a')
  })

  test.each([
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b'],
    ['a host with a path', 'GET / HTTP/1.1\r\nHost: x/admin?'],
    ['a host with a backslash', 'GET / HTTP/1.1\r\nHost: x\\admin#'],
    ['a method that a Request cannot have', 'TRACE / HTTP/1.1\r\nHost: x'],
  ])('answers 400 for %s, and reports nothing', async (_, head) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const origin = await listen(nodeHandler(() => new Response()))
    expect(await sendRaw(origin, `${head}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/)
    expect(log).not.toHaveBeenCalled()
  })

  test.each(Object.entries(askers))(
    'aborts the signal and cancels the body for a client that has left before, over %s',
    async (_, ask) => {
      let signal: AbortSignal | undefined
      const cancel = vi.fn<() => void>()
      const handle = nodeHandler((request) => {
        signal = request.signal
        return new Response(new ReadableStream({ cancel }))
      })
      let hasCome = false
      const leave = await ask((incoming, outgoing) => {
        hasCome = true
        // As behind middleware that first asks a database who this is.
        const answer = (): void => handle(incoming, outgoing)
        ;(outgoing as ServerResponse).on('close', () => setTimeout(answer))
      })
      await expect.poll(() => hasCome).toBe(true)
      leave()
      await expect.poll(() => signal?.aborted).toBe(true)
      await expect.poll(() => cancel.mock.calls.length).toBe(1)
    },
  )

  test.each([
    ['somebody has answered already', (response: ServerResponse) => void response.end('busy'), {}],
    ['a header is none that Node sends', () => {}, { 'x-name': 'a\u0001b', 'content-length': '5' }],
  ])('ends what cannot be sent because %s, and reports it', async (_, before, headers) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const { stream, handle } = endless(headers)
    const origin = await listen((request, response) => {
      before(response)
      handle(request, response)
    })
    const answer = await fetch(origin).then((response) => response.text(), String)
    expect(answer).toMatch(/busy|fetch failed/)
    await expect.poll(() => stream()?.signal.aborted).toBe(true)
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.any(Error))
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

  test('reports nothing that a handler throws when its client has left', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const asked = vi.fn<() => void>()
    const ended = vi.fn<() => void>()
    const handle = nodeHandler(({ signal }) => {
      asked()
      // As a request to another server does, which is given the signal.
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const origin = await listen((request, response) => {
      void Promise.resolve(handle(request, response)).then(ended)
    })
    const socket = askWithoutReading(origin, '/')
    await expect.poll(() => asked.mock.calls.length).toBe(1)
    socket.destroy()
    await expect.poll(() => ended.mock.calls.length).toBe(1)
    expect(log).not.toHaveBeenCalled()
  })

  test('breaks off what has no body either and cannot be sent', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const ended = vi.fn<() => void>()
    const handle = nodeHandler(() => new Response(null, { headers: { 'x-name': 'a\u0001b' } }))
    const origin = await listen((request, response) => {
      void Promise.resolve(handle(request, response)).then(ended)
    })
    await expect(fetch(origin)).rejects.toThrow('fetch failed')
    await expect.poll(() => ended.mock.calls.length).toBe(1)
  })

  test('answers 500 for a handler that answers nothing, and reports it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const forgetful = (): Response => undefined as never
    const origin = await listen(nodeHandler(forgetful))
    expect((await fetch(origin)).status).toBe(500)
    expect(log).toHaveBeenCalledExactlyOnceWith(
      new TypeError('Expected a Response of the handler, got undefined'),
    )
  })

  test('answers 500 for a handler that throws, and reports it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const error = new Error('secret')
    const origin = await listen(nodeHandler(() => Promise.reject(error)))
    const response = await fetch(origin)
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('')
    expect(log).toHaveBeenCalledExactlyOnceWith(error)
  })
})
