import { getEventListeners } from 'node:events'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readEvents } from 'brooklet/parser'
import { read, response, stream } from './read-events-support.js'

describe('a signal', () => {
  const aborted = { code: 'aborted', retryable: false, cause: 'enough' }

  test('that has aborted before: nothing is read', async () => {
    const source = stream(['data: a\n\n'])
    const signal = AbortSignal.abort('enough')
    expect(await read(source.body, { signal })).toMatchObject({ data: [], error: aborted })
    expect(source.canceled).toEqual({ reason: 'enough' })
    expect(source.pulled).toBe(0)
  })

  test('that has aborted before needs no body to cancel', async () => {
    const signal = AbortSignal.abort('enough')
    for (const body of [null, Readable.from(['data: a\n\n'])]) {
      const source = { headers: new Headers(), body } as unknown as Response
      expect((await read(source, { signal })).error).toMatchObject(aborted)
    }
  })

  test('that aborts while a read is pending cancels it', async () => {
    const source = stream(['data: a\n\n'], 'hang')
    const controller = new AbortController()
    const events = readEvents(source.body, { signal: controller.signal })
    await events.next()
    const next = events.next()
    controller.abort('enough')
    await expect(next).rejects.toMatchObject(aborted)
    expect(source.canceled).toEqual({ reason: 'enough' })
    await expect(events.next()).resolves.toEqual({ done: true, value: undefined })
  })

  test('that aborts between two events of a chunk: the second is not delivered', async () => {
    const source = stream(['data: a\n\ndata: b\n\n'], 'hang')
    const controller = new AbortController()
    const events = readEvents(source.body, { signal: controller.signal })
    await events.next()
    controller.abort('enough')
    await expect(events.next()).rejects.toMatchObject(aborted)
  })

  test('that aborts while what came instead of a stream is read ends that too', async () => {
    const source = stream(['<h1>Log in'], 'hang')
    const controller = new AbortController()
    const { signal } = controller
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const reading = read(response(source.body, 'text/html'), { signal })
    controller.abort('enough')
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await reading).error).toMatchObject(aborted)
  })

  test('that aborts after the end changes nothing, and is not listened to any more', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const outcome = await read(stream(['data: a\n\n']).body, { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
    controller.abort()
    expect(outcome).toEqual({ data: ['a'] })
  })
})
