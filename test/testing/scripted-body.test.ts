import { createServer } from 'node:http'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEvents, type StreamEvent } from 'brooklet/parser'
import { chunksOf, exchange, rejection } from './stream-server-support.js'

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
