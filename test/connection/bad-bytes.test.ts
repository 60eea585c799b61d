// Bad input over real sockets: each ends in a clear error or in the standard's behaviour.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { RequestOptions } from '../../src/connection/types.js'
import type { StreamError } from '../../src/errors.js'
import { createEventStream } from '../../src/stores/events/event-stream.js'
import { startHttp, type HttpServer } from '../support/http.js'

const stream = { 'content-type': 'text/event-stream' }

async function read(
  handle: (request: IncomingMessage, response: ServerResponse, turn: number) => void,
  options: RequestOptions = {},
) {
  const server: HttpServer = await startHttp((request, response) => {
    handle(request, response, server.requests.length)
  })
  onTestFinished(server.close)
  const events: string[] = []
  const errors: StreamError[] = []
  const retry = { attempts: 0, minDelay: 0, jitter: 0 }
  const source = createEventStream(server.url, {
    retry,
    ...options,
    onEvent: ({ data }) => events.push(data),
    onError: (error) => errors.push(error),
  })
  source.open()
  onTestFinished(source.close)
  await expect.poll(() => source.getSnapshot().status).toMatch(/closed|failed/)
  return { server, events, errors, ...source.getSnapshot() }
}

test('a line that never ends is given up at maxEventSize, and the server hears of it', async () => {
  let sent = 0
  let closed = false
  const piece = 'x'.repeat(16_384)
  const { events, errors, server } = await read(
    (_request, response) => {
      response.on('close', () => (closed = true))
      response.writeHead(200, stream).write('data: small\n\ndata: ')
      const write = (): void => {
        if (closed) return
        sent += piece.length
        response.write(piece, () => setImmediate(write))
      }
      write()
    },
    { maxEventSize: 1_000_000, retry: {} },
  )
  expect(events).toEqual(['small'])
  expect(errors).toMatchObject([{ code: 'too-large', retryable: false }])
  await expect.poll(() => closed).toBe(true)
  expect(sent).toBeLessThan(10_000_000)
  expect(server.requests).toHaveLength(1)
})

test('a NUL or a line end in an id does no harm', async () => {
  const { events, lastEventId, server } = await read(
    (_request, response, turn) => {
      if (turn > 1) return response.writeHead(204).end()
      response
        .writeHead(200, stream)
        .end('id: 1\ndata: a\n\nid: 2\0\ndata: b\n\nid: 3\n4\ndata: c\n\n')
    },
    { retry: { minDelay: 0 } },
  )
  expect(events).toEqual(['a', 'b', 'c'])
  expect(lastEventId).toBe('3')
  expect(server.requests[1]?.headers['last-event-id']).toBe('3')
})

test('a gzip that ends early is no success, and what came is kept', async () => {
  const zipped = gzipSync(`data: first\n\n${'data: more\n\n'.repeat(50_000)}`)
  const { events, errors, status } = await read((_request, response) => {
    response.writeHead(200, { ...stream, 'content-encoding': 'gzip' })
    response.end(zipped.subarray(0, zipped.length / 2))
  })
  expect(events[0]).toBe('first')
  expect(events.length).toBeLessThan(50_001)
  // Node takes it for a clean end.
  expect(['network', 'incomplete']).toContain(errors[0]?.code)
  expect(status).toBe('failed')
})

test('invalid UTF-8 becomes U+FFFD, and the stream goes on', async () => {
  const { events } = await read((_request, response, turn) => {
    if (turn > 1) return response.writeHead(204).end()
    const bad = Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xe5, 0xb0, 0x0a, 0x0a])
    response.writeHead(200, stream).end(Buffer.concat([bad, Buffer.from('data: 溪\n\n')]))
  })
  expect(events).toEqual(['\uFFFD\uFFFD', '溪'])
})

test.each([
  ['in a circle', 302, '/'],
  ['to an empty Location', 301, ''],
])('redirects %s are a network error', async (_, status, location) => {
  const { errors, server } = await read((_request, response) => {
    response.writeHead(status, { location }).end()
  })
  expect(errors).toMatchObject([{ code: 'network' }])
  expect(server.requests.length).toBeLessThan(50)
})

test('an error whose body drips without an end is reported with what has come', async () => {
  const { errors } = await read((_request, response) => {
    response.writeHead(500, { 'content-type': 'text/plain' }).write('it broke')
    const drip = setInterval(() => response.write('.'), 100)
    response.on('close', () => clearInterval(drip))
  })
  expect(errors).toMatchObject([{ code: 'http', status: 500 }])
  expect(errors[0]?.body).toMatch(/^it broke\.+$/)
})
