import { describe, expect, test, vi } from 'vitest'
import { readEvents, StreamError } from '../../src/formats/index.js'
import { chatHandler, createStreams, memoryStore } from '../../src/server/index.js'
import type { ChatHandlerOptions, ChatTurn } from '../../src/server/index.js'
import { createChat } from '../../src/stores/chat/chat.js'
import { cutting, eventsOf, servers } from './support.js'

const url = 'http://localhost/api/chat'
const words = ['The ', 'brook 漢🌊 ', 'runs ', 'on.']
const silent = { retry: { minDelay: 1, maxDelay: 1, attempts: 50, jitter: 0 } }

function post(body: unknown, init: RequestInit = {}): Request {
  const headers = { 'content-type': 'application/json' }
  return new Request(url, { method: 'POST', headers, body: JSON.stringify(body), ...init })
}

const hello = { messages: [{ role: 'user', content: 'Hello' }] }

/** A reply that goes on until it is told to. */
function paced(options?: Pick<ChatHandlerOptions, 'owner'>) {
  let turn!: ChatTurn
  let goOn!: () => void
  const handler = chatHandler({
    ...options,
    async *reply(given) {
      turn = given
      yield 'one '
      await new Promise<void>((resolve) => (goOn = resolve))
      yield 'two'
    },
  })
  return { handler, turn: () => turn, goOn: () => goOn() }
}

describe.each(Object.entries(servers))('%s', (_, mount) => {
  test('a chat is answered, wherever its replies are cut, and the model asked once', async () => {
    const reply = vi.fn<(turn: ChatTurn) => AsyncGenerator<string>>(async function* () {
      for (const word of words) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        yield word
      }
    })
    const streams = createStreams()
    const cuts: number[] = []
    const origin = await mount(cutting(chatHandler({ reply, streams }), cuts))
    for (let cut = 1; cut < 260; cut += 23) {
      cuts.splice(0, cuts.length, cut, cut + 40, 7)
      const chat = createChat({ url: `${origin}/api/chat`, ...silent })
      expect(await chat.sendMessage('Hello')).toBe(words.join(''))
    }
    expect(reply).toHaveBeenCalledTimes(12)
    const { messages } = reply.mock.lastCall![0]
    expect(messages).toEqual([{ role: 'user', content: 'Hello' }])
  })

  test('a stop reaches the model, with the headers that the question was sent with', async () => {
    const { handler, turn } = paced()
    const origin = await mount(handler)
    const headers = { 'content-type': 'application/json' }
    const chat = createChat({ url: `${origin}/api/chat`, headers, ...silent })
    const reply = chat.sendMessage('Hello')
    await expect.poll(() => chat.getSnapshot().streamingContent).toBe('one ')
    chat.stop()
    expect(await reply).toBe('one ')
    await expect.poll(() => turn().signal.aborted).toBe(true)
  })
})

describe('a turn', () => {
  test('is answered in the shape of the tutorials', async () => {
    const handler = chatHandler({
      async *reply({ messages, body, request }) {
        yield `${messages[0]!.content}, `
        yield String(body.name)
        yield request.url
      },
    })
    const response = await handler(post({ ...hello, name: 'brook' }))
    expect((await eventsOf(response)).map(({ data }) => data)).toEqual([
      '{"content":"Hello, "}',
      '{"content":"brook"}',
      `{"content":"${url}"}`,
      '[DONE]',
    ])
  })

  test('may be answered with events of its own', async () => {
    const handler = chatHandler({
      reply: async () =>
        (async function* () {
          yield { event: 'delta', data: { text: 'a' } }
          yield { data: 'raw' }
        })(),
    })
    expect(await eventsOf(await handler(post(hello)))).toMatchObject([
      { type: 'delta', data: '{"text":"a"}' },
      { type: 'message', data: 'raw' },
      { data: '[DONE]' },
    ])
  })

  test('is answered with nothing for pieces that are not there', async () => {
    const pieces = ['one', undefined, null, '', 'two']
    const reply = async function* () {
      yield* pieces as string[]
    }
    const events = await eventsOf(await chatHandler({ reply })(post(hello)))
    expect(events.map(({ data }) => data)).toEqual([
      '{"content":"one"}',
      '{"content":""}',
      '{"content":"two"}',
      '[DONE]',
    ])
  })

  test('fails where a piece is neither text nor an event, and does not come out empty', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const handler = chatHandler({
      streams: createStreams({ onError }),
      async *reply() {
        const chunk = { choices: [{ delta: { content: 'one' } }] }
        yield chunk as unknown as string
      },
    })
    expect(await eventsOf(await handler(post(hello)))).toMatchObject([{ type: 'error' }])
    expect(onError.mock.lastCall![0]).toMatchObject({ code: 'invalid-option' })
  })

  test('goes on when the page leaves, and is taken up by another with the announced URL', async () => {
    const { handler, turn, goOn } = paced()
    const page = new AbortController()
    const response = await handler(post(hello, { signal: page.signal }))
    const location = response.headers.get('content-location')!
    expect(location).toBe(`?stream=${turn().id}`)
    expect(response.headers.get('brooklet-cancel')).toBe(location)
    const { value } = await readEvents(response).next()
    page.abort()
    expect(turn().signal.aborted).toBe(false)
    goOn()
    const resumed = new Request(new URL(location, url), {
      headers: { 'last-event-id': (value as { lastEventId: string }).lastEventId },
    })
    const events = await eventsOf(await handler(resumed))
    expect(events.map(({ data }) => data)).toEqual(['{"content":"two"}', '[DONE]'])
    const last = { 'last-event-id': events.at(-1)!.lastEventId }
    expect((await handler(new Request(resumed, { headers: last }))).status).toBe(204)
  })

  test('keeps the other parameters of its URL', async () => {
    const { handler } = paced()
    const request = new Request(`${url}?tenant=7&stream=old`, post(hello))
    const { headers } = await handler(request)
    expect(headers.get('content-location')).toMatch(/^\?tenant=7&stream=[\da-f-]{36}$/)
  })

  test('is stopped by DELETE', async () => {
    const { handler, turn, goOn } = paced()
    const response = await handler(post(hello))
    const target = new URL(response.headers.get('brooklet-cancel')!, url)
    const request = new Request(target, { method: 'DELETE' })
    expect((await handler(request)).status).toBe(204)
    await expect.poll(() => turn().signal.aborted).toBe(true)
    goOn()
    const [, end, ...rest] = await eventsOf(response)
    expect(JSON.parse(end!.data)).toMatchObject({ type: 'error', code: 'canceled' })
    expect(rest).toEqual([])
    expect((await handler(request)).status).toBe(204)
  })

  test('that fails is an error for the page, without its secrets', async () => {
    const streams = createStreams({ onError: () => 'The model is busy' })
    const handler = chatHandler({
      streams,
      async *reply() {
        yield 'one'
        throw new Error('key sk-1')
      },
    })
    const fetch = async (input: unknown, init?: RequestInit) =>
      handler(new Request(String(input), init))
    const chat = createChat({ url, fetch })
    await expect(chat.sendMessage('Hello')).rejects.toMatchObject({
      code: 'protocol',
      message: 'The model is busy',
    })
    expect(chat.getSnapshot().streamingContent).toBe('one')
  })
})

