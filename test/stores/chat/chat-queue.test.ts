import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { queueOf } from '../../../src/stores/chat/chat-queue.js'
import { settle } from '../../support/clock.js'
import { delta, outcome } from './chat-support.js'
import { start } from './chat-queue-support.js'

describe('sendMessage', () => {
  test('sends at once where no reply is under way', async () => {
    const { queue, answer, queued, shown } = start()
    const text = queue.sendMessage('One')
    expect(queued()).toEqual([])
    expect(shown()[0]).toBe('One')
    await answer('First')
    expect(await text).toBe('First')
  })

  test('waits for the reply under way, and for those that wait', async () => {
    const { chat, queue, answer, queued, shown, calls } = start()
    void chat.sendMessage('One')
    const second = queue.sendMessage('Two')
    const third = queue.sendMessage({ content: 'Three', metadata: { from: 'phone' } })
    await settle()
    expect(queued()).toEqual(['Two', 'Three'])
    expect(shown()).toEqual(['One', ''])
    await answer('First')
    expect(queued()).toEqual(['Three'])
    await answer('Second')
    expect(await second).toBe('Second')
    await answer('Third')
    expect(await third).toBe('Third')
    expect(shown()).toEqual(['One', 'First', 'Two', 'Second', 'Three', 'Third'])
    expect(chat.getSnapshot().messages[4]!.metadata).toEqual({ from: 'phone' })
    expect((calls[2]!.body as { messages: unknown[] }).messages).toHaveLength(5)
  })

  test('needs no more of a chat than its type says', async () => {
    const { chat, clock, answer } = start()
    const own = { ...chat, isLeft: undefined }
    const queue = queueOf(own, clock)
    void own.sendMessage('One')
    const second = queue.sendMessage('Two')
    await answer('First')
    await answer('Second')
    expect(await second).toBe('Second')
  })

  test('settles as sendMessage of the chat does, and goes on after a reply that failed', async () => {
    const { chat, queue, answer, nextCall, clock } = start({ retry: false })
    const first = chat.sendMessage('One')
    const second = queue.sendMessage('Two')
    const third = queue.sendMessage('Three')
    for (const text of [first, second]) {
      await (await nextCall()).answer(400, '{}')
      expect(await outcome(text)).toMatchObject({ code: 'http', status: 400 })
      await clock.advance(0)
    }
    await answer('Third')
    expect(await third).toBe('Third')
  })

  test('goes on after stop()', async () => {
    const { chat, queue, answer, clock } = start()
    const first = chat.sendMessage('One')
    const second = queue.sendMessage('Two')
    chat.stop()
    expect(await first).toBe('')
    await clock.advance(0)
    await answer('Second')
    expect(await second).toBe('Second')
  })

  test('refuses more than a hundred', async () => {
    const { chat, queue, queued } = start()
    void chat.sendMessage('One')
    for (let index = 0; index < 100; index += 1) void queue.sendMessage('More')
    expect(await outcome(queue.sendMessage('Too many'))).toMatchObject({
      code: 'busy',
      message: 'Expected at most 100 messages to wait, there is one more',
    })
    expect(queued()).toHaveLength(100)
  })

  test.each([
    ['leaves', false],
    ['leaves and comes back', true],
  ])('rejects what waits where the page %s, and sends nothing', async (_what, comesBack) => {
    const { chat, queue, clock, calls, queued } = start()
    const leave = chat.retain()
    void chat.sendMessage('One')
    const second = queue.sendMessage('Two')
    chat.subscribe(() => {
      if (comesBack && !chat.getSnapshot().isLoading) chat.retain()
    })
    leave()
    await clock.advance(0)
    await clock.advance(0)
    expect(await outcome(second)).toMatchObject({ code: 'aborted' })
    expect(queued()).toEqual([])
    expect(calls).toHaveLength(1)
  })

  test('rejects what waits where the conversation is cleared, and sends what is said next', async () => {
    const { chat, queue, nextCall, answer, queued, shown, calls } = start()
    void chat.sendMessage('One')
    const second = queue.sendMessage('Two')
    await nextCall()
    chat.clear()
    expect(queued()).toEqual([])
    const next = queue.sendMessage('Anew')
    await expect(second).rejects.toMatchObject({ code: 'aborted' })
    await answer('First')
    expect(await next).toBe('First')
    expect(shown()).toEqual(['Anew', 'First'])
    expect(calls).toHaveLength(2)
  })

  test('rejects what waits where messages of another tab come as the conversation is cleared', async () => {
    const { chat, queue } = start()
    chat.subscribe(() => {
      if (chat.getSnapshot().messages.length > 0) return
      chat.setMessages([{ role: 'user', content: 'From the other tab' }])
    })
    void chat.sendMessage('One')
    const second = queue.sendMessage('Two')
    chat.clear()
    await expect(second).rejects.toMatchObject({ code: 'aborted' })
  })

  test('leaves no timer and no listener', async () => {
    const { chat, queue, clock, answer } = start()
    void chat.sendMessage('One')
    void queue.sendMessage('Two')
    await answer('First')
    await answer('Second')
    expect(clock.waiting).toBe(0)
  })
})

