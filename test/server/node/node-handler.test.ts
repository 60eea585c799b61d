import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventStreamResponse, nodeHandler } from '../../../src/server/index.js'
import type { EventStream } from '../../../src/server/index.js'
import { askWithoutReading, endless, listen, listenHttp2, sendRaw } from '../support.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Asks for `/` over each version of HTTP; what it resolves to leaves. */
const askers: Record<string, (listener: ReturnType<typeof nodeHandler>) => Promise<() => void>> = {
  async 'HTTP/1.1'(listener) {
    const origin = await listen(listener)
    const page = new AbortController()
    fetch(origin, { signal: page.signal }).catch(() => {})
    return () => page.abort()
  },
  async 'HTTP/2'(listener) {
    const { session } = await listenHttp2(listener)
    const request = session.request({ ':path': '/' }).on('error', () => {})
    return () => request.close()
  },
}

describe('nodeHandler', () => {
  test('listens to a connection once, however many requests wait on it', async () => {
    const counts: number[] = []
    const handle = nodeHandler(() => new Response())
    const origin = await listen((incoming, outgoing) => {
      handle(incoming, outgoing)
      counts.push(incoming.socket.listenerCount('close'))
    })
    const get = 'GET / HTTP/1.1\r\nHost: x\r\n'
    await sendRaw(origin, `${get}\r\n`.repeat(19) + `${get}Connection: close\r\n\r\n`)
    expect(counts).toEqual(Array.from({ length: 20 }, () => counts[0]))
  })

  test('lets a framework that waits know when the response is over', async () => {
    const { stream, handle } = endless()
    let isOver = false
    const origin = await listen((request, response) => {
      void Promise.resolve(handle(request, response)).then(() => (isOver = true))
    })
    const page = new AbortController()
    await fetch(origin, { signal: page.signal })
    expect(stream()!.signal.aborted).toBe(false)
    expect(isOver).toBe(false)
    page.abort()
    await expect.poll(() => isOver).toBe(true)
    expect(stream()!.signal.aborted).toBe(true)
  })

  test('serves HTTP/2', async () => {
    let stream!: EventStream
    const { origin, session } = await listenHttp2(
      nodeHandler((request) =>
        eventStreamResponse(request, async (given) => {
          stream = given
          await given.send({ data: request.url })
          await new Promise(() => {})
        }),
      ),
    )
    const request = session.request({ ':path': '/api?x=1' })
    const [[headers], [chunk]] = await Promise.all([
      once(request, 'response'),
      once(request, 'data'),
    ])
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' })
    expect(String(chunk)).toBe(`data: ${origin}/api?x=1\n\n`)
    request.close()
    await expect.poll(() => stream.signal.aborted).toBe(true)
  })

  test('aborts the signal of a request that is garbage by then', async () => {
    const listening = vi.fn<() => void>()
    const aborted = vi.fn<() => void>()
    const handle = nodeHandler(({ signal }) => {
      signal.addEventListener('abort', aborted)
      listening()
      return new Promise(() => {})
    })
    const socket = askWithoutReading(await listen(handle), '/')
    await expect.poll(() => listening.mock.calls.length).toBe(1)
    collectGarbage()
    socket.destroy()
    await expect.poll(() => aborted.mock.calls.length).toBe(1)
  })

  test('tells each response of a connection that its client has left', async () => {
    const signals: AbortSignal[] = []
    const origin = await listen(
      nodeHandler((request) =>
        eventStreamResponse(request, ({ signal }) => {
          signals.push(signal)
          return new Promise(() => {})
        }),
      ),
    )
    // The second waits behind the first, which does not end.
    const socket = askWithoutReading(origin, '/first')
    socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await expect.poll(() => signals.length).toBe(2)
    socket.destroy()
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  test('takes any number of requests on one connection, with one listener', async () => {
    const warn = vi.fn<(warning: Error) => void>()
    process.on('warning', warn)
    onTestFinished(() => void process.off('warning', warn))
    const { handle } = endless()
    const asked = vi.fn<typeof handle>(handle)
    const socket = askWithoutReading(await listen(asked), '/')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20))
    await expect.poll(() => asked.mock.calls.length).toBe(21)
    expect(warn).not.toHaveBeenCalled()
  })

  test('leaves the signal alone when all is sent, and when the connection closes then', async () => {
    const signals: AbortSignal[] = []
    const closed = vi.fn<() => void>()
    const handle = nodeHandler(({ signal }) => {
      signals.push(signal)
      return new Response('all')
    })
    const origin = await listen((request, response) => {
      response.on('close', closed)
      if (signals.length === 0) request.socket.on('close', closed)
      handle(request, response)
    })
    const socket = askWithoutReading(origin, '/')
    await expect.poll(() => closed.mock.calls.length).toBe(1)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(() => closed.mock.calls.length).toBe(2)
    socket.destroy()
    await expect.poll(() => closed.mock.calls.length).toBe(3)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  })

  test.each(Object.entries(askers))(
    'aborts the signal and cancels the body for a client that has left before, over %s',
    async (_, ask) => {
      let signal: AbortSignal | undefined
      const cancel = vi.fn<() => void>()
      const handle = nodeHandler((request) => {
        signal = request.signal
        return new Response(new ReadableStream({ cancel }))
      })
      let hasCome = false
      const leave = await ask((incoming, outgoing) => {
        hasCome = true
        // As behind middleware that first asks a database who this is.
        const answer = (): void => handle(incoming, outgoing)
        ;(outgoing as ServerResponse).on('close', () => setTimeout(answer))
      })
      await expect.poll(() => hasCome).toBe(true)
      leave()
      await expect.poll(() => signal?.aborted).toBe(true)
      await expect.poll(() => cancel.mock.calls.length).toBe(1)
    },
  )

  test('frees the connection of a client that is dropped', async () => {
    const closed = vi.fn<() => void>()
    const handle = nodeHandler((request) =>
      eventStreamResponse(
        request,
        async ({ send }) => {
          for (;;) await send({ data: 'x'.repeat(65_536) })
        },
        { stallTimeout: 200 },
      ),
    )
    const origin = await listen((request, response) => {
      response.on('close', closed)
      return handle(request, response)
    })
    askWithoutReading(origin, '/')
    await expect.poll(() => closed.mock.calls.length).toBe(1)
  })

  test('reports nothing that a handler throws when its client has left', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const asked = vi.fn<() => void>()
    const ended = vi.fn<() => void>()
    const handle = nodeHandler(({ signal }) => {
      asked()
      // As a request to another server does, which is given the signal.
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const origin = await listen((request, response) => {
      void Promise.resolve(handle(request, response)).then(ended)
    })
    const socket = askWithoutReading(origin, '/')
    await expect.poll(() => asked.mock.calls.length).toBe(1)
    socket.destroy()
    await expect.poll(() => ended.mock.calls.length).toBe(1)
    expect(log).not.toHaveBeenCalled()
  })

  test.each([
    ['somebody has answered already', (response: ServerResponse) => void response.end('busy'), {}],
    ['a header is none that Node sends', () => {}, { 'x-name': 'a\u0001b', 'content-length': '5' }],
  ])('ends what cannot be sent because %s, and reports it', async (_, before, headers) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const { stream, handle } = endless(headers)
    const origin = await listen((request, response) => {
      before(response)
      handle(request, response)
    })
    const answer = await fetch(origin).then((response) => response.text(), String)
    expect(answer).toMatch(/busy|fetch failed/)
    await expect.poll(() => stream()?.signal.aborted).toBe(true)
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.any(Error))
  })

  test('breaks off what has no body either and cannot be sent', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const ended = vi.fn<() => void>()
    const handle = nodeHandler(() => new Response(null, { headers: { 'x-name': 'a\u0001b' } }))
    const origin = await listen((request, response) => {
      void Promise.resolve(handle(request, response)).then(ended)
    })
    await expect(fetch(origin)).rejects.toThrow('fetch failed')
    await expect.poll(() => ended.mock.calls.length).toBe(1)
  })

  test('answers 500 for a handler that answers nothing, and reports it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const forgetful = (): Response => undefined as never
    const origin = await listen(nodeHandler(forgetful))
    expect((await fetch(origin)).status).toBe(500)
    expect(log).toHaveBeenCalledExactlyOnceWith(
      new TypeError('Expected a Response of the handler, got undefined'),
    )
  })

  test('answers 500 for a handler that throws, and reports it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const error = new Error('secret')
    const origin = await listen(nodeHandler(() => Promise.reject(error)))
    const response = await fetch(origin)
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('')
    expect(log).toHaveBeenCalledExactlyOnceWith(error)
  })
})
