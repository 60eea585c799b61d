import { describe, expect, test, vi } from 'vitest'
import { eventStreamResponse, type EventStream } from '../../src/server/index.js'
import { settle } from '../support/clock.js'
import { useOwnTimers } from '../support/own-timers.js'
import { ask, start, textOf, url } from './event-stream-support.js'

describe('a reader', () => {
  useOwnTimers()

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
    for (const letter of ['x', 'y']) {
      let isSent = false
      const sent = stream.send({ data: letter.repeat(20_000) }).then(() => (isSent = true))
      await settle()
      expect(isSent).toBe(false)
      await reader.read()
      await sent
    }
    await stream.send({ data: 'z' })
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
    await expect(stream.send({ data: chunk })).rejects.toBe(stream.signal.reason)
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

  test.each([
    ['while the stream goes on', 100_000, false],
    ['after its end', 70_000, true],
  ])('who reads once and then no more is dropped %s', async (_, size, isOver) => {
    const { stream, reader, finish } = await start({ stallTimeout: 5_000 })
    void stream.send({ data: 'x'.repeat(size) })
    if (isOver) finish()
    await settle()
    await reader.read()
    await vi.advanceTimersByTimeAsync(10_000)
    await expect(reader.read()).rejects.toMatchObject({ code: 'too-large' })
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
