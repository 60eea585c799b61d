// In Node, over a real server. The same cases run in Chromium, beside its own class.
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { EventSource, type EventSourceInit } from '../../src/eventsource/index.js'
import { defineInterface } from '../../src/eventsource/interface.js'
import type { StartedServer } from '../support/commands.js'
import { startHttp } from '../support/http.js'
import startScripted from '../support/servers/scripted-answers.js'
import { testInterface } from './interface.js'
import { scripted, type Answer, type SeenRequest } from './script.js'
import { cases } from './conformance.js'
import { watch } from './watch.js'

let server: StartedServer
beforeAll(async () => {
  server = await startScripted()
})
afterAll(() => server.close())

let made = 0
const urlOf = (answers: Answer[]) => scripted(server.url, String((made += 1)), answers)

async function seen(url: string): Promise<SeenRequest[]> {
  const path = encodeURIComponent(url.slice(server.url.length))
  return (await fetch(`${server.url}/seen?url=${path}`)).json() as Promise<SeenRequest[]>
}

describe.concurrent('the standard', () => {
  test.each(cases)('$name', async ({ answers, events, types, ids }) => {
    const url = urlOf(answers)
    const log = await watch(EventSource, { url, types, count: events.length })
    expect(log).toEqual(
      events.map((event) => (event.includes('#') ? `${event} from ${server.url}` : event)),
    )
    const requests = await seen(url)
    if (ids) expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual(ids)
  })
})

describe('the interface', () => {
  testInterface(EventSource, 'http://127.0.0.1:1/')

  test('has its name also where a minifier has given the class another', () => {
    const Minified = class j {
      close(): void {}
    }
    defineInterface(Minified, 'EventSource', {})
    expect(Minified.name).toBe('EventSource')
    expect(String(new Minified())).toBe('[object EventSource]')
  })
})

// Tests that run side by side cannot tell which of them has finished.
const sources = new Set<EventSource>()
afterAll(() => sources.forEach((source) => source.close()))

function listen(url: string, init?: EventSourceInit): EventSource {
  const source = new EventSource(url, init)
  sources.add(source)
  return source
}

function open(answers: Answer[], init?: EventSourceInit) {
  const url = urlOf(answers)
  return { url, source: listen(url, init) }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index))
const eventsOf = (data: string[]) => data.map((each) => `data: ${each}\n\n`).join('')

/** Events that come all in one chunk. */
function listenTo(count: number): EventSource {
  const headers = { 'content-type': 'text/event-stream' }
  const fetch = () => Promise.resolve(new Response(eventsOf(numbers(count)), { headers }))
  return listen(server.url, { fetch })
}

const next = (source: EventSource, type: string) =>
  new Promise<MessageEvent>((resolve) => {
    source.addEventListener(type, resolve, { once: true })
  })

