import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { StreamError } from '../../src/formats/index.js'
import { eventStreamResponse } from '../../src/server/index.js'
import type { EventStream, EventStreamOptions } from '../../src/server/index.js'
import { settle } from '../support/clock.js'
import { eventsOf } from './support.js'

const url = 'http://localhost/events'

function ask(
  produce: (stream: EventStream) => unknown,
  { headers, ...options }: Omit<EventStreamOptions, 'headers'> & { headers?: HeadersInit } = {},
): Response {
  return eventStreamResponse(new Request(url, { headers }), produce, options)
}

/** A response to a request, with the stream that its producer was given; it goes on until `finish`. */
async function start(options?: Omit<EventStreamOptions, 'headers'>) {
  let finish = (): void => {}
  let stream!: EventStream
  const response = ask((given) => {
    stream = given
    return new Promise<void>((resolve) => (finish = resolve))
  }, options)
  await settle()
  const reader = response.body!.getReader()
  const isOpened = options?.heartbeat !== 0 && (options?.format ?? 'sse') === 'sse'
  if (isOpened) expect(textOf(await reader.read())).toBe(': \n\n')
  return { response, stream, finish: () => finish(), reader }
}

function textOf({ value }: ReadableStreamReadResult<Uint8Array>): string {
  return new TextDecoder().decode(value)
}

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
    expect(respond).toThrow(`Expected a valid ${name}, got NaN`)
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

