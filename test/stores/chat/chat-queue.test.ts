import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import { queueOf } from '../../../src/stores/chat/chat-queue.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { tool } from '../../../src/stores/chat/tools/tool.js'
import { settle } from '../../support/clock.js'
import { delta, outcome, startChat } from './chat-support.js'
import { startChatTools } from './tools/chat-tools-support.js'

function start(options?: ChatOptions) {
  const started = startChat(options)
  const { chat, clock, nextCall } = started
  const queue = queueOf(chat, clock)
  /** Answers the reply under way, and lets the next message be sent. */
  async function answer(text: string): Promise<void> {
    await (await nextCall()).send(delta(text), '[DONE]')
    await clock.advance(0)
  }
  const queued = () => queue.getSnapshot().map(({ content }) => content)
  const shown = () => chat.getSnapshot().messages.map(({ content }) => content)
  return { ...started, queue, answer, queued, shown }
}

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

  test('lets tools run and the turn go on before', async () => {
    const { chat, queue, clock, queued, answer } = start()
    const call = { type: 'tool-call', id: '1', name: 'time', args: {}, argsText: '{}' } as const
    const calling = (state: 'running' | 'approval' | 'done'): void =>
      chat.setMessages(([question, reply]) => [
        question!,
        { ...reply!, parts: [{ ...call, state }] },
      ])
    void chat.sendMessage('What time is it?')
    await answer('')
    calling('running')
    const text = queue.sendMessage('Thanks')
    await clock.advance(0)
    expect(queued()).toEqual(['Thanks'])
    calling('approval')
    await clock.advance(0)
    expect(queued()).toEqual(['Thanks'])
    calling('done')
    void chat.requestReply()
    await clock.advance(0)
    expect(queued()).toEqual(['Thanks'])
    await answer('Noon')
    expect(queued()).toEqual([])
    await answer('Welcome')
    expect(await text).toBe('Welcome')
  })

  test('waits for no call that is the page’s to answer, once it has been checked', async () => {
    let resolve = (_needsApproval: boolean): void => {}
    const check = new Promise<boolean>((settled) => (resolve = settled))
    const pick = tool({ needsApproval: () => check })
    const { chat, clock, reply, say } = startChatTools({ pick })
    const queue = queueOf(chat, clock)
    await say('Do it')
    void queue.sendMessage('And then')
    await reply(['pick'])
    await clock.advance(0)
    expect(queue.getSnapshot()).toHaveLength(1)
    resolve(false)
    await clock.advance(0)
    expect(queue.getSnapshot()).toEqual([])
    expect(chat.getSnapshot().messages.at(-2)!.content).toBe('And then')
  })

  test('waits for no tool that an earlier page left running', async () => {
    const call = { type: 'tool-call', id: '1', name: 'time', args: {}, argsText: '{}' } as const
    const { queue, queued, shown } = start({
      initialMessages: [
        { role: 'user', content: 'What time is it?' },
        { role: 'assistant', content: '', parts: [{ ...call, state: 'running' }] },
      ],
    })
    void queue.sendMessage('Hello?')
    expect([queued(), shown()[2]]).toEqual([[], 'Hello?'])
  })

  test('waits for no tool that an earlier page left running, where its reply has gone on without', async () => {
    const call = { type: 'tool-call', id: '1', name: 'time', args: {}, argsText: '{}' } as const
    const { chat, queue, clock, queued, nextCall } = start({
      protocol: aiSdk(),
      initialMessages: [
        { role: 'user', content: 'What time is it?' },
        { role: 'assistant', content: '', parts: [{ ...call, state: 'running' }] },
      ],
    })
    void chat.requestReply()
    void queue.sendMessage('Thanks')
    const { open, send } = await nextCall()
    await open()
    await send({ type: 'text-delta', id: '0', delta: 'Late' }, { type: 'finish' }, '[DONE]')
    expect(queued()).toEqual(['Thanks'])
    await clock.advance(0)
    expect(queued()).toEqual([])
  })

  test('lets tools be checked before, however long that takes', async () => {
    let approve!: (isNeeded: boolean) => void
    const needsApproval = (): Promise<boolean> => new Promise((resolve) => (approve = resolve))
    const move = { needsApproval, execute: () => 'moved' }
    const { chat, clock, reply, toldNow, calls } = startChatTools({ move })
    const queue = queueOf(chat, clock)
    void chat.sendMessage('Tidy up')
    void queue.sendMessage('Thanks')
    await reply(['move'])
    await clock.advance(1_000)
    expect(calls).toHaveLength(1)
    approve(false)
    await clock.advance(0)
    expect(await toldNow()).toEqual([['move-0', 'moved']])
    expect(queue.getSnapshot()).toHaveLength(1)
  })

  test('waits for no call of a reply that was stopped', async () => {
    const { chat, queue, clock, queued, say } = start({ protocol: aiSdk() })
    const call = await say('What time is it?')
    await call.open()
    const tool = { toolCallId: '1', toolName: 'time' }
    await call.send({ type: 'tool-input-available', ...tool, input: {} })
    await call.send({ type: 'tool-output-available', ...tool, output: 'Soon', preliminary: true })
    void queue.sendMessage('Thanks')
    chat.stop()
    await clock.advance(0)
    expect(queued()).toEqual([])
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

  test('rejects what waits where the page leaves, and sends nothing', async () => {
    const { chat, queue, clock, calls, queued } = start()
    const leave = chat.retain()
    void chat.sendMessage('One')
    const second = queue.sendMessage('Two')
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

  test('keeps what waits for an approval that an earlier page has asked for', async () => {
    const call = { type: 'tool-call', id: '1', name: 'pay', args: {}, argsText: '{}' } as const
    const { chat, queue, queued } = start({
      initialMessages: [
        { role: 'assistant', content: '', parts: [{ ...call, state: 'approval' }] },
      ],
    })
    void queue.sendMessage('And?')
    chat.setMessages((messages) => [...messages])
    expect(queued()).toEqual(['And?'])
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
