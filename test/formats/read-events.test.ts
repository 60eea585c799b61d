import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readEvents, StreamError, type StreamEvent } from 'brooklet/parser'
import { eachByte } from '../support/cuts.js'
import { bytesOf } from './parsing.js'
import { read, response, stream } from './read-events-support.js'

describe('the format', () => {
  test.each([
    ['text/event-stream;charset=utf-8', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['application/x-ndjson', '1\n2', ['1', '2']],
    ['application/json-seq', '\u001E1\n\u001E[2]', ['1', '[2]']],
    ['text/plain', 'a\n\nb', ['a\n\nb']],
  ])('is that of the content type %s', async (contentType, body, data) => {
    expect(await read(response(body, contentType))).toEqual({ data })
  })

  test('that is given stands in for a content type, of whatever kind', async () => {
    expect(await read(response('1\n2\n', 'text/html'), { format: 'ndjson' })).toEqual({
      data: ['1', '2'],
    })
    expect(await read(response('1\n2\n', 'text/plain'), { format: 'ndjson' })).toEqual({
      data: ['1', '2'],
    })
  })

  test('of a bare stream is SSE', async () => {
    expect(await read(stream(['data: a\n', '\n']).body)).toEqual({ data: ['a'] })
    expect(await read(stream(['1\n2']).body, { format: 'ndjson' })).toEqual({ data: ['1', '2'] })
  })
})

describe('what is no stream', () => {
  test('by its content type is an error that shows what came', async () => {
    const { data, error } = await read(response('<h1>Log in</h1>', 'text/html; charset=utf-8'))
    expect(data).toEqual([])
    expect(error).toMatchObject({
      code: 'content-type',
      status: 200,
      body: '<h1>Log in</h1>',
      retryable: false,
      message: expect.stringMatching(/200.*text\/html.*<h1>Log in/),
    })
    expect((await read(response('x', ''))).error).toMatchObject({ code: 'content-type' })
  })

  test.each([
    [400, false],
    [404, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])('by its status %i is an error, retryable: %s', async (status, retryable) => {
    const { error } = await read(response('{"error":"x"}', 'text/event-stream', { status }))
    expect(error).toMatchObject({ code: 'http', status, retryable, body: '{"error":"x"}' })
  })

  test('stays an error of its status where a format is given', async () => {
    const { error } = await read(response('no', undefined, { status: 500 }), { format: 'sse' })
    expect(error).toMatchObject({ code: 'http' })
  })

  test('gives at most 64 Ki of its body, and is canceled', async () => {
    const source = stream(
      Array.from({ length: 1000 }, () => 'x'.repeat(1000)),
      'hang',
    )
    const { error } = await read(response(source.body, 'text/html'))
    expect((error as { body: string }).body).toHaveLength(65_536)
    expect(source.canceled).toBeDefined()
    expect(source.pulled).toBeLessThan(80)
  })

  test('is quoted in the message by its first 200 characters, and one in pieces as it is', async () => {
    const bytes = bytesOf('好'.repeat(300))
    const pieces = new ReadableStream({
      start(controller) {
        for (const byte of eachByte(bytes)) controller.enqueue(byte)
        controller.close()
      },
    })
    const error = (await read(response(pieces, 'text/html'))).error as StreamError
    expect(error.body).toBe('好'.repeat(300))
    expect(error.message).toMatch(/[^好]好{200}$/)
  })

  test('leaves no timer', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    await read(response('no stream', 'text/html'))
    expect(vi.getTimerCount()).toBe(0)
  })

  test('gives what came of a body that breaks off', async () => {
    const { error } = await read(response(stream(['ab'], new Error('cut')).body, 'text/html'))
    expect(error).toMatchObject({ code: 'content-type', body: 'ab' })
  })

  test('because it lacks the content type, but never ends, does not hold the error back', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const source = stream(['data: a\n\n'], 'hang')
    const reading = read(response(source.body, ''))
    await vi.advanceTimersByTimeAsync(5000)
    expect((await reading).error).toMatchObject({ code: 'content-type', body: 'data: a\n\n' })
    expect(source.canceled).toBeDefined()
  })

  test('because somebody has read it, or is reading it, is an error', async () => {
    const used = response('data: a\n\n', 'text/event-stream')
    await used.text()
    const locked = response('data: a\n\n', 'text/event-stream')
    locked.body!.getReader()
    const begun = response('data: a\n\n', 'text/event-stream')
    const reader = begun.body!.getReader()
    await reader.read()
    reader.releaseLock()
    const bare = stream(['data: a\n\n']).body
    bare.getReader()
    for (const source of [used, locked, begun, bare]) {
      const { data, error } = await read(source)
      expect(data).toEqual([])
      expect(error).toBeInstanceOf(StreamError)
      expect(error).toMatchObject({ code: 'invalid-option', retryable: false })
    }
  })

  test.each([
    ['a stream of Node’s', Readable.from(['data: a\n\n'])],
    ['not there, as in React Native', undefined],
  ])('because its body is %s is an error', async (_, body) => {
    const headers = new Headers({ 'content-type': 'text/event-stream' })
    const whole = { ok: true, status: 200, headers, bodyUsed: false, body } as unknown as Response
    const { error } = await read(whole)
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({
      code: 'invalid-option',
      retryable: false,
      hint: expect.stringContaining('clone()'),
    })
  })

  test('by its status is an error of that status, whatever its body is', async () => {
    const body = Readable.from(['no'])
    const refused = { ok: false, status: 404, headers: new Headers(), body } as unknown as Response
    expect((await read(refused)).error).toMatchObject({ code: 'http', status: 404, body: '' })
  })

  test('but empty has no events', async () => {
    expect(await read(response(null, undefined, { status: 204 }))).toEqual({ data: [] })
    expect(await read(response(null, 'text/event-stream'))).toEqual({ data: [] })
  })
})

