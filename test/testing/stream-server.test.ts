import { createServer } from 'node:http'
import * as fc from 'fast-check'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createChat } from 'brooklet/core'
import { readEvents, type StreamEvent, type StreamFormat } from 'brooklet/parser'
import { createStreamServer, type Exchange } from 'brooklet/testing'

const url = 'https://example.test/a'

async function exchange(init?: RequestInit, format?: StreamFormat) {
  const server = createStreamServer({ format })
  const response = server.fetch(url, init)
  // Rejections are looked at later.
  response.catch(() => {})
  return { server, response, stream: await server.next() }
}

async function chunksOf(response: Response): Promise<number[][]> {
  const chunks: number[][] = []
  for await (const chunk of response.body!) chunks.push([...chunk])
  return chunks
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => error,
  )

describe('the request', () => {
  test('is what was sent, its body as often as asked', async () => {
    const { stream } = await exchange({
      method: 'post',
      body: '{"a":"溪"}',
      headers: { 'X-Key': 'k' },
    })
    const { request } = stream
    expect(request).toMatchObject({ method: 'POST', url })
    expect(request.headers.get('x-key')).toBe('k')
    expect(await request.json()).toEqual({ a: '溪' })
    expect(await request.text()).toBe('{"a":"溪"}')
  })

  test('may come as a Request, and as one that init changes', async () => {
    const server = createStreamServer()
    const given = new Request(url, { method: 'PUT', body: 'a', headers: { 'x-key': 'k' } })
    void server.fetch(given)
    void server.fetch(new Request(url, { method: 'POST', body: 'a' }), { body: 'b' })
    void server.fetch(new URL(url))
    const [first, second, third] = server.exchanges.map(({ request }) => request)
    expect(first).toMatchObject({ method: 'PUT', url })
    expect(first?.headers.get('x-key')).toBe('k')
    expect(await first?.text()).toBe('a')
    expect(await second?.text()).toBe('b')
    expect(third).toMatchObject({ method: 'GET', url })
    expect(await third?.text()).toBe('')
  })

  test('has an absolute URL where it was relative', async () => {
    const server = createStreamServer()
    void server.fetch('/chat?a=1')
    expect(server.exchanges[0]?.request.url).toBe('http://localhost/chat?a=1')
  })

  test('has the last event id as it was before it became a header', async () => {
    const bytes = String.fromCharCode(...new TextEncoder().encode('小溪7'))
    const { stream } = await exchange({ headers: { 'last-event-id': bytes } })
    expect(stream.request.lastEventId).toBe('小溪7')
    expect((await exchange()).stream.request.lastEventId).toBe('')
  })

  test('rejects as JSON where it is none', async () => {
    const { stream } = await exchange({ method: 'POST', body: 'a' })
    await expect(stream.request.json()).rejects.toThrow(SyntaxError)
  })
})

