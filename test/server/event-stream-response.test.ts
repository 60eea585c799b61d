import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { StreamError } from '../../src/formats/index.js'
import { eventStreamResponse, type EventStream } from '../../src/server/index.js'
import { ask, url } from './event-stream-support.js'
import { eventsOf } from './support.js'

describe('the response', () => {
  test('has the headers that keep it from being buffered', async () => {
    const response = ask(() => {}, { heartbeat: 0 })
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      vary: 'accept',
    })
    expect(await response.text()).toBe('')
  })

  test('is refused to what is no request of the web, such as the context of Hono', () => {
    const context = { req: { raw: new Request(url) } }
    expect(() => eventStreamResponse(context as never, () => {})).toThrow('pass c.req.raw')
  })

  test('has the status and the headers that it is given', () => {
    const response = eventStreamResponse(new Request(url), () => {}, {
      status: 201,
      format: 'ndjson',
      headers: { 'Cache-Control': 'no-store', 'Content-Location': '?stream=1' },
    })
    expect(response.status).toBe(201)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-location')).toBe('?stream=1')
    expect(response.headers.has('vary')).toBe(false)
  })

  test('has each of the cookies that it is given', () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
    const response = eventStreamResponse(new Request(url), () => {}, { headers })
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('content-type')).toBe('text/event-stream')
  })

  test.each(['heartbeat', 'maxBuffer', 'stallTimeout'])('is refused a %s that is none', (name) => {
    const produce = vi.fn<() => void>()
    const respond = () => eventStreamResponse(new Request(url), produce, { [name]: Number.NaN })
    expect(respond).toThrow(`Expected ${name} to be 0 or more, got NaN`)
    expect(produce).not.toHaveBeenCalled()
  })

  test.each([204, 42])('is refused a status that it cannot have: %d', (status) => {
    const produce = vi.fn<() => void>()
    expect(() => eventStreamResponse(new Request(url), produce, { status })).toThrow(/status/)
    expect(produce).not.toHaveBeenCalled()
  })

  test('to HEAD has no body and produces nothing', () => {
    const produce = vi.fn<() => void>()
    const response = eventStreamResponse(new Request(url, { method: 'HEAD' }), produce)
    expect(response.body).toBe(null)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(produce).not.toHaveBeenCalled()
  })
})

describe('the events', () => {
  const produce = async ({ send, comment }: EventStream): Promise<void> => {
    await send({ event: 'tick', id: '7', data: { at: 1 } })
    await comment('still here')
    await send({ data: '"two"' })
  }

  test.each([
    ['text/event-stream', 'event: tick\nid: 7\ndata: {"at":1}\n\n: still here\n\ndata: "two"\n\n'],
    ['application/jsonl', '{"at":1}\n\n"two"\n'],
    ['application/json-seq', '\u001E{"at":1}\n\u001E\u001E"two"\n'],
  ])('as %s', async (accept, text) => {
    const response = ask(produce, { headers: { accept } })
    expect(response.headers.get('content-type')).toBe(accept)
    expect(await response.clone().text()).toBe(text)
    const events = await eventsOf(response)
    expect(events.map(({ data }) => data)).toEqual(['{"at":1}', '"two"'])
  })

  test('begin with how long to wait before reconnecting', async () => {
    expect(await ask(({ send }) => send({ data: '1' }), { retry: 2_000 }).text()).toBe(
      'retry: 2000\n\ndata: 1\n\n',
    )
  })

  test('of any size arrive whole', async () => {
    const data = 'é漢🌊'.repeat(100_000)
    const [event] = await eventsOf(ask(({ send }) => send({ data })))
    expect(event!.data).toBe(data)
  })

  test('are sent where there are no queuing strategies, as in the edge runtime of Next.js', async () => {
    vi.stubGlobal('ByteLengthQueuingStrategy', undefined)
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(await ask(produce).text()).toContain('event: tick')
  })

  test('start after the last event id, whatever characters it has', async () => {
    // As it is sent: a character for each byte of its UTF-8.
    const id = Buffer.from('tune 漢🌊').toString('latin1')
    const response = ask(({ send, lastEventId }) => send({ data: lastEventId }), {
      headers: { 'last-event-id': id },
    })
    expect(await response.text()).toBe('data: tune 漢🌊\n\n')
    expect(await ask(({ send, lastEventId }) => send({ data: lastEventId })).text()).toBe(
      'data: \n\n',
    )
  })
})

describe('a producer that throws', () => {
  const secret = new Error('password=hunter2')
  const failing = async ({ send }: EventStream): Promise<void> => {
    await send({ data: '1' })
    throw secret
  }

  test('ends the stream with an error event that tells no secret', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const text = await ask(failing, { onError }).text()
    expect(text).toBe(
      'data: 1\n\nevent: error\ndata: {"type":"error","code":"failed","message":"The stream failed at the server"}\n\n',
    )
    expect(onError).toHaveBeenCalledExactlyOnceWith(secret)
  })

  test('is told of with the words that onError returns', async () => {
    const text = await ask(failing, { onError: () => 'The model is busy' }).text()
    expect(text).toContain('"message":"The model is busy"')
  })

  test.each([
    ['a logger', () => ({ level: 'info', token: 'hunter2' })],
    ['a promise', async () => 'later'],
    ['nothing', () => ''],
  ])('is told of in our words where onError returns no words: %s', async (_, onError) => {
    const text = await ask(failing, { onError: onError as () => void }).text()
    expect(text).toContain('"message":"The stream failed at the server"')
  })

  test('is reported on the console, and so is an onError that throws', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    await ask(failing).text()
    expect(log).toHaveBeenLastCalledWith(secret)
    const worse = new Error('worse')
    const text = await ask(failing, {
      onError() {
        throw worse
      },
    }).text()
    expect(log).toHaveBeenLastCalledWith(worse)
    expect(text).toContain('event: error')
    log.mockClear()
    const reporter = { onError: (): never => Promise.reject(worse) as never }
    expect(await ask(failing, reporter).text()).toContain('event: error')
    expect(log).toHaveBeenCalledExactlyOnceWith(worse)
    log.mockRestore()
  })

  test.each([
    { event: 'tick\ndata: forged' },
    { id: '1\nid: 2' },
    { id: '\0' },
    { retry: 1.5 },
    { data: () => {} },
  ])('for a field that would break the framing: %j', async (fields) => {
    let thrown: unknown
    const text = await ask(
      ({ send }) => {
        // Not awaited: it is an error all the same.
        void send({ data: 'x', ...fields })
      },
      { onError: (error) => void (thrown = error) },
    ).text()
    expect(thrown).toBeInstanceOf(StreamError)
    expect(thrown).toMatchObject({ code: 'invalid-option' })
    expect(text).toMatch(/^event: error\ndata: .*\n\n$/)
  })
})