describe('interrupt', () => {
  test('stops the reply, keeps its text, and sends before what waits', async () => {
    const { chat, queue, nextCall, answer, shown, clock } = start()
    const first = chat.sendMessage('One')
    const call = await nextCall()
    await call.send(delta('Half'))
    void queue.sendMessage('Two')
    const urgent = queue.interrupt('No, wait')
    expect(await first).toBe('Half')
    expect(call.signal.aborted).toBe(true)
    await clock.advance(0)
    await answer('Waiting')
    expect(await urgent).toBe('Waiting')
    await answer('Second')
    expect(shown()).toEqual(['One', 'Half', 'No, wait', 'Waiting', 'Two', 'Second'])
    expect(chat.getSnapshot().messages[1]!.status).toBe('stopped')
  })

  test('sends where there is nothing to stop', async () => {
    const { queue, answer } = start()
    const text = queue.interrupt('One')
    await answer('First')
    expect(await text).toBe('First')
  })
})

test('a message that is taken away is not sent, and its promise says so', async () => {
  const { chat, queue, answer, queued, calls } = start()
  void chat.sendMessage('One')
  const second = queue.sendMessage('Two')
  const third = queue.sendMessage('Three')
  queue.removeQueued(queue.getSnapshot()[0]!.id)
  queue.removeQueued('nowhere')
  expect(await outcome(second)).toMatchObject({ code: 'aborted' })
  expect(queued()).toEqual(['Three'])
  await answer('First')
  await answer('Third')
  expect(await third).toBe('Third')
  expect(calls).toHaveLength(2)
})

test('a chat has one queue', () => {
  const { chat, queue } = start()
  expect(queueOf(chat)).toBe(queue)
  expect(queueOf(start().chat)).not.toBe(queue)
})

test('whatever is sent, removed, stopped or interrupted, each is sent once, in order, and each promise settles', async () => {
  const step = fc.constantFrom('send', 'send', 'answer', 'remove', 'stop', 'interrupt')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { chat, queue, answer, queued, shown, clock } = start()
      const promises: Promise<unknown>[] = []
      const removed: string[] = []
      const urgent: string[] = []
      for (const [index, what] of steps.entries()) {
        const content = `${what} ${index}`
        if (what === 'send') promises.push(outcome(queue.sendMessage(content)))
        else if (what === 'interrupt') {
          urgent.push(content)
          promises.push(outcome(queue.interrupt(content)))
        } else if (what === 'stop') {
          chat.stop()
          await clock.advance(0)
        } else if (what === 'answer' && chat.getSnapshot().isLoading) await answer('Reply')
        else if (what === 'remove' && queued().length > 0) {
          removed.push(queued()[0]!)
          queue.removeQueued(queue.getSnapshot()[0]!.id)
        }
      }
      while (chat.getSnapshot().isLoading || queued().length > 0) {
        if (chat.getSnapshot().isLoading) await answer('Reply')
        else await clock.advance(0)
      }
      await Promise.all(promises)
      const all = steps.flatMap((what, index) => (what === 'send' ? [`send ${index}`] : []))
      const sent = shown().filter((content) => content.startsWith('send'))
      expect(sent).toEqual(all.filter((content) => !removed.includes(content)))
      expect(shown().filter((content) => content.startsWith('interrupt'))).toEqual(urgent)
      expect(clock.waiting).toBe(0)
    }),
    { numRuns: 60 },
  )
})
