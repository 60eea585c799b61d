import { describe, expect, test, vi } from 'vitest'
import type { ChatProtocol } from '../../../src/protocols/types.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { settle } from '../../support/clock.js'
import { delta, outcome, startChat } from './chat-support.js'
import { event, headers, record } from './chat-resume-support.js'

/** A chat whose reply, with a Content-Location, was lost after `text` and is fetched again. */
async function loseReply(
  text: string,
  { options, way = 'cut' }: { options?: ChatOptions; way?: 'cut' | 'end' } = {},
) {
  const { chat, clock, calls } = startChat(options)
  const promise = chat.sendMessage('Hello')
  await settle()
  await calls[0]!.open({ headers })
  await calls[0]!.write(text)
  await calls[0]![way]()
  await clock.advance(500)
  return { chat, clock, calls, promise, resumed: calls[1]! }
}

describe('a reply with a Content-Location', () => {
  test('that is cut goes on from there, by GET with the last event id', async () => {
    const { chat, clock, calls } = startChat({
      body: { extra: 1 },
      headers: { authorization: 'Bearer 1' },
    })
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.open({ headers })
    await calls[0]!.write(event(1, 'Nothing ') + event(2, 'lost, '))
    await calls[0]!.cut()
    await clock.advance(500)
    const resumed = calls[1]!
    expect([resumed.url, resumed.method, resumed.body]).toEqual(['/replies/7', 'GET', undefined])
    expect(resumed.headers.get('last-event-id')).toBe('2')
    expect(resumed.headers.get('authorization')).toBe('Bearer 1')
    await resumed.write(event(3, 'nothing ') + event(4, 'doubled'))
    await resumed.send('[DONE]')
    expect(await promise).toBe('Nothing lost, nothing doubled')
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', reply: { status: 'complete' } })
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET'])
  })

  test('comes again from the start where no id had come, with a fresh reader and draft', async () => {
    const { promise, resumed } = await loseReply(record('Nothing ') + record('lost'))
    expect(resumed.headers.has('last-event-id')).toBe(false)
    await resumed.send(delta('Nothing '), delta('lost'), delta(' or doubled'), '[DONE]')
    expect(await promise).toBe('Nothing lost or doubled')
  })

  test('shows the text that it had until more has come again', async () => {
    const { chat, clock, resumed } = await loseReply(record('one ') + record('two '))
    await resumed.send(delta('one '))
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({ status: 'streaming', streamingContent: 'one two ' })
    await resumed.send(delta('two '), delta('three'))
    clock.nextFrame()
    expect(chat.getSnapshot().streamingContent).toBe('one two three')
  })

  test('is the shorter text where it comes again as a shorter one, and is whole', async () => {
    const { chat, promise, resumed } = await loseReply(record('A long answer'))
    await resumed.send(delta('Short'), '[DONE]')
    expect(await promise).toBe('Short')
    expect(chat.getSnapshot()).toMatchObject({ streamingContent: 'Short' })
  })

  test('that ends cleanly without a marker was cut', async () => {
    const { promise, resumed } = await loseReply(event(1, 'Half '), { way: 'end' })
    await resumed.write(event(2, 'and half'))
    await resumed.send('[DONE]')
    expect(await promise).toBe('Half and half')
  })

  test('that its protocol takes for whole where it ends is not asked for again', async () => {
    const protocol: ChatProtocol = {
      reader: () => ({ read: ({ data }, draft) => draft.appendText(data), end: () => 'complete' }),
    }
    const { calls, promise } = await loseReply('data: All of it\n\n', {
      way: 'end',
      options: { protocol },
    })
    expect(await promise).toBe('All of it')
    expect(calls).toHaveLength(1)
  })

  test('takes an event that was cut off only once', async () => {
    const { promise, resumed } = await loseReply(
      event(1, 'Half ') + event(2, 'and half').trimEnd(),
      { way: 'end' },
    )
    expect(resumed.headers.get('last-event-id')).toBe('1')
    await resumed.write(event(2, 'and half'))
    await resumed.send('[DONE]')
    expect(await promise).toBe('Half and half')
  })

  test('is over where there is no more of it: 204', async () => {
    const { chat, promise, resumed } = await loseReply(event(1, 'All'), { way: 'end' })
    await resumed.answer(204, null)
    expect(await promise).toBe('All')
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', reply: { status: 'complete' } })
  })

  test('is interrupted by 204 where nobody has said how far it came', async () => {
    const { chat, promise, resumed } = await loseReply(record('Half'))
    expect(resumed.headers.has('last-event-id')).toBe(false)
    await resumed.answer(204, null)
    expect(await outcome(promise)).toMatchObject({ code: 'incomplete' })
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted', content: 'Half' })
  })

  test('is interrupted where it cannot be fetched, with the text and the reason of the cut', async () => {
    const { chat, promise, resumed } = await loseReply(record('Half'))
    await resumed.answer(404, '{"error":"gone"}')
    expect(await outcome(promise)).toMatchObject({ code: 'network' })
    expect(chat.getSnapshot()).toMatchObject({
      status: 'error',
      reply: { status: 'interrupted', content: 'Half' },
    })
  })

  test('keeps the longest text that came, where it is cut again before that', async () => {
    const { chat, clock, calls, promise, resumed } = await loseReply(
      record('one ') + record('two '),
    )
    await resumed.send(delta('one '))
    await resumed.cut()
    await clock.advance(500)
    await calls[2]!.answer(404, '')
    expect(await outcome(promise)).toMatchObject({ code: 'network' })
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted', content: 'one two ' })
  })

  test.each(['reasoning_content', 'tool_calls'])(
    'keeps the most that came of its %s, and counts it as progress',
    async (field) => {
      const { chat, clock, calls } = startChat({ retry: { attempts: 1 } })
      const promise = outcome(chat.sendMessage('Hello'))
      await settle()
      async function answer(round: number, text: string): Promise<void> {
        const value =
          field === 'tool_calls'
            ? [{ index: 0, id: 'a', function: { name: 'a', arguments: text } }]
            : text
        await calls[round]!.open({ headers })
        await calls[round]!.send({ choices: [{ delta: { [field]: value } }] })
        await calls[round]!.cut()
        await clock.advance(500)
      }
      for (const [round, text] of ['12', '1234', '123456', '12345678'].entries()) {
        await answer(round, text)
      }
      expect(calls).toHaveLength(5)
      await answer(4, '1')
      await answer(5, '1')
      expect(await promise).toMatchObject({ code: 'network' })
      const [part] = chat.getSnapshot().reply!.parts
      expect(JSON.stringify(part)).toContain('12345678')
    },
  )

  test('is tried again with delays, which progress starts anew', async () => {
    const { clock, calls, promise } = await loseReply(event(1, '1'))
    for (let id = 2; id <= 6; id += 1) {
      await calls[id - 1]!.open()
      await calls[id - 1]!.write(event(id, String(id)))
      await calls[id - 1]!.cut()
      await clock.advance(499)
      expect(calls).toHaveLength(id)
      await clock.advance(1)
      expect(calls).toHaveLength(id + 1)
      expect(calls[id]!.headers.get('last-event-id')).toBe(String(id))
    }
    await calls[6]!.send('[DONE]')
    expect(await promise).toBe('123456')
  })

  test.each([0, 1])(
    'that is cut at the same place each time is given up (with %i ids)',
    async (ids) => {
      const { chat, clock, calls } = startChat()
      const promise = outcome(chat.sendMessage('Hello'))
      await settle()
      for (let round = 0; round < calls.length; round += 1) {
        await calls[round]!.open({ headers })
        const isAfterId = calls[round]!.headers.has('last-event-id')
        if (!isAfterId) await calls[round]!.write(ids ? event(1, 'Half') : 'data: Half\n\n')
        await calls[round]!.end()
        await clock.advance(60_000)
        expect(round).toBeLessThan(9)
      }
      expect(await promise).toMatchObject({ code: 'incomplete' })
      expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted', content: 'Half' })
    },
  )

  test('tells of the cut while it is fetched again, and clears that when it goes on', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const { chat, clock, calls, say } = startChat({ onError })
    const call = await say('Hello')
    await call.open({ headers })
    await call.send(delta('Half'))
    await call.cut()
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({ status: 'streaming', error: { code: 'network' } })
    expect(onError.mock.calls).toMatchObject([[{ code: 'network' }]])
    await clock.advance(500)
    await calls[1]!.open()
    clock.nextFrame()
    expect(chat.getSnapshot()).toMatchObject({ status: 'streaming', error: undefined })
  })

  /** What brooklet's server says first where it cannot go on by the id. */
  const gap = (reason: string): string =>
    `event: gap\ndata: ${JSON.stringify({ type: 'gap', reason })}\n\n`

  test('comes whole, and is not doubled, where its server does not know the id', async () => {
    const { promise, resumed } = await loseReply(event(1, 'Nothing '))
    await resumed.write(gap('unknown-id') + event(11, 'Nothing ') + event(12, 'doubled'))
    await resumed.send('[DONE]')
    expect(await promise).toBe('Nothing doubled')
  })

  test('is interrupted, with the text so far, where its server has dropped what comes next', async () => {
    const { chat, promise, resumed } = await loseReply(event(1, 'Half '))
    await resumed.write(gap('expired') + event(5, 'the end'))
    expect(await outcome(promise)).toMatchObject({ code: 'incomplete' })
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted', content: 'Half ' })
    expect(resumed.signal.aborted).toBe(true)
  })

  test('that goes on with an event larger than the limit fails with that', async () => {
    const { chat, promise, resumed } = await loseReply(event(1, 'Half'), {
      options: { maxEventSize: 100 },
    })
    await resumed.write(event(2, 'x'.repeat(200)))
    expect(await outcome(promise)).toMatchObject({ code: 'too-large' })
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'error', content: 'Half' })
  })

  test('is fetched once where the page wants no retries', async () => {
    const { clock, calls, promise, resumed } = await loseReply(event(1, 'Half'), {
      options: { retry: false },
    })
    expect(calls).toHaveLength(2)
    await resumed.cut()
    expect(await outcome(promise)).toMatchObject({ code: 'network' })
    await clock.advance(60_000)
    expect(calls).toHaveLength(2)
  })

  test('is fetched as often where the page forbids to send a request twice', async () => {
    const options = { retry: { replay: false } }
    const { clock, promise, calls } = await loseReply(record('Half'), { options })
    await calls[1]!.cut()
    await clock.advance(1_000)
    await calls[2]!.send(delta('Half and half'), '[DONE]')
    expect(await promise).toBe('Half and half')
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
  })

  test('can be stopped while it is fetched again', async () => {
    const { chat, clock, calls, promise, resumed } = await loseReply(record('one ') + record('two'))
    await resumed.send(delta('one '))
    chat.stop()
    expect(await promise).toBe('one two')
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', reply: { status: 'stopped' } })
    await clock.advance(60_000)
    expect(calls).toHaveLength(2)
  })
})