describe.concurrent('in Node', () => {
  test('a relative URL is a SyntaxError that says why', () => {
    expect(() => new EventSource('/events')).toThrow(
      new DOMException(
        'Expected a URL, got "/events": there is no page to resolve it against',
        'SyntaxError',
      ),
    )
  })

  test('a promise settles before the next event of the same chunk', async () => {
    const { source } = open([{ body: eventsOf(numbers(50)), after: 'open' }])
    const read: string[] = []
    for (const _ of numbers(50)) read.push((await next(source, 'message')).data)
    expect(read).toEqual(numbers(50))
  })

  test('so it does while another source gets more events than may wait', async () => {
    const source = listenTo(50)
    const other = next(listenTo(20_000), 'error')
    const read: string[] = []
    for (const _ of numbers(50)) read.push((await next(source, 'message')).data)
    expect(read).toEqual(numbers(50))
    await other
  })

  test('more events than may wait arrive all the same, in order', async () => {
    const source = listenTo(20_000)
    const read: string[] = []
    source.addEventListener('message', ({ data }) => void read.push(data))
    await next(source, 'error')
    expect(read).toEqual(numbers(20_000))
  })

  test.each(['open', 'message', 'error'])('after close() in %s nothing comes', async (type) => {
    const { url, source } = open([{ body: 'retry: 500\ndata: a\n\ndata: b\n\n' }])
    const log: string[] = []
    for (const name of ['open', 'message', 'error']) {
      source.addEventListener(name, (event) => {
        log.push(name)
        if (event.type !== type) return
        source.close()
        expect(source.readyState).toBe(EventSource.CLOSED)
      })
    }
    await next(source, type)
    // Meanwhile one that is not closed comes back.
    const other = open([{ body: 'retry: 500\n\n' }]).source
    await next(other, 'error')
    await next(other, 'open')
    other.close()
    const all = ['open', 'message', 'message', 'error']
    expect(log).toEqual(all.slice(0, all.indexOf(type) + 1))
    expect(await seen(url)).toHaveLength(1)
  })

  test('close() before the answer: no event, and the server hears of it', async () => {
    let hasLeft = false
    const silent = await startHttp((_request, response) => {
      response.on('close', () => (hasLeft = true))
    })
    const source = listen(silent.url)
    const listener = vi.fn<() => void>()
    for (const type of ['open', 'message', 'error']) source.addEventListener(type, listener)
    await vi.waitUntil(() => silent.requests.length === 1)
    source.close()
    expect(source.readyState).toBe(EventSource.CLOSED)
    await vi.waitUntil(() => hasLeft)
    expect(listener).not.toHaveBeenCalled()
    await silent.close()
  })

  test('events are those of the platform', async () => {
    const { source } = open([{ body: 'retry: 500\nid: 7\ndata: a\n\n' }])
    const [opened, message, lost] = await Promise.all(
      ['open', 'message', 'error'].map((type) => next(source, type)),
    )
    for (const event of [opened, lost]) {
      expect(event!.constructor).toBe(Event)
      expect(event).toMatchObject({ bubbles: false, cancelable: false })
    }
    expect(message!.constructor).toBe(MessageEvent)
    expect(message).toMatchObject({
      bubbles: false,
      cancelable: false,
      data: 'a',
      lastEventId: '7',
      origin: server.url,
      source: null,
      ports: [],
    })
  })

  test('it asks for an event stream, whatever the caller says, and for none from a cache', async () => {
    const { url, source } = open([{ after: 'open' }], {
      headers: { accept: '*/*', 'x-token': 'a' },
    })
    await next(source, 'open')
    const [request] = await seen(url)
    expect(request).toMatchObject({
      method: 'GET',
      headers: { accept: 'text/event-stream', 'cache-control': 'no-cache', 'x-token': 'a' },
    })
  })

  test('headers are asked again for each attempt, after a 401 too', async () => {
    let token = 0
    const headers = () => ({ 'x-token': String((token += 1)) })
    const first = { body: 'retry: 500\ndata: a\n\n' }
    const { url, source } = open([first, { status: 401 }, { after: 'open' }], { headers })
    await next(source, 'open')
    await next(source, 'open')
    expect((await seen(url)).map((request) => request.headers['x-token'])).toEqual(['1', '2', '3'])
  })

  test('a POST is repeated to resume by id', async () => {
    const { url, source } = open([{ body: 'retry: 500\nid: 1\ndata: a\n\n' }, { status: 204 }], {
      body: { query: 'x' },
    })
    await next(source, 'error')
    expect(source.readyState).toBe(EventSource.CONNECTING)
    await next(source, 'error')
    expect(source.readyState).toBe(EventSource.CLOSED)
    const requests = await seen(url)
    expect(requests).toMatchObject([
      { method: 'POST', body: '{"query":"x"}' },
      { method: 'POST', body: '{"query":"x"}', headers: { 'last-event-id': '1' } },
    ])
  })

  test('a POST without an id is not: it may have done something', async () => {
    const { url, source } = open([{ body: 'retry: 500\ndata: a\n\n' }], { method: 'POST' })
    await next(source, 'error')
    expect(source.readyState).toBe(EventSource.CLOSED)
    expect(await seen(url)).toHaveLength(1)
  })

  // The test's own `expect`: others that run beside it may be over.
  test('what is refused is let go of', async ({ expect }) => {
    const { url, source } = open([{ headers: { 'content-type': 'text/html' }, after: 'open' }])
    await next(source, 'error')
    await expect.poll(async () => (await seen(url))[0]!.left).toBe(true)
  })

  test('a fetch of one’s own is judged as the platform’s', async () => {
    const answer = (type: string) =>
      Promise.resolve(new Response('data: a\n\n', { headers: { 'content-type': type } }))
    const good = listen('app://stream', { fetch: () => answer('text/event-stream') })
    expect(await next(good, 'message')).toMatchObject({ data: 'a' })
    const bad = listen('app://stream', { fetch: () => answer('application/x-ndjson') })
    await next(bad, 'error')
    expect(bad.readyState).toBe(EventSource.CLOSED)
  })

  test.each([
    ['https://example.test/', 'https://other.test/events', 'https://other.test'],
    ['app:stream', '', 'null'],
  ])('an event of %s is of the origin that answers: %j', async (asked, url, origin) => {
    const headers = { 'content-type': 'text/event-stream' }
    const answer = new Response('data: a\n\n', { headers })
    const fetch = async () => Object.defineProperty(answer, 'url', { value: url })
    expect(await next(listen(asked, { fetch }), 'message')).toMatchObject({ origin })
  })

  test('it does not give up on a server that is down', async () => {
    const down = await startScripted()
    await down.close()
    const source = listen(scripted(down.url, 'x', [{}]))
    await next(source, 'error')
    expect(source.readyState).toBe(EventSource.CONNECTING)
  })
})

