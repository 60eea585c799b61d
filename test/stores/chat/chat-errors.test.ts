import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { StreamError } from '../../../src/errors.js'
import { text } from '../../../src/protocols/text.js'
import { delta, outcome, startChat } from './chat-support.js'
import { ended, described, chunk } from './chat-ended.js'

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
      expect(error).toMatchObject({
        code: 'protocol',
        message: words,
        body: JSON.stringify(data),
        url: '/api/chat',
      })
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
    expect(onError.mock.calls).toMatchObject([
      [{ code: 'parse', body: '{"content":"oops', url: '/api/chat' }],
    ])
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
    const onError = vi.fn<(error: StreamError) => void>(fault)
    const end = await ended({ onEvent: fault, onError, onFinish: fault }, async (call) => {
      await call.send(delta('Hi'), '{broken', '[DONE]')
    })
    expect(end).toMatchObject({ promise: 'Hi', status: 'ready' })
    expect(reported).toHaveBeenCalledTimes(5)
    expect(onError.mock.calls).toMatchObject([[{ body: '{broken' }]])
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