describe('a stream', () => {
  test.each([
    ['sse', 'text/event-stream', [{ type: 'tick', data: '{"a":1}', lastEventId: '7' }]],
    ['ndjson', 'application/x-ndjson', [{ data: '{"a":1}' }]],
    ['json-seq', 'application/json-seq', [{ data: '{"a":1}' }]],
    ['text', 'text/plain; charset=utf-8', [{ data: '{"a":1}' }]],
  ] as const)('of %s has its content type and framing', async (format, type, events) => {
    const { stream, response } = await exchange({}, format)
    stream.send({ a: 1 }, { event: 'tick', id: '7' })
    stream.end()
    expect((await response).headers.get('content-type')).toBe(type)
    const received: StreamEvent[] = []
    for await (const event of readEvents(await response)) received.push(event)
    expect(received).toMatchObject(events)
  })

  test('opens as it is told, in a format of its own', async () => {
    const { stream, response } = await exchange()
    stream.open({ status: 201, format: 'ndjson', headers: { 'Content-Type': 'a/b', x: 'y' } })
    stream.send([1])
    stream.end()
    const { status, headers } = await response
    expect([status, headers.get('content-type'), headers.get('x')]).toEqual([201, 'a/b', 'y'])
    expect(await (await response).text()).toBe('[1]\n')
  })

  test('is cut into chunks where the test says, inside a character too', async () => {
    const { stream, response } = await exchange()
    stream.write('a溪b', [2, 3])
    stream.write(Uint8Array.of(1, 2))
    stream.write('')
    stream.end()
    expect(await chunksOf(await response)).toEqual([[97, 0xe6], [0xba], [0xaa, 98], [1, 2]])
  })

  test('has the same bytes wherever it is cut', async () => {
    const text = 'data: 小溪 😀\n\n'
    const { length } = new TextEncoder().encode(text)
    const cuts = fc.uniqueArray(fc.nat(length)) // in any order
    await fc.assert(
      fc.asyncProperty(cuts, async (all) => {
        const { stream, response } = await exchange()
        stream.write(text, all)
        stream.end()
        const inner = all.filter((cut) => cut > 0 && cut < length)
        const chunks = await chunksOf(await response)
        expect(chunks).toHaveLength(inner.length + 1)
        expect(new TextDecoder().decode(Uint8Array.from(chunks.flat()))).toBe(text)
      }),
      { numRuns: 100 },
    )
  })

  test('drips and pauses', async () => {
    const { stream, response } = await exchange()
    await stream.drip('abcde', 1, 2)
    await stream.pause(1)
    stream.comment('beat')
    stream.end()
    const chunks = await chunksOf(await response)
    expect(chunks.map((bytes) => String.fromCharCode(...bytes))).toEqual([
      'ab',
      'cd',
      'e',
      ': beat\n\n',
    ])
  })

  test('that is cut delivers what was sent before', async () => {
    const { stream, response } = await exchange()
    for (const data of ['a', 'b', 'c']) stream.send(data)
    stream.cut()
    const received: string[] = []
    const reading = (async () => {
      for await (const { data } of readEvents(await response)) received.push(data)
    })()
    expect(await rejection(reading)).toMatchObject({
      code: 'network',
      cause: expect.any(TypeError),
    })
    expect(received).toEqual(['a', 'b', 'c'])
  })

  test('that is cut before its headers was refused', async () => {
    const { stream, response } = await exchange()
    const reason = new Error('refused')
    stream.cut(reason)
    expect(await rejection(response)).toBe(reason)
    expect(stream.state).toBe('ended')
  })

  test('that is left alone has stalled', async () => {
    const { stream, response } = await exchange()
    stream.send('a')
    const reader = (await response).body!.getReader()
    await reader.read()
    const late = new Promise((resolve) => setTimeout(resolve, 20, 'nothing'))
    expect(await Promise.race([reader.read(), late])).toBe('nothing')
    expect(stream.state).toBe('open')
  })
})

describe('an answer', () => {
  test('is text, JSON or nothing', async () => {
    const text = await exchange()
    text.stream.respond(503, 'busy', { 'retry-after': '7' })
    expect(await text.response).toMatchObject({ status: 503 })
    expect((await text.response).headers.get('retry-after')).toBe('7')
    expect((await text.response).headers.get('content-type')).toBe('text/plain;charset=UTF-8')
    expect(await (await text.response).text()).toBe('busy')
    expect([text.stream.state, text.server.active]).toEqual(['ended', 0])

    const json = await exchange()
    json.stream.respond(400, { error: 'no' })
    expect((await json.response).headers.get('content-type')).toBe('application/json')
    expect(await (await json.response).json()).toEqual({ error: 'no' })

    const problem = await exchange()
    const type = 'application/problem+json'
    problem.stream.respond(400, { error: 'no' }, { 'content-type': type })
    expect((await problem.response).headers.get('content-type')).toBe(type)

    const nothing = await exchange()
    nothing.stream.respond(204)
    expect(await nothing.response).toMatchObject({ status: 204, body: null })
  })
})

