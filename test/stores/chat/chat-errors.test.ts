import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { StreamError } from '../../../src/errors.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { text } from '../../../src/protocols/text.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { settle } from '../../support/clock.js'
import { type Call, delta, outcome, startChat, type TestChat } from './chat-support.js'

interface Ended {
  promise: unknown
  status: string
  /** Of the reply. */
  reply: string | undefined
  text: string
  code: string | undefined
}

interface Asking {
  promise: Promise<unknown>
}

/** Sends a message, lets the server answer as `serve` says, and tells how the turn ended. */
async function ended(options: ChatOptions, serve: (call: Call) => Promise<void>): Promise<Ended> {
  const { chat, nextCall } = startChat({ retry: false, ...options })
  const promise = outcome(chat.sendMessage('Hello'))
  await serve(await nextCall())
  return described(chat, await promise)
}

function described(chat: TestChat['chat'], settledTo: unknown): Ended {
  const { status, reply, streamingContent, error } = chat.getSnapshot()
  const promise = settledTo instanceof StreamError ? settledTo.code : settledTo
  return { promise, status, reply: reply?.status, text: streamingContent, code: error?.code }
}

const chunk = (content: string, finish: string | null = null): object => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
})

describe('a reply is complete', () => {
  const complete = { status: 'ready', reply: 'complete', code: undefined }

  test('at the marker of its protocol, whatever comes after it', async () => {
    const end = await ended({}, async (call) => {
      await call.send(delta('Hi'), '[DONE]', delta(' again'))
    })
    expect(end).toEqual({ ...complete, promise: 'Hi', text: 'Hi' })
  })

  test('at a clean end without a marker, where the protocol may lack one', async () => {
    const end = await ended({}, async (call) => {
      await call.send(delta('Hi'))
      await call.end()
    })
    expect(end).toEqual({ ...complete, promise: 'Hi', text: 'Hi' })
  })

  test('at the end of plain text', async () => {
    const end = await ended({}, async (call) => {
      await call.open({ type: 'text/plain; charset=utf-8' })
      await call.write('data: as it ')
      await call.write('is')
      await call.end()
    })
    expect(end).toEqual({ ...complete, promise: 'data: as it is', text: 'data: as it is' })
  })

  test('at a clean end after a finish reason', async () => {
    const end = await ended({ protocol: openaiChat() }, async (call) => {
      await call.send(chunk('Hi', 'stop'))
      await call.end()
    })
    expect(end).toEqual({ ...complete, promise: 'Hi', text: 'Hi' })
  })

  test('with a last event that lacks its blank line', async () => {
    const end = await ended({}, async (call) => {
      await call.write('data: {"content":"Hi"}\n\ndata: {"content":" you"}\n\ndata: [DONE]')
      await call.end()
    })
    expect(end).toEqual({ ...complete, promise: 'Hi you', text: 'Hi you' })
  })

  test('as NDJSON too', async () => {
    const end = await ended({}, async (call) => {
      await call.open({ type: 'application/x-ndjson' })
      await call.write('{"content":"Hi"}\n{"content":" you"}')
      await call.end()
    })
    expect(end).toEqual({ ...complete, promise: 'Hi you', text: 'Hi you' })
  })
})

test('the tool calls of a reply are ready when it is complete', async () => {
  const { chat, clock, nextCall } = startChat()
  const promise = chat.sendMessage('Weather?')
  const call = await nextCall()
  await call.open()
  const fragment = {
    index: 0,
    id: 'a',
    function: { name: 'weather', arguments: '{"city":"Paris"}' },
  }
  await call.send({ choices: [{ delta: { tool_calls: [fragment] } }] })
  clock.nextFrame()
  expect(chat.getSnapshot()).toMatchObject({
    status: 'streaming',
    reply: { parts: [{ type: 'tool-call', state: 'streaming' }] },
  })
  await call.send('[DONE]')
  expect(await promise).toBe('')
  expect(chat.getSnapshot().reply?.parts).toMatchObject([
    { type: 'tool-call', id: 'a', name: 'weather', args: { city: 'Paris' }, state: 'ready' },
  ])
})

