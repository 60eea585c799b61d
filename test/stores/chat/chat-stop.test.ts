import { describe, expect, test, vi } from 'vitest'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import { buildChat } from '../../../src/stores/chat/chat.js'
import { createTestClock, settle } from '../../support/clock.js'
import { createTestServer, delta, outcome, startChat } from './chat-support.js'

describe('stop()', () => {
  test('keeps the text so far, and the promise resolves to it', async () => {
    const { chat, clock, nextCall } = startChat()
    const promise = chat.sendMessage('Hello')
    await (await nextCall()).send(delta('So '), delta('far'))
    chat.stop()
    expect(chat.getSnapshot()).toMatchObject({
      status: 'ready',
      isLoading: false,
      error: undefined,
      streamingContent: 'So far',
      reply: { status: 'stopped', content: 'So far' },
    })
    expect(chat.getSnapshot().messages.at(-1)).toBe(chat.getSnapshot().reply)
    expect(await promise).toBe('So far')
    expect(clock.waiting).toBe(0)
  })

  test('aborts the request, and lets go of its body', async () => {
    const { chat, say } = startChat()
    const call = await say('Hello')
    await call.send(delta('So far'))
    chat.stop()
    expect(call.signal.aborted).toBe(true)
    await expect(call.send(delta(' and on'))).rejects.toThrow(/closed/)
    expect(chat.getSnapshot().streamingContent).toBe('So far')
  })

  test('before the first token leaves an empty reply', async () => {
    const { chat, nextCall } = startChat()
    const promise = chat.sendMessage('Hello')
    const call = await nextCall()
    chat.stop()
    expect(call.signal.aborted).toBe(true)
    expect(await promise).toBe('')
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', reply: { status: 'stopped' } })
  })

  test('while the next try is awaited gives up', async () => {
    const { chat, clock, calls } = startChat()
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.answer(503, '')
    chat.stop()
    expect(await promise).toBe('')
    await clock.advance(60_000)
    expect(calls).toHaveLength(1)
    expect(clock.waiting).toBe(0)
  })

  test('where an event does not parse publishes nothing after it', async () => {
    const { chat, clock, say } = startChat({ onError: () => chat.stop() })
    await (await say('Hello')).send('{"content":')
    expect(chat.getSnapshot().reply?.status).toBe('stopped')
    expect(clock.waiting).toBe(0)
  })

  test('at an event that would not parse reports nothing', async () => {
    const onError = vi.fn<() => void>()
    const { chat, nextCall } = startChat({ onError, onEvent: () => chat.stop() })
    const promise = chat.sendMessage('Hello')
    await (await nextCall()).send('{"content":')
    expect(await promise).toBe('')
    expect(onError).not.toHaveBeenCalled()
  })

  test('in the middle of a chunk drops the rest of it', async () => {
    const { chat, clock, nextCall } = startChat({
      onEvent: ({ data }) => void (data.includes('two') && chat.stop()),
    })
    const promise = chat.sendMessage('Hello')
    await (await nextCall()).send(delta('one '), delta('two '), delta('three'))
    expect(await promise).toBe('one ')
    expect(clock.waiting).toBe(0)
  })

  test('calls cancelRequest with the reply, at once and once', async () => {
    const cancelRequest = vi.fn<(reply: ChatMessage) => void>()
    const { chat, say } = startChat({ cancelRequest })
    await (await say('Hello')).send(delta('So far'))
    chat.stop()
    expect(cancelRequest.mock.calls).toEqual([[chat.getSnapshot().reply]])
    chat.stop()
    expect(cancelRequest).toHaveBeenCalledTimes(1)
  })

  test('calls it with the reply that was stopped, also where onFinish begins another one', async () => {
    const cancelRequest = vi.fn<(reply: ChatMessage) => void>()
    const onFinish = vi.fn<() => void>(() => void bench.chat.sendMessage('And next'))
    const bench = startChat({ cancelRequest, onFinish })
    await (await bench.say('Hello')).open()
    const { id } = bench.chat.getSnapshot().reply!
    bench.chat.stop()
    expect(cancelRequest.mock.calls).toMatchObject([[{ id, status: 'stopped' }]])
    expect(bench.chat.getSnapshot()).toMatchObject({ status: 'submitted' })
  })

  test.each([
    () => Promise.reject(new Error('no route')),
    () => {
      throw new Error('no route')
    },
  ])('tells of a cancelRequest that fails, and stays stopped: %s', async (cancelRequest) => {
    const onError = vi.fn<(error: unknown) => void>()
    const { chat, clock, nextCall } = startChat({ cancelRequest, onError })
    const promise = chat.sendMessage('Hello')
    await (await nextCall()).open()
    chat.stop()
    expect(await promise).toBe('')
    await settle()
    clock.nextFrame()
    expect(onError.mock.calls).toMatchObject([[{ code: 'network' }]])
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', error: { code: 'network' } })
  })

  test('with nothing to stop does nothing', () => {
    const cancelRequest = vi.fn<() => void>()
    const { chat } = startChat({ cancelRequest })
    const before = chat.getSnapshot()
    chat.stop()
    expect(chat.getSnapshot()).toBe(before)
    expect(cancelRequest).not.toHaveBeenCalled()
  })

  test('lets the next turn go its own way', async () => {
    const { chat, calls, say } = startChat()
    const call = await say('One')
    await call.open()
    chat.stop()
    const promise = chat.sendMessage('Two')
    await settle()
    await calls[1]!.send(delta('2'), '[DONE]')
    expect(await promise).toBe('2')
  })
})