describe('the client', () => {
  test('that aborts before the headers is rejected, as by fetch', async () => {
    const controller = new AbortController()
    const { server, stream, response } = await exchange({ signal: controller.signal })
    expect(server.active).toBe(1)
    controller.abort(new Error('enough'))
    expect(await rejection(response)).toMatchObject({ message: 'enough' })
    expect(stream.state).toBe('left')
    expect(server.active).toBe(0)
  })

  test('that has aborted already is rejected', async () => {
    const { response, stream } = await exchange({ signal: AbortSignal.abort(new Error('enough')) })
    expect(await rejection(response)).toMatchObject({ message: 'enough' })
    expect(stream.state).toBe('left')
  })

  test('that aborts within the body loses it at once', async () => {
    const controller = new AbortController()
    const { server, stream, response } = await exchange({ signal: controller.signal })
    stream.send('a')
    const text = (await response).text()
    expect(server.active).toBe(1)
    controller.abort(new Error('enough'))
    expect(await rejection(text)).toMatchObject({ message: 'enough' })
    expect([stream.state, server.active]).toEqual(['left', 0])
  })

  test('that cancels the body has left, and what is sent to it is ignored', async () => {
    const { server, stream, response } = await exchange()
    stream.send('a')
    await (await response).body?.cancel()
    expect([stream.state, server.active]).toEqual(['left', 0])
    stream.send('b')
    stream.end()
    stream.cut()
    stream.respond(500)
    stream.open()
    expect(stream.state).toBe('left')
  })

  test('that reads to the end has not left', async () => {
    const controller = new AbortController()
    const { stream, response } = await exchange({ signal: controller.signal })
    stream.end()
    expect(await (await response).text()).toBe('')
    controller.abort()
    expect(stream.state).toBe('ended')
  })
})

describe('a mistake of the test is told', () => {
  test.each<[string, (stream: Exchange) => void]>([
    ['write', (stream) => stream.send('a')],
    ['write', (stream) => stream.write('')],
    ['end', (stream) => stream.end()],
    ['cut', (stream) => stream.cut()],
    ['open', (stream) => stream.open()],
    ['respond', (stream) => stream.respond(200)],
  ])('%s after the end', async (name, act) => {
    const { stream } = await exchange()
    stream.end()
    expect(() => act(stream)).toThrow(`Expected no ${name}() after the reply had ended`)
  })

  test('headers after the body has begun', async () => {
    const { stream } = await exchange()
    stream.send('a')
    expect(() => stream.open()).toThrow('Expected open() once')
    expect(() => stream.respond(500)).toThrow('Expected respond() before')
  })

  test('a request that does not come', async () => {
    const server = createStreamServer()
    const late = server.next()
    await expect(late).rejects.toMatchObject({
      code: 'timeout',
      message: 'Expected request 1 within 1000 ms, none came',
    })
    void server.fetch(url)
    expect(await server.next()).toBe(server.exchanges[0])
  })
})

describe('next', () => {
  test('gives each exchange once, in order, whichever side comes first', async () => {
    const server = createStreamServer()
    const early = [server.next(), server.next()]
    for (let count = 0; count < 4; count += 1) void server.fetch(url)
    const late = [server.next(), server.next()]
    expect(await Promise.all([...early, ...late])).toEqual([...server.exchanges])
    expect(new Set(server.exchanges).size).toBe(4)
  })
})