describe('who may read', () => {
  test('only the owner', async () => {
    const handler = chatHandler({
      owner: (request) => request.headers.get('x-user')!,
      async *reply() {
        yield 'secret'
      },
    })
    const as = (user: string, request: Request) =>
      new Request(request, { headers: { ...Object.fromEntries(request.headers), 'x-user': user } })
    const response = await handler(as('alice', post(hello)))
    const target = new URL(response.headers.get('content-location')!, url)
    const get = new Request(target)
    const remove = new Request(target, { method: 'DELETE' })
    for (const other of ['bob', 'alice:', '', 'ALICE']) {
      expect((await handler(as(other, get))).status).toBe(404)
      expect((await handler(as(other, remove))).status).toBe(404)
    }
    expect((await handler(as('alice', get))).status).toBe(200)
  })
})

/** A content type for which no browser asks first. */
const noCors = { 'content-type': 'text/plain; application/json' }

test.each([
  ['no JSON', post(hello, { body: '{' }), 400],
  ['an array', post([]), 400],
  ['null', post(null), 400],
  ['no messages', post({}), 400],
  ['what a form can send', post(hello, { headers: { 'content-type': 'text/plain' } }), 415],
  ['what another site can send', post(hello, { headers: noCors }), 415],
  ['a GET without a stream', new Request(url), 400],
  ['an unknown stream', new Request(`${url}?stream=1`), 404],
  ['a DELETE of an unknown stream', new Request(`${url}?stream=1`, { method: 'DELETE' }), 404],
  ['another method', new Request(`${url}?stream=1`, { method: 'PUT' }), 405],
  ['another method without a stream', new Request(url, { method: 'OPTIONS' }), 405],
])('%s is refused with a reason', async (_, request, status) => {
  const reply = vi.fn<() => AsyncGenerator<string>>()
  const response = await chatHandler({ reply })(request)
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({ error: { message: expect.stringMatching(/\w/) } })
  expect(reply).not.toHaveBeenCalled()
})

test('another method is told which there are', async () => {
  const { handler } = paced()
  const { headers } = await handler(new Request(url, { method: 'PUT' }))
  expect(headers.get('allow')).toBe('GET, HEAD, POST, DELETE')
})

test('HEAD is answered as GET is, without a body', async () => {
  const { handler } = paced()
  const response = await handler(post(hello))
  const target = new URL(response.headers.get('content-location')!, url)
  const head = await handler(new Request(target, { method: 'HEAD' }))
  expect(head.status).toBe(200)
  expect([...head.headers]).toEqual([...response.headers])
  expect(head.body).toBe(null)
  expect((await handler(new Request(url, { method: 'HEAD' }))).status).toBe(400)
})

test.each([
  Object.assign(new Error('no session'), { code: 'network' }),
  new StreamError('http', 'The sessions answer 500'),
])('an owner that cannot be told is the server’s to answer: %o', async (error) => {
  const { handler } = paced({ owner: () => Promise.reject(error) })
  await expect(handler(post(hello))).rejects.toBe(error)
})

test('a request that is not one of the web is the server’s to answer', async () => {
  const ofExpress = { method: 'POST', url: '/api/chat', headers: { host: 'localhost' } }
  await expect(paced().handler(ofExpress as never)).rejects.toThrow('use nodeHandler')
})

test('a body that something has read already is the server’s to answer', async () => {
  const request = post(hello)
  await request.json()
  await expect(paced().handler(request)).rejects.toThrow('has not been read')
})

test('a store that cannot be reached is a 503, to be tried again', async () => {
  const down = () => Promise.reject(new Error('connection refused'))
  const store = { ...memoryStore(), create: down, info: down, list: down }
  const streams = createStreams({ store, onError: () => {} })
  const handler = chatHandler({
    streams,
    reply: () => {
      throw new Error('unexpected')
    },
  })
  for (const request of [
    post(hello),
    new Request(`${url}?stream=1`),
    new Request(`${url}?stream=1`, { method: 'DELETE' }),
  ]) {
    const { status, headers } = await handler(request)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('1')
  }
})
