// What only real bytes and real sockets can show.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/connection/connect.js'
import { defaultEnvironment } from '../../src/connection/environment.js'
import type { RequestOptions } from '../../src/connection/types.js'
import type { StreamError } from '../../src/errors.js'
import { type HttpServer, startHttp } from '../support/http.js'
import { mayGoOn } from './harness.js'

const rejections: unknown[] = []
const remember = (reason: unknown): void => void rejections.push(reason)

beforeEach(() => void process.on('unhandledRejection', remember))
afterEach(() => {
  process.off('unhandledRejection', remember)
  if (rejections.length > 0) throw new AggregateError(rejections.splice(0), 'Unhandled')
})

interface Listener {
  events: string[]
  errors: StreamError[]
  status: string
  connection: ReturnType<typeof connect>
}

async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<HttpServer> {
  const server = await startHttp(handle)
  onTestFinished(() => server.close())
  return server
}

function listen(url: string, options: RequestOptions = {}, onOpen = (): void => {}): Listener {
  const heard: Listener = {
    events: [],
    errors: [],
    status: '',
    connection: connect(
      {
        url: () => url,
        options: () => ({ retry: { minDelay: 5 }, ...options }),
        defaults: { attempts: 3, minDelay: 5, maxDelay: 10, connectTimeout: 60_000 },
      },
      {
        onStatus(status, { error }) {
          heard.status = status
          if (error) heard.errors.push(error)
        },
        onOpen() {
          heard.status = 'open'
          onOpen()
        },
        onEvent: ({ data }) => void heard.events.push(data),
        onEnd: mayGoOn,
      },
      defaultEnvironment,
    ),
  }
  heard.connection.open()
  onTestFinished(() => heard.connection.close())
  return heard
}

const stream = { 'content-type': 'text/event-stream' }

test('what reaches the server: Cache-Control, Accept, and an id as UTF-8', async () => {
  const server = await serve((request, response) => {
    if (request.headers['last-event-id']) return response.writeHead(204).end()
    response.writeHead(200, stream).end('id: 第…号\ndata: 你好\n\n')
  })
  const { events } = listen(server.url)
  await expect.poll(() => server.requests).toHaveLength(2)
  expect(events).toEqual(['你好'])
  expect(server.requests[0]?.headers).toMatchObject({ 'cache-control': 'no-cache' })
  expect(server.requests[0]?.headers.accept).toMatch(/^text\/event-stream,/)
  const id = server.requests[1]?.headers['last-event-id'] as string
  expect(Buffer.from(id, 'latin1').toString()).toBe('第…号')
})

test('an id with a control character does not stop the reconnecting', async () => {
  const server = await serve((_request, response) => {
    if (server.requests.length > 1) return response.writeHead(204).end()
    response.writeHead(200, stream).end('id: a\u0001b\ndata: 1\n\n')
  })
  const heard = listen(server.url)
  await expect.poll(() => heard.status).toBe('closed')
  expect(heard.connection.lastEventId).toBe('a\u0001b')
})

test('a body of each kind arrives as fetch sends it', async () => {
  const bodies: string[] = []
  const server = await serve(async (request, response) => {
    const type = request.headers['content-type']?.split(';')[0]
    bodies.push(`${request.method} ${type} ${await text(request)}`)
    response.writeHead(204).end()
  })
  const form = new FormData()
  form.set('name', '王')
  for (const body of [{ a: '问' }, 'text', new Uint8Array([65, 66]), new URLSearchParams('a=1')]) {
    const heard = listen(server.url, { body })
    await expect.poll(() => heard.status).toBe('closed')
  }
  expect(bodies).toEqual([
    'POST application/json {"a":"问"}',
    'POST text/plain text',
    'POST undefined AB',
    'POST application/x-www-form-urlencoded a=1',
  ])
  const heard = listen(server.url, { body: form })
  await expect.poll(() => heard.status).toBe('closed')
  expect(bodies.at(-1)).toMatch(/^POST multipart\/form-data .*name="name"\s+王/s)
})

test('a body that is a stream is sent, and is not sent twice', async () => {
  const bodies: string[] = []
  const server = await serve(async (request, response) => {
    bodies.push(await text(request))
    response.writeHead(503).end()
  })
  const heard = listen(server.url, { body: new Blob(['once']).stream() })
  await expect.poll(() => heard.status).toBe('failed')
  expect(bodies).toEqual(['once'])
})

test('a gzipped stream is read as it comes', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200, { ...stream, 'content-encoding': 'gzip' })
    response.end(gzipSync('data: zipped\n\n'))
  })
  const { events } = listen(server.url)
  await expect.poll(() => events).toContain('zipped')
})

