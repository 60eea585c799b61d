import { request as post } from 'node:http'
import express from 'express'
import fastify from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { nodeHandler } from '../../../src/server/index.js'
import { endless, listen, listenHttp2, sendRaw } from '../support.js'

describe('nodeHandler', () => {
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

  test.each([
    ['text', express.text(), '"漢"'],
    ['bytes', express.raw({ type: '*/*' }), '"漢"'],
    ['null', express.json({ type: '*/*', strict: false }), 'null'],
    ['nothing', express.json({ type: '*/*' }), ''],
  ])('hands on a body that was read already, as %s', async (_, parser, body) => {
    const app = express()
    app.use(
      parser,
      nodeHandler(async (request) => new Response(await request.text())),
    )
    const response = await fetch(await listen(app), { method: 'POST', body })
    expect(await response.text()).toBe(body)
  })

  test('reads a body for which a parser has only left an object, as those of Express 4 do', async () => {
    const handle = nodeHandler(async (request) => new Response(await request.text()))
    const origin = await listen((request, response) =>
      handle(Object.assign(request, { body: {} }), response),
    )
    const response = await fetch(origin, { method: 'POST', body: 'as it is' })
    expect(await response.text()).toBe('as it is')
  })

  test('reads a body that no parser of Fastify has read', async () => {
    const app = fastify()
    app.addContentTypeParser('application/x-lines', (_request, _payload, done) => done(null))
    app.post(
      '/',
      nodeHandler(async (request) => new Response(await request.text())),
    )
    onTestFinished(() => app.close())
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const headers = { 'content-type': 'application/x-lines' }
    const response = await fetch(origin, { method: 'POST', headers, body: 'as it is' })
    expect(await response.text()).toBe('as it is')
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
    ['was begun and left', ({ body }) => body!.getReader().read()],
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

  test('leaves a body to who is reading it when its response is over', async () => {
    const read = vi.fn<(text: string) => void>()
    const handle = nodeHandler((request) => {
      void request.text().then(read)
      return new Response(null, { status: 202 })
    })
    const closed = vi.fn<() => void>()
    const origin = await listen((incoming, outgoing) => {
      outgoing.on('close', closed)
      handle(incoming, outgoing)
    })
    const upload = post(origin, { method: 'POST' })
    upload.write('abc')
    await expect.poll(() => closed.mock.calls.length).toBe(1)
    upload.end('def')
    await expect.poll(() => read.mock.calls).toEqual([['abcdef']])
  })

  test('skips a body that was canceled at once, though its response goes on', async () => {
    const { handler, stream } = endless()
    const handle = nodeHandler(async (request) => {
      await request.body!.cancel()
      return handler(new Request(request.url, { signal: request.signal }))
    })
    const upload = post(await listen(handle), { method: 'POST' })
    onTestFinished(() => void upload.destroy())
    const body = 'x'.repeat(10_000_000)
    await new Promise<void>((resolve) => upload.end(body, resolve))
    expect(stream()!.signal.aborted).toBe(false)
  })

  test('takes an unread body away when its response is over', async () => {
    let request!: Request
    const handle = nodeHandler((given) => {
      request = given
      return new Response(null, { status: 202 })
    })
    await fetch(await listen(handle), { method: 'POST', body: 'abc' })
    await expect(request.body!.getReader().closed).rejects.toMatchObject({ code: 'aborted' })
  })

  test('does not take a body that its client breaks off for a whole one, over HTTP/2 too', async () => {
    const failed = vi.fn<(error: unknown) => void>()
    const { session } = await listenHttp2(
      nodeHandler(async (request) => {
        await request.text().catch(failed)
        return new Response()
      }),
    )
    const upload = session.request({ ':path': '/', ':method': 'POST' }).on('error', () => {})
    upload.write('abc', () => session.destroy())
    await expect.poll(() => failed.mock.calls.length).toBe(1)
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
})