describe('a reader', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('who leaves aborts the signal, and further events are refused', async () => {
    const { stream, reader, finish } = await start()
    await stream.send({ data: '1' })
    expect(stream.signal.aborted).toBe(false)
    await reader.cancel()
    expect(stream.signal.aborted).toBe(true)
    await expect(stream.send({ data: '2' })).rejects.toMatchObject({ code: 'aborted' })
    finish()
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('gets nothing that is sent after the end, and its sender is told', async () => {
    const { stream, reader, finish } = await start()
    finish()
    expect(await reader.read()).toMatchObject({ done: true })
    const late = { code: 'aborted', message: 'The stream has ended' }
    await expect(stream.send({ data: 'late' })).rejects.toMatchObject(late)
    expect(stream.signal.aborted).toBe(false)
  })

  test('who leaves is told by the request too', async () => {
    const page = new AbortController()
    let stream!: EventStream
    const request = new Request(url, { signal: page.signal })
    const { body } = eventStreamResponse(request, async (given) => {
      stream = given
      await new Promise(() => {})
    })
    // What passes the body on, and hears of nothing else, is to end, too.
    const reader = body!.getReader()
    await reader.read() // the heartbeat that it begins with
    const read = reader.read()
    await settle()
    page.abort()
    expect(stream.signal.aborted).toBe(true)
    expect(await read).toMatchObject({ done: true })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who leaves is no error of the producer', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    let sent = 0
    const response = ask(
      async ({ send }) => {
        for (;;) {
          await send({ data: 'x'.repeat(1_000) })
          sent++
        }
      },
      { onError },
    )
    await settle()
    await response.body!.cancel()
    await settle()
    expect(sent).toBeGreaterThan(10)
    expect(onError).not.toHaveBeenCalled()
  })

  test('who is slow makes an awaited send wait until there is room', async () => {
    const { stream, reader } = await start()
    let isSent = false
    const sent = stream.send({ data: 'x'.repeat(20_000) }).then(() => (isSent = true))
    await settle()
    expect(isSent).toBe(false)
    await reader.read()
    await sent
    await stream.send({ data: 'y' })
  })

  test('who never reads is dropped when too much waits', async () => {
    const { stream, reader } = await start({ maxBuffer: 100_000 })
    const chunk = 'x'.repeat(10_000)
    let kept = 0
    while (!stream.signal.aborted && kept < 100) {
      void stream.send({ data: chunk })
      kept++
    }
    expect(kept).toBe(11)
    const message = 'Expected a reader that keeps up, 100000 bytes wait for this one'
    expect(stream.signal.reason).toMatchObject({ code: 'too-large', message })
    await expect(reader.read()).rejects.toMatchObject({ code: 'too-large' })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who never reads is dropped after a while, and what is awaited ends', async () => {
    const { stream } = await start({ stallTimeout: 5_000 })
    const sent = stream.send({ data: 'x'.repeat(20_000) })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(stream.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(stream.signal.aborted).toBe(true)
    const message = 'Expected a reader that reads, nothing went for 5000 ms'
    await expect(sent).rejects.toMatchObject({ code: 'too-large', message })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who never reads is dropped after a while though more comes', async () => {
    const { stream } = await start({ stallTimeout: 5_000 })
    void stream.send({ data: 'x'.repeat(20_000) })
    for (let second = 0; second < 5; second++) {
      await vi.advanceTimersByTimeAsync(1_000)
      void stream.send({ data: 'y' })
    }
    expect(stream.signal.reason).toMatchObject({ code: 'too-large' })
  })

  test('who is slow within one large event is not dropped', async () => {
    const { stream, reader } = await start({ stallTimeout: 5_000, heartbeat: 0 })
    const sent = stream.send({ data: 'x'.repeat(1_000_000) })
    let chunks = 0
    for (; chunks < 15; chunks++) {
      await reader.read()
      await vi.advanceTimersByTimeAsync(4_000)
    }
    expect(stream.signal.aborted).toBe(false)
    await reader.read()
    await sent
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who reads, though more comes than he takes, is not dropped for it', async () => {
    const { stream, reader } = await start({ stallTimeout: 5_000, heartbeat: 0 })
    const data = 'x'.repeat(10_000)
    for (const _ of [1, 2]) void stream.send({ data })
    for (let second = 0; second < 20; second++) {
      await vi.advanceTimersByTimeAsync(1_000)
      void stream.send({ data })
      void stream.send({ data })
      await reader.read()
    }
    expect(stream.signal.aborted).toBe(false)
  })

  test('who never reads is dropped after the end of the stream, too', async () => {
    const response = ask(({ send }) => void send({ data: 'x'.repeat(20_000) }), {
      stallTimeout: 5_000,
    })
    await vi.advanceTimersByTimeAsync(5_000)
    await expect(response.text()).rejects.toMatchObject({ code: 'too-large' })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who reads slowly after the end gets all, and leaves no timer', async () => {
    const { stream, reader, finish } = await start({ stallTimeout: 5_000 })
    for (let n = 0; n < 5; n++) void stream.send({ data: 'x'.repeat(20_000) })
    finish()
    for (let n = 0; n < 5; n++) {
      await vi.advanceTimersByTimeAsync(4_000)
      expect((await reader.read()).value).toHaveLength(20_008)
    }
    expect(await reader.read()).toMatchObject({ done: true })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who leaves after the end leaves no timer', async () => {
    const { stream, reader, finish } = await start()
    void stream.send({ data: '1' })
    finish()
    await settle()
    await reader.cancel()
    // The producer was done: there is nothing to stop.
    expect(stream.signal.aborted).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who has left before it begins is sent nothing, and nothing is produced', () => {
    const produce = vi.fn<() => void>()
    const request = new Request(url, { signal: AbortSignal.abort() })
    expect(eventStreamResponse(request, produce).body).toBe(null)
    expect(produce).not.toHaveBeenCalled()
  })

  test.each([
    ['sse', ': \n\n'],
    ['ndjson', '\n'],
    ['json-seq', '\u001E'],
  ] as const)('gets heartbeats in %s', async (format, beat) => {
    const { reader, finish } = await start({ format })
    await vi.advanceTimersByTimeAsync(8_000)
    expect(textOf(await reader.read())).toBe(beat)
    await vi.advanceTimersByTimeAsync(8_000)
    expect(textOf(await reader.read())).toBe(beat)
    finish()
    expect(await reader.read()).toMatchObject({ done: true })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('gets one at once in sse, unless there is an event', async () => {
    expect(await ask(() => settle()).text()).toBe(': \n\n')
    expect(await ask(async ({ send }) => send({ data: '1' })).text()).toBe('data: 1\n\n')
    expect(await ask(() => settle(), { retry: 1 }).text()).toBe('retry: 1\n\n')
    expect(await ask(() => settle(), { format: 'ndjson' }).text()).toBe('')
    expect(await ask(() => settle(), { heartbeat: 0 }).text()).toBe('')
  })

  test('may be waited for without an end', async () => {
    const { stream, reader } = await start({ heartbeat: Infinity, stallTimeout: Infinity })
    void stream.send({ data: '1' })
    void stream.send({ data: 'x'.repeat(20_000) })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(textOf(await reader.read())).toBe('data: 1\n\n')
    expect(stream.signal.aborted).toBe(false)
  })

  test('gets none with 0, and none while something waits for him', async () => {
    const silent = await start({ heartbeat: 0 })
    await vi.advanceTimersByTimeAsync(60_000)
    silent.finish()
    expect(await silent.reader.read()).toMatchObject({ done: true })

    const { stream, reader, finish } = await start({ heartbeat: 1_000 })
    void stream.send({ data: 'x'.repeat(16_384) })
    await vi.advanceTimersByTimeAsync(10_000)
    finish()
    await settle()
    await reader.read()
    expect(await reader.read()).toMatchObject({ done: true })
  })
})