describe('a reply is cut', () => {
  const cut = { status: 'error', reply: 'interrupted', text: 'Half' }

  test('by a network error, keeps its text, and cancels nothing', async () => {
    const cancelRequest = vi.fn<() => void>()
    const end = await ended({ cancelRequest }, async (call) => {
      await call.send(delta('Half'))
      await call.cut()
    })
    expect(end).toEqual({ ...cut, promise: 'network', code: 'network' })
    expect(cancelRequest).not.toHaveBeenCalled()
  })

  test('by a network error before there was an answer', async () => {
    const end = await ended({}, (call) => call.cut())
    expect(end).toEqual({ ...cut, promise: 'network', code: 'network', text: '' })
  })

  test('by a network error in plain text', async () => {
    const end = await ended({ protocol: text() }, async (call) => {
      await call.open({ type: 'application/octet-stream' })
      await call.write('Half')
      await call.cut()
    })
    expect(end).toEqual({ ...cut, promise: 'network', code: 'network' })
  })

  test('by a clean end without the marker that its protocol always has', async () => {
    const end = await ended({}, async (call) => {
      await call.send(chunk('Half'))
      await call.end()
    })
    expect(end).toEqual({ ...cut, promise: 'incomplete', code: 'incomplete' })
  })

  test('by a clean end before anything came of such a protocol', async () => {
    const end = await ended({ protocol: openaiChat() }, async (call) => {
      await call.open()
      await call.end()
    })
    expect(end).toEqual({ ...cut, promise: 'incomplete', code: 'incomplete', text: '' })
  })

  test.each(['data: {"content":" of', 'data: {"content":" of\n\n'])(
    'by a clean end after a last record that is broken JSON: %j',
    async (record) => {
      const end = await ended({}, async (call) => {
        await call.send(delta('Half'))
        await call.write(record)
        await call.end()
      })
      expect(end).toEqual({ ...cut, promise: 'incomplete', code: 'incomplete' })
    },
  )

  test('by a silence longer than idleTimeout', async () => {
    const { chat, clock, nextCall } = startChat({ idleTimeout: 1_000 })
    const promise = outcome(chat.sendMessage('Hello'))
    const call = await nextCall()
    await call.send(delta('Half'))
    await clock.advance(1_000)
    expect(described(chat, await promise)).toEqual({ ...cut, promise: 'timeout', code: 'timeout' })
    expect(call.signal.aborted).toBe(true)
  })
})

describe('an error of the backend', () => {
  test.each([
    [delta, { error: 'Upstream timed out' }, 'Upstream timed out'],
    [delta, { error: { message: 'Rate limit reached', code: 429 } }, 'Rate limit reached'],
    [chunk, { object: 'error', message: 'CUDA out of memory' }, 'CUDA out of memory'],
  ])(
    'in the stream fails the turn with its words, and keeps the text',
    async (say, data, words) => {
      const { chat, calls, nextCall } = startChat()
      const promise = outcome(chat.sendMessage('Hello'))
      await (await nextCall()).send(say('Half'), data, say(' never'))
      const error = await promise
      expect(error).toMatchObject({ code: 'protocol', message: words, body: JSON.stringify(data) })
      expect(described(chat, error)).toMatchObject({
        status: 'error',
        reply: 'error',
        text: 'Half',
      })
      expect(chat.getSnapshot().reply?.error).toBe(error)
      expect(chat.getSnapshot().error).toBe(error)
      expect(calls).toHaveLength(1)
    },
  )

  test.each([
    ['{"error":{"message":"Invalid key","type":"auth"}}', 'Invalid key'],
    ['{"error":"no such model"}', 'no such model'],
    ['{"detail":"Not authenticated"}', 'Not authenticated'],
  ])('in an HTTP answer is in the provider’s words: %s', async (body, words) => {
    const { chat, calls, nextCall } = startChat()
    const promise = outcome(chat.sendMessage('Hello'))
    await (await nextCall()).answer(401, body)
    const error = await promise
    expect(error).toMatchObject({ code: 'http', message: words, status: 401, body })
    expect(described(chat, error)).toMatchObject({ status: 'error', reply: 'error', text: '' })
    expect(calls).toHaveLength(1)
  })

  test('in an HTTP answer that says nothing to a program still has status and body', async () => {
    const { chat, nextCall } = startChat()
    const promise = outcome(chat.sendMessage('Hello'))
    await (await nextCall()).answer(404, 'no such page', 'text/plain')
    const error = (await promise) as StreamError
    expect(error).toMatchObject({ code: 'http', status: 404, body: 'no such page' })
    expect(error.message).toContain('404')
  })

  test('is told to onError once, and to onFinish as the status of the reply', async () => {
    const onError = vi.fn<(error: StreamError) => void>()
    const onFinish = vi.fn<(reply: unknown) => void>()
    const end = await ended({ onError, onFinish }, (call) => call.answer(400, '{"error":"bad"}'))
    expect(end.promise).toBe('http')
    expect(onError.mock.calls).toMatchObject([[{ message: 'bad' }]])
    expect(onFinish.mock.calls).toMatchObject([[{ status: 'error', error: { message: 'bad' } }]])
  })
})