describe('reading', () => {
  test('keeps pace with the loop', async () => {
    const source = stream(['data: a\n\ndata: b\n\n', 'data: c\n\n', 'data: d\n\n'])
    const events = readEvents(source.body)
    expect(source.pulled).toBe(0)
    const pulls: number[] = []
    for (let i = 0; i < 3; i++) {
      await events.next()
      pulls.push(source.pulled)
    }
    expect(pulls).toEqual([1, 1, 2])
    await events.return()
  })

  test('cancels the body when the loop is left', async () => {
    const source = stream(['data: a\n\ndata: b\n\n'], 'hang')
    for await (const event of readEvents(source.body)) {
      expect(event).toEqual({ type: 'message', data: 'a', lastEventId: '' } satisfies StreamEvent)
      break
    }
    expect(source.canceled).toBeDefined()
  })

  test('cancels the body when it is left while a read is pending', async () => {
    const source = stream(['1\n2'], 'hang')
    const events = readEvents(source.body, { format: 'ndjson' })
    await events.next()
    const next = events.next()
    const over = { done: true, value: undefined }
    await expect(events.return()).resolves.toEqual(over)
    await expect(next).resolves.toEqual(over)
    expect(source.canceled).toBeDefined()
  })

  test('cancels the body when it is left before it has begun', async () => {
    const source = stream(['data: a\n\n'])
    await readEvents(source.body).return()
    expect(source.canceled).toBeDefined()
    expect(source.pulled).toBe(0)
  })

  test('ends where it is left before it has begun to read', async () => {
    const source = stream(['data: a\n\n'])
    const events = readEvents(response(source.body, 'text/event-stream'))
    const [next] = await Promise.all([events.next(), events.return()])
    expect(next).toEqual({ done: true, value: undefined })
    expect(source.canceled).toBeDefined()
  })

  test('drops an SSE event that the end leaves unfinished', async () => {
    expect(await read(stream(['data: a\n\ndata: b\n']).body)).toEqual({ data: ['a'] })
  })

  test('ends with `network` where the stream breaks off, after the events before', async () => {
    const cause = new TypeError('terminated')
    const { data, error } = await read(stream(['1\n2\n3'], cause).body, { format: 'ndjson' })
    expect(data).toEqual(['1', '2'])
    const message = 'The stream broke off'
    expect(error).toMatchObject({ code: 'network', message, url: '', retryable: true, cause })
  })

  test('ends with `too-large` after the events before', async () => {
    const source = stream([`data: a\n\ndata: ${'x'.repeat(100)}`], 'hang')
    const { data, error } = await read(source.body, { maxEventSize: 64 })
    expect(data).toEqual(['a'])
    expect(error).toMatchObject({ code: 'too-large' })
    expect(source.canceled).toBeDefined()
  })
})