describe('a handler', () => {
  test('replies by itself', async () => {
    const server = createStreamServer({
      async handler(stream) {
        stream.send(await stream.request.text())
        await stream.pause(1)
        stream.end()
      },
    })
    const response = await server.fetch(url, { method: 'POST', body: 'hi' })
    expect(await response.text()).toBe('data: hi\n\n')
    expect(server.active).toBe(0)
  })

  test('that fails cuts its client off, and fails the test', async () => {
    const failures: unknown[] = []
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', (error) => void failures.push(error))
    const error = new Error('a mistake')
    const server = createStreamServer({
      handler(stream) {
        if (stream.request.method === 'PUT') stream.end()
        throw error
      },
    })
    expect(await rejection(server.fetch(url))).toBe(error)
    await expect.poll(() => failures).toEqual([error])
    expect(await (await server.fetch(url, { method: 'PUT' })).text()).toBe('')
    await expect.poll(() => failures).toEqual([error, error])
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  })
})

describe('with Mock Service Worker', () => {
  const worker = setupServer()
  beforeAll(() => worker.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => worker.resetHandlers())
  afterAll(() => worker.close())

  function intercept(): ReturnType<typeof createStreamServer> {
    const server = createStreamServer()
    worker.use(http.all(url, server.resolver))
    return server
  }

  test('a POST gets its reply in the chunks that were sent', async () => {
    const server = intercept()
    const response = fetch(url, { method: 'POST', body: '{"a":1}' })
    const stream = await server.next()
    expect(stream.request).toMatchObject({ method: 'POST', url })
    expect(await stream.request.json()).toEqual({ a: 1 })
    stream.write('data: 溪\n\n', [8])
    stream.end()
    const chunks = await chunksOf(await response)
    expect(chunks.map(({ length }) => length)).toEqual([8, 3])
  })

  test('a refused connection and a cut are lost networks, an error is an error', async () => {
    const server = intercept()
    const refused = rejection(fetch(url))
    ;(await server.next()).cut()
    expect(await refused).toBeInstanceOf(TypeError)
    const answer = server.resolver({ request: new Request(url) })
    ;(await server.next()).cut()
    expect(await answer).toMatchObject({ type: 'error' })

    const response = fetch(url)
    const stream = await server.next()
    stream.send('a')
    stream.cut()
    expect(await rejection((await response).text())).toBeInstanceOf(Error)

    const failed = fetch(url)
    ;(await server.next()).respond(500, { error: 'no' })
    expect(await (await failed).json()).toEqual({ error: 'no' })
  })

  test('a client that leaves is seen to leave', async () => {
    const server = intercept()
    const controller = new AbortController()
    const waiting = rejection(fetch(url, { signal: controller.signal }))
    const first = await server.next()
    controller.abort()
    await waiting
    await expect.poll(() => first.state).toBe('left')

    const later = new AbortController()
    const response = fetch(url, { signal: later.signal })
    const second = await server.next()
    second.send('a')
    const text = rejection((await response).text())
    later.abort()
    expect(await text).toMatchObject({ name: 'AbortError' })
    expect(second.state).toBe('left')
  })

  test('a whole conversation of the chat store is served', async () => {
    const server = intercept()
    const chat = createChat({ url })
    const sent = chat.sendMessage('Hello')
    const stream = await server.next()
    expect(await stream.request.json()).toEqual({ messages: [{ role: 'user', content: 'Hello' }] })
    stream.send({ content: 'Good ' })
    stream.send({ content: 'day' })
    stream.send('[DONE]')
    stream.end()
    expect(await sent).toBe('Good day')
    await expect.poll(() => server.active).toBe(0)
  })
})

test('a cut looks to the client as that of a real server does', async () => {
  const real = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: a\n\n', () => response.destroy())
  })
  await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve))
  const { port } = real.address() as { port: number }
  const fromReal = await rejection(fetch(`http://127.0.0.1:${port}`).then((each) => each.text()))
  const { stream, response } = await exchange()
  stream.send('a')
  stream.cut()
  const fromScript = await rejection((await response).text())
  expect((fromScript as Error).name).toBe((fromReal as Error).name)
  expect((fromScript as Error).message).toBe((fromReal as Error).message)
  real.close()
})