describe('before the first token', () => {
  test.each([429, 503])('%i is tried again: twice, after 0.5 s and 1 s', async (status) => {
    const onError = vi.fn<(error: StreamError) => void>()
    const { chat, clock, calls } = startChat({ onError })
    const promise = outcome(chat.sendMessage('Hello'))
    await settle()
    await calls[0]!.answer(status, '{"error":"busy"}')
    expect(chat.getSnapshot().status).toBe('submitted')
    await clock.advance(499)
    expect(calls).toHaveLength(1)
    await clock.advance(1)
    expect(calls).toHaveLength(2)
    await calls[1]!.answer(status, '{"error":"busy"}')
    await clock.advance(1_000)
    expect(calls).toHaveLength(3)
    await calls[2]!.answer(status, '{"error":"still busy"}')
    expect(await promise).toMatchObject({ code: 'http', status, message: 'still busy' })
    await clock.advance(60_000)
    expect(calls).toHaveLength(3)
    expect(calls.map(({ method, body }) => [method, body])).toEqual(
      Array.from({ length: 3 }, () => ['POST', calls[0]!.body]),
    )
    expect(onError.mock.calls.map(([{ message }]) => message)).toEqual([
      'busy',
      'busy',
      'still busy',
    ])
  })

  test('the delay between tries doubles up to 5 s', async () => {
    const { chat, clock, calls } = startChat({ retry: { attempts: 6, jitter: 0 } })
    void chat.sendMessage('Hello')
    await settle()
    for (const [tries, delay] of [500, 1_000, 2_000, 4_000, 5_000, 5_000].entries()) {
      await calls[tries]!.answer(503, '')
      await clock.advance(delay - 1)
      expect(calls).toHaveLength(tries + 1)
      await clock.advance(1)
      expect(calls).toHaveLength(tries + 2)
    }
  })

  test('a model that thinks is waited for without a limit', async () => {
    const { chat, clock, nextCall } = startChat()
    const promise = chat.sendMessage('Hello')
    const call = await nextCall()
    await clock.advance(3_600_000)
    expect(call.signal.aborted).toBe(false)
    await call.open()
    await clock.advance(3_600_000)
    await call.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  /** The first answer of a busy server. */
  async function refuse(status: number, retryAfter: string): Promise<TestChat & Asking> {
    const started = startChat()
    const promise = outcome(started.chat.sendMessage('Hello'))
    const call = await started.nextCall()
    await call.open({ status, type: 'application/json', headers: { 'retry-after': retryAfter } })
    await call.write('{"error":"busy"}')
    await call.end()
    await settle()
    return { ...started, promise }
  }

  test.each([429, 503])('%i is tried again when its Retry-After says', async (status) => {
    const { chat, clock, calls, promise } = await refuse(status, '60')
    await clock.advance(59_999)
    clock.nextFrame()
    expect(calls).toHaveLength(1)
    expect(chat.getSnapshot()).toMatchObject({
      status: 'submitted',
      messages: [{ content: 'Hello' }, { status: 'pending' }],
      error: { code: 'http', status, message: 'busy', retryAfter: 60_000 },
    })
    await clock.advance(1)
    expect(calls[1]?.body).toEqual(calls[0]!.body)
    await calls[1]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  test('a Retry-After of more than a minute fails at once, and says how long', async () => {
    const { chat, clock, calls, promise } = await refuse(429, '61')
    const error = await promise
    expect(error).toMatchObject({ code: 'http', status: 429, message: 'busy', retryAfter: 61_000 })
    expect(chat.getSnapshot()).toMatchObject({
      status: 'error',
      messages: [{ content: 'Hello' }, { status: 'error', content: '' }],
    })
    await clock.advance(600_000)
    expect(calls).toHaveLength(1)
    void chat.regenerate() // The text of the user is there to be sent again.
    await settle()
    expect(calls[1]?.body).toEqual(calls[0]!.body)
  })

  test('a try that succeeds is the reply, and its error is cleared', async () => {
    const { chat, clock, calls } = startChat()
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.answer(503, '{"error":"busy"}')
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({ status: 'submitted', error: { message: 'busy' } })
    await clock.advance(500)
    await calls[1]!.open()
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({ status: 'submitted', error: undefined })
    await calls[1]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  test('what the server may have acted on is not sent again', async () => {
    const { chat, clock, calls } = startChat()
    const promise = outcome(chat.sendMessage('Hello'))
    await settle()
    await calls[0]!.cut()
    expect(await promise).toMatchObject({ code: 'network' })
    await clock.advance(60_000)
    expect(calls).toHaveLength(1)
  })

  test('it is sent again where the page allows, and fails as the last try did', async () => {
    const { chat, clock, calls } = startChat({ retry: { replay: true } })
    const promise = outcome(chat.sendMessage('Hello'))
    await settle()
    await calls[0]!.cut()
    await clock.advance(500)
    await calls[1]!.answer(400, '{"error":"bad"}')
    const error = await promise
    expect(error).toMatchObject({ code: 'http', message: 'bad' })
    expect(described(chat, error)).toMatchObject({ status: 'error', reply: 'error' })
  })

  test('a token that was refused is asked for again', async () => {
    let token = 0
    const { chat, calls } = startChat({ headers: () => ({ authorization: `Bearer ${++token}` }) })
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.answer(401, '')
    await settle()
    expect(calls.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
    ])
    await calls[1]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })
})

test('after the first token nothing is sent again, however many attempts there may be', async () => {
  const { chat, clock, calls } = startChat({ retry: { attempts: 9, replay: true } })
  const promise = outcome(chat.sendMessage('Hello'))
  await settle()
  await calls[0]!.send(delta('Half'))
  await calls[0]!.cut()
  expect(await promise).toMatchObject({ code: 'network' })
  await clock.advance(60_000)
  expect(calls).toHaveLength(1)
})

describe('bad input', () => {
  test('of one event is reported, and the stream goes on', async () => {
    const onError = vi.fn<(error: StreamError) => void>()
    const end = await ended({ onError }, async (call) => {
      await call.send(delta('Good '), '{"content":"oops', delta('day'), '[DONE]')
    })
    expect(end).toEqual({
      promise: 'Good day',
      status: 'ready',
      reply: 'complete',
      text: 'Good day',
      code: 'parse',
    })
    expect(onError.mock.calls).toMatchObject([[{ code: 'parse', body: '{"content":"oops' }]])
  })

  test('of a protocol of the page that throws is reported, and the stream goes on', async () => {
    const onError = vi.fn<(error: StreamError) => void>()
    const protocol = {
      ...text(),
      reader: () => ({
        read() {
          throw new RangeError('a fault in the reader')
        },
        end: () => 'complete' as const,
      }),
    }
    const end = await ended({ onError, protocol }, async (call) => {
      await call.open({ type: 'text/plain' })
      await call.write('anything')
      await call.end()
    })
    expect(end).toMatchObject({ promise: '', status: 'ready' })
    expect(onError.mock.calls[0]![0].message).toContain('a fault in the reader')
  })

  test('of a page of HTML says what was expected and what came', async () => {
    const { chat, nextCall } = startChat()
    const promise = outcome(chat.sendMessage('Hello'))
    await (await nextCall()).answer(200, '<!doctype html><title>Login</title>', 'text/html')
    const error = (await promise) as StreamError
    expect(error).toMatchObject({
      code: 'content-type',
      status: 200,
      body: '<!doctype html><title>Login</title>',
    })
    expect(error.message).toContain('text/html')
    expect(error.message).toContain('<!doctype html>')
    expect(described(chat, error)).toMatchObject({ status: 'error', reply: 'error' })
  })

  test('of an event larger than the limit ends the turn, and keeps the text', async () => {
    const end = await ended({ maxEventSize: 100 }, async (call) => {
      await call.send(delta('Half'))
      await call.send(delta('x'.repeat(200)))
    })
    expect(end).toMatchObject({
      promise: 'too-large',
      status: 'error',
      reply: 'error',
      text: 'Half',
    })
  })

  test.each([{ url: 'http://' }, { idleTimeout: -1 }, { format: 'xml' as 'sse' }])(
    'of a wrong option ends the turn before anything is sent: %j',
    async (options) => {
      const { chat, calls } = startChat(options)
      const error = await outcome(chat.sendMessage('Hello'))
      expect(error).toMatchObject({ code: 'invalid-option' })
      expect(described(chat, error)).toMatchObject({ status: 'error', reply: 'error' })
      expect(calls).toHaveLength(0)
    },
  )

  test('of a protocol that throws over an HTTP error is reported, and the error stays', async () => {
    const reported = vi.fn<(error: unknown) => void>()
    vi.stubGlobal('reportError', reported)
    onTestFinished(() => void vi.unstubAllGlobals())
    const errorMessage = (body: string): string => JSON.parse(body).error.message
    const { chat, nextCall } = startChat({ protocol: { ...text(), errorMessage } })
    const promise = outcome(chat.sendMessage('Hello'))
    await (await nextCall()).answer(404, '<!doctype html>', 'text/html')
    const error = await promise
    expect(error).toMatchObject({ code: 'http', status: 404, body: '<!doctype html>' })
    expect(described(chat, error)).toMatchObject({ status: 'error', reply: 'error' })
    expect(reported).toHaveBeenCalledExactlyOnceWith(expect.any(SyntaxError))
  })

  test('of handlers that throw harms neither the stream nor the promise', async () => {
    const reported = vi.fn<(error: unknown) => void>()
    vi.stubGlobal('reportError', reported)
    onTestFinished(() => void vi.unstubAllGlobals())
    const fault = (): never => {
      throw new Error('of a handler')
    }
    const handlers = { onEvent: fault, onError: fault, onFinish: fault }
    const end = await ended(handlers, async (call) => {
      await call.send(delta('Hi'), '{broken', '[DONE]')
    })
    expect(end).toMatchObject({ promise: 'Hi', status: 'ready' })
    expect(reported).toHaveBeenCalledTimes(5)
  })
})

describe('the promise', () => {
  test('of a failed turn that nobody awaits is no unhandled rejection', async () => {
    const unhandled = vi.fn<(error: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const { chat, nextCall } = startChat({ retry: false })
    void chat.regenerate() // refused: there is nothing to answer
    void chat.sendMessage('Hello')
    void chat.sendMessage('Hello') // refused: busy
    await (await nextCall()).answer(500, '')
    expect(chat.getSnapshot().status).toBe('error')

    // Node tells of unhandled rejections when it has run all promise reactions; prove that it would.
    const fault = new Error('the one that nobody handles')
    void Promise.reject(fault)
    await expect.poll(() => unhandled).toHaveBeenCalled()
    expect(unhandled.mock.calls.map(([error]) => error)).toEqual([fault])
  })

  test('rejects for each caller who awaits it', async () => {
    const { chat, nextCall } = startChat({ retry: false })
    const promise = chat.sendMessage('Hello')
    const both = Promise.allSettled([promise, promise])
    await (await nextCall()).answer(500, '')
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
