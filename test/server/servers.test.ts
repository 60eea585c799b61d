import { describe, expect, test } from 'vitest'
import { readEvents } from '../../src/formats/index.js'
import { eventStreamResponse } from '../../src/server/index.js'
import type { EventStream } from '../../src/server/index.js'
import { askWithoutReading, eventsOf, servers } from './support.js'

describe.each(Object.entries(servers))('%s', (_, mount) => {
  test('hands the request on: method, URL, headers and body', async () => {
    const origin = await mount((request) =>
      eventStreamResponse(request, async ({ send, lastEventId }) => {
        const { method, url, headers } = request
        await send({ data: { method, url, token: headers.get('x-token'), lastEventId } })
        await send({ data: await request.json() })
      }),
    )
    const response = await fetch(`${origin}/api/chat?stream=1`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-token': '1',
        'last-event-id': Buffer.from('漢').toString('latin1'),
      },
      body: '{"messages":["漢"]}',
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const [seen, body] = await eventsOf(response)
    expect(JSON.parse(seen!.data)).toEqual({
      method: 'POST',
      url: `${origin}/api/chat?stream=1`,
      token: '1',
      lastEventId: '漢',
    })
    expect(body!.data).toBe('{"messages":["漢"]}')
  })

  test('opens the stream before there is an event, and sends each at once', async () => {
    let stream!: EventStream
    let finish = (): void => {}
    const origin = await mount((request) =>
      eventStreamResponse(request, (given) => {
        stream = given
        return new Promise<void>((resolve) => (finish = resolve))
      }),
    )
    const response = await fetch(`${origin}/api/events`)
    const events = readEvents(response)
    for (const data of ['one', 'two', 'three']) {
      await stream.send({ data })
      expect((await events.next()).value).toMatchObject({ data })
    }
    finish()
    expect(await events.next()).toMatchObject({ done: true })
    expect(stream.signal.aborted).toBe(false)
  })

  test('aborts the signal when the client leaves', async () => {
    let stream!: EventStream
    const origin = await mount((request) =>
      eventStreamResponse(request, async (given) => {
        stream = given
        await given.send({ data: '1' })
        await new Promise((resolve) => given.signal.addEventListener('abort', resolve))
      }),
    )
    const page = new AbortController()
    const response = await fetch(`${origin}/api/events`, { signal: page.signal })
    await readEvents(response).next()
    page.abort()
    await expect.poll(() => stream.signal.aborted).toBe(true)
  })

  test('makes the producer wait for a client that does not read, and drops it', async () => {
    let sent = 0
    let stream!: EventStream
    const origin = await mount((request) =>
      eventStreamResponse(
        request,
        async (given) => {
          stream = given
          for (;;) {
            await given.send({ data: 'x'.repeat(65_536) })
            sent++
          }
        },
        { stallTimeout: 300 },
      ),
    )
    askWithoutReading(origin, '/api/events')
    await expect.poll(() => stream?.signal.aborted).toBe(true)
    expect(stream.signal.reason).toMatchObject({ code: 'too-large' })
    // What the two sockets take: some MB.
    expect(sent * 65_536).toBeLessThan(32_000_000)
  })
})
