import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createStreamServer, type Exchange } from 'brooklet/testing'
import { exchange, rejection, url } from './stream-server-support.js'

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
    for (let time = 0; time < 2; time++) expect(await first?.text()).toBe('a')
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

    for (const body of [undefined, null]) {
      const nothing = await exchange()
      nothing.stream.respond(204, body)
      expect(await nothing.response).toMatchObject({ status: 204, body: null })
    }
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
    const next = server.next()
    void server.fetch(url)
    expect(await next).toBe(server.exchanges[0])
    void server.fetch(url)
    expect(await server.next()).toBe(server.exchanges[1])
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

  test('waits no longer for a request that has come', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    vi.resetModules() // The module takes the timers when it is loaded.
    const module = await import('../../src/testing/stream-server.js')
    const server = module.createStreamServer()
    const next = server.next()
    expect(vi.getTimerCount()).toBe(1)
    void server.fetch(url)
    await next
    expect(vi.getTimerCount()).toBe(0)
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