test('an answer that says gzip and is not is a network error', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200, { ...stream, 'content-encoding': 'gzip' }).end('data: plain\n\n')
  })
  const heard = listen(server.url)
  await expect.poll(() => heard.errors[0]?.code).toBe('network')
})

test('an HTML page in place of a stream fails with its URL, status and first bytes', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Login')
  })
  const heard = listen(`${server.url}/events`)
  await expect.poll(() => heard.status).toBe('failed')
  const [error] = heard.errors
  expect(error).toMatchObject({ code: 'content-type', status: 200, url: `${server.url}/events` })
  for (const part of [`${server.url}/events`, '200', 'text/html', '<!doctype html><title>Login']) {
    expect(error?.message).toContain(part)
  }
})

test('an answer without a type says so', async () => {
  const server = await serve((_request, response) => void response.writeHead(404).end('gone'))
  const heard = listen(server.url)
  await expect.poll(() => heard.status).toBe('failed')
  expect(heard.errors[0]?.message).toContain('got 404 no type: gone')
})

test('an answer without a body says so', async () => {
  const server = await serve((_request, response) => void response.writeHead(404).end())
  const heard = listen(server.url)
  await expect.poll(() => heard.status).toBe('failed')
  expect(heard.errors[0]?.message).toMatch(/got 404 no type: no body$/)
})

test('an HTML page without an end fails as well, and is let go of', async () => {
  let closed = false
  const server = await serve((_request, response) => {
    response.writeHead(404, { 'content-type': 'text/html' }).write('<p>'.padEnd(70_000, '.'))
    response.on('close', () => (closed = true))
  })
  const heard = listen(server.url)
  await expect.poll(() => heard.status).toBe('failed')
  expect(heard.errors[0]?.body).toHaveLength(65_536)
  await expect.poll(() => closed).toBe(true)
})

test('a socket that breaks in the middle of an event loses that event only', async () => {
  const server = await serve((_request, response) => {
    if (server.requests.length > 1) return response.writeHead(204).end()
    response.writeHead(200, stream)
    response.write('data: whole\n\ndata: ha', () => response.destroy())
  })
  const heard = listen(server.url)
  await expect.poll(() => heard.status).toBe('closed')
  expect(heard.events).toEqual(['whole'])
  expect(heard.errors[0]).toMatchObject({ code: 'network', url: server.url })
})

test('a server that is not there is a network error that is tried again, so many times', async () => {
  const server = await startHttp(() => {})
  await server.close()
  const heard = listen(server.url)
  await expect.poll(() => heard.status).toBe('failed')
  expect(heard.errors.map(({ code }) => code)).toEqual(Array(4).fill('network'))
  expect(heard.errors[0]?.message).toContain(server.url)
})

test('a redirect is followed, and the next attempt asks the first URL again', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/moved') return response.writeHead(200, stream).end('data: a\n\n')
    if (server.requests.length > 2) return response.writeHead(204).end()
    response.writeHead(307, { location: '/moved' }).end()
  })
  const heard = listen(`${server.url}/start`)
  await expect.poll(() => heard.status).toBe('closed')
  expect(server.requests.map(({ url }) => url)).toEqual(['/start', '/moved', '/start'])
})

test('an answer that refuses after a redirect is named by its own URL', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/start') return response.writeHead(302, { location: '/login' }).end()
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>')
  })
  const heard = listen(`${server.url}/start`)
  await expect.poll(() => heard.status).toBe('failed')
  expect(heard.errors[0]).toMatchObject({ code: 'content-type', url: `${server.url}/login` })
})

test.each(['before the headers', 'at the headers', 'in the body'])(
  'close() %s is seen by the server as a disconnect',
  async (moment) => {
    let closed = false
    const server = await serve((_request, response) => {
      response.on('close', () => (closed = true))
      if (moment === 'before the headers') return
      response.writeHead(200, stream)
      response.write('data: a\n\n')
    })
    const heard = listen(server.url, {}, () => {
      if (moment === 'at the headers') heard.connection.close()
    })
    const signs = moment === 'in the body' ? heard.events : server.requests
    await expect.poll(() => signs).toHaveLength(1)
    if (moment === 'at the headers') await expect.poll(() => heard.status).toBe('open')
    else heard.connection.close()
    await expect.poll(() => closed).toBe(true)
    expect(heard.errors).toEqual([])
    if (moment !== 'in the body') expect(heard.events).toEqual([])
  },
)

test('a closed connection does not keep a Node process alive, whatever state it was in', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/silent') return
    if (request.url === '/busy') return response.writeHead(503).end()
    response.writeHead(200, stream).write('data: a\n\n')
  })
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/connection/exits.ts', server.url],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill())
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
})