describe('the signal of the page', () => {
  test('stops the reply when it aborts', async () => {
    const controller = new AbortController()
    const { chat, nextCall } = startChat({ signal: controller.signal })
    const promise = chat.sendMessage('Hello')
    const call = await nextCall()
    await call.send(delta('So far'))
    controller.abort()
    expect(await promise).toBe('So far')
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', reply: { status: 'stopped' } })
    expect(call.signal.aborted).toBe(true)
  })

  test('stops the reply that began with it, also if the page has given another one since', async () => {
    const { fetch, calls } = createTestServer()
    const controller = new AbortController()
    const chat = buildChat({ fetch, signal: controller.signal }, createTestClock(fetch))
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.send(delta('So far'))
    chat.configure({ fetch, signal: new AbortController().signal })
    controller.abort()
    expect(await promise).toBe('So far')
    expect(chat.getSnapshot().reply?.status).toBe('stopped')
  })

  test('that has aborted before lets nothing be sent', async () => {
    const { chat, calls } = startChat({ signal: AbortSignal.abort() })
    expect(await chat.sendMessage('Hello')).toBe('')
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', reply: { status: 'stopped' } })
    expect(calls).toHaveLength(0)
  })
})

test('a page that is left lets the reply go on', async () => {
  const { clock, say } = startChat()
  const call = await say('Hello')
  clock.page('pagehide')
  expect(call.signal.aborted).toBe(false)
})

describe('leaving', () => {
  test('ends a reply that cannot be resumed as interrupted, one macrotask later', async () => {
    const cancelRequest = vi.fn<() => void>()
    const { chat, clock, nextCall } = startChat({ cancelRequest })
    const leave = chat.retain(true)
    const promise = outcome(chat.sendMessage('Hello'))
    const call = await nextCall()
    await call.send(delta('So far'))
    leave()
    await settle()
    expect(call.signal.aborted).toBe(false)
    await clock.advance(0)
    expect(call.signal.aborted).toBe(true)
    expect(await promise).toMatchObject({ code: 'aborted' })
    expect(chat.getSnapshot()).toMatchObject({
      status: 'error',
      reply: { status: 'interrupted', content: 'So far' },
    })
    expect(cancelRequest).not.toHaveBeenCalled()
  })

  test('and coming back at once keeps the connection', async () => {
    const { chat, clock, calls } = startChat()
    const leave = chat.retain(true)
    const promise = chat.sendMessage('Hello')
    await settle()
    leave()
    chat.retain(true)
    await clock.advance(1_000)
    await calls[0]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
    expect(calls).toHaveLength(1)
  })

  test('is for the last one who uses the chat', async () => {
    const { chat, clock, say } = startChat()
    const leaves = [chat.retain(), chat.retain()]
    const call = await say('Hello')
    leaves[0]!()
    leaves[0]!() // a second time counts for nothing
    await clock.advance(0)
    expect(call.signal.aborted).toBe(false)
    leaves[1]!()
    await clock.advance(0)
    expect(call.signal.aborted).toBe(true)
  })

  test('does not end what was begun by hand, before anybody used the chat', async () => {
    const { chat, clock, nextCall } = startChat()
    const promise = chat.sendMessage('Hello')
    const call = await nextCall()
    chat.retain()()
    await clock.advance(0)
    expect(call.signal.aborted).toBe(false)
    await call.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  test('ends even that where the component that leaves has made the chat', async () => {
    const { chat, clock, say } = startChat()
    const call = await say('Hello')
    chat.retain(true)()
    await clock.advance(0)
    expect(call.signal.aborted).toBe(true)
  })
})

test('coming while the next try is awaited does not hurry it', async () => {
  const { chat, clock, calls, say } = startChat()
  const call = await say('Hello')
  await call.answer(503, '')
  chat.retain()
  await clock.advance(499)
  expect(calls).toHaveLength(1)
  await clock.advance(1)
  expect(calls).toHaveLength(2)
})