test.each([
  ['retry: 1000\n', 1_000],
  ['retry: 0750\n', 750],
  ['retry: 700\nretry: 9x\nretry:\nretry: -1\nretry: 1.5\n', 700],
  ['retry: 0\n', 500],
  ['', 3_000],
])('%j: it returns after that time', async (retry, time) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const headers = { 'content-type': 'text/event-stream' }
  const answer = async () => new Response(`${retry}data: a\n\n`, { headers })
  const fetch = vi.fn<typeof answer>(answer)
  const source = listen(server.url, { fetch })
  await next(source, 'error')
  await vi.advanceTimersByTimeAsync(time - 1)
  expect(fetch).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(fetch).toHaveBeenCalledTimes(2)
  source.close()
})

test('in a page, headers are asked again after a 401 to the first request', async () => {
  vi.stubGlobal('location', new URL(server.url))
  onTestFinished(() => void vi.unstubAllGlobals())
  let token = 0
  const headers = () => ({ 'x-token': String((token += 1)) })
  const { url, source } = open([{ status: 401 }, { after: 'open' }], { headers })
  await next(source, 'open')
  expect((await seen(url)).map((request) => request.headers['x-token'])).toEqual(['1', '2'])
})

test('what a listener throws is reported, and the others are called', async () => {
  const { source } = open([{ body: 'data: a\n\ndata: b\n\n', after: 'open' }])
  const reported: unknown[] = []
  process.setUncaughtExceptionCaptureCallback((error) => reported.push(error))
  onTestFinished(() => process.setUncaughtExceptionCaptureCallback(null))
  const error = new Error('mine')
  const read: string[] = []
  source.addEventListener('message', () => {
    throw error
  })
  source.addEventListener('message', ({ data }) => void read.push(data))
  await expect.poll(() => read).toEqual(['a', 'b'])
  expect(reported).toEqual([error, error])
})

test('the type is the platform’s', () => {
  const source: globalThis.EventSource = open([{ after: 'open' }]).source
  const Class: typeof globalThis.EventSource = EventSource
  expect(source).toBeInstanceOf(Class)
})
