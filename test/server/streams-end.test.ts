import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createStreams, memoryStore, type StreamStore } from '../../src/server/index.js'
import { settle } from '../support/clock.js'
import { ask, read, running } from './streams-support.js'
import { eventsOf } from './support.js'

/** Those from now on. */
function unhandledRejections(): () => Promise<unknown[]> {
  const errors: unknown[] = []
  const add = (error: unknown): void => void errors.push(error)
  process.on('unhandledRejection', add)
  onTestFinished(() => void process.off('unhandledRejection', add))
  return async () => {
    // Node tells of them when it has run all promise reactions.
    await new Promise((resolve) => setTimeout(resolve))
    return errors
  }
}

describe('the end', () => {
  test('by a producer that throws is an error event that tells no secret', async () => {
    const secret = new Error('password=hunter2')
    const onError = vi.fn<(error: unknown) => void>()
    const streams = createStreams({ onError })
    const { stream, reject } = await running(streams)
    await stream.send({ data: '1' })
    reject(secret)
    const events = await read(streams, 'a')
    expect(events.map(({ type }) => type)).toEqual(['message', 'error'])
    expect(JSON.parse(events[1]!.data)).toEqual({
      type: 'error',
      code: 'failed',
      message: 'The stream failed at the server',
    })
    expect(onError).toHaveBeenCalledExactlyOnceWith(secret)
  })

  test('by cancel reaches the producer, and tells the readers', async () => {
    const streams = createStreams()
    const { stream } = await running(streams)
    await stream.send({ data: '1' })
    const response = await ask(streams, 'a')
    expect(await streams.cancel('a')).toBe(true)
    await settle()
    expect(stream.signal.aborted).toBe(true)
    await expect(stream.send({ data: 'late' })).rejects.toMatchObject({ code: 'aborted' })
    const events = await eventsOf(response)
    expect(events[0]).toMatchObject({ data: '1' })
    expect(events).toHaveLength(2)
    const message = 'The stream was canceled'
    expect(JSON.parse(events[1]!.data)).toEqual({ type: 'error', code: 'canceled', message })
    expect(stream.signal.reason).toMatchObject({ code: 'aborted', message })
    expect(await streams.status('a')).toMatchObject({ status: 'canceled' })
    expect(await streams.cancel('a')).toBe(false)
    expect(await streams.cancel('unknown')).toBe(false)
  })

  test('by cancel is no unhandled rejection of what is sent without waiting', async () => {
    const unhandled = unhandledRejections()
    const streams = createStreams()
    const { stream } = await running(streams)
    await streams.cancel('a')
    void stream.send({ data: 'late' })
    expect(await unhandled()).toEqual([])
  })

  test('by cancel is no unhandled rejection after an error, while the store is slow', async () => {
    const unhandled = unhandledRejections()
    const store = memoryStore()
    let answer = (): void => {}
    const append: StreamStore['append'] = async (...given) => {
      await new Promise<void>((resolve) => (answer = resolve))
      return store.append(...given)
    }
    const streams = createStreams({ store: { ...store, append }, onError: () => {} })
    const { stream, reject } = await running(streams)
    void stream.send({ data: '1' })
    reject(new Error('no'))
    await settle()
    await streams.cancel('a')
    answer()
    expect(await unhandled()).toEqual([])
    expect(await streams.status('a')).toMatchObject({ status: 'canceled' })
  })

  test('by cancel ends a producer that only awaits what it sends', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const streams = createStreams({ onError })
    let isOver = false
    await streams.start('a', async ({ send }) => {
      try {
        for (;;) {
          await send({ data: 'x' })
          await new Promise((resolve) => setTimeout(resolve))
        }
      } finally {
        isOver = true
      }
    })
    await streams.cancel('a')
    await expect.poll(() => isOver).toBe(true)
    expect(onError).not.toHaveBeenCalled()
  })

  test('is told to a producer by its next send, if the store tells of no change', async () => {
    const store = { ...memoryStore(), watch: async () => () => {} }
    const streams = createStreams({ store })
    const { stream } = await running(streams, 'a')
    expect(stream.id).toBe('a')
    expect(await streams.cancel('a')).toBe(true)
    await expect(stream.send({ data: 'late' })).rejects.toMatchObject({ code: 'aborted' })
    expect(stream.signal.aborted).toBe(true)
  })
})
