import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import { branchesOf } from '../../../src/stores/chat/branches/chat-branches.js'
import { queueOf } from '../../../src/stores/chat/chat-queue.js'
import { tool } from '../../../src/stores/chat/tools/tool.js'
import { heldTool, startChatTools } from './tools/chat-tools-support.js'
import { start } from './chat-queue-support.js'

describe('a message in the queue', () => {
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

  test.each(['before', 'after'])(
    'is not sent where its page leaves while tools run that were called %s it used the chat',
    async (when) => {
      const { chat, clock, calls, ask, leave } = startChatTools({ held: heldTool().tool })
      const queue = queueOf(chat, clock)
      if (when === 'before') await ask(['held'])
      const leaveChat = chat.retain(true)
      if (when === 'after') await ask(['held'])
      const waiting = queue.sendMessage('And then')
      leaveChat()
      leave()
      await clock.advance(0)
      expect(calls).toHaveLength(1)
      await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
    },
  )

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

  test('waits for an approval that an earlier page has asked for, until the conversation is cleared', async () => {
    const call = { type: 'tool-call', id: '1', name: 'pay', args: {}, argsText: '{}' } as const
    const { chat, queue, queued, clock, calls } = start({
      initialMessages: [
        { role: 'assistant', content: '', parts: [{ ...call, state: 'approval' }] },
      ],
    })
    const text = queue.sendMessage('And?')
    chat.setMessages((messages) => [...messages])
    expect(queued()).toEqual(['And?'])
    chat.clear()
    await clock.advance(0)
    await expect(text).rejects.toMatchObject({ code: 'aborted' })
    expect(calls).toEqual([])
  })

  test('is sent after an approval although the page had left a reply before', async () => {
    const call = { type: 'tool-call', id: '1', name: 'time', args: {}, argsText: '{}' } as const
    const calling = (state: 'approval' | 'done') => [
      { role: 'user', content: 'What time is it?' } as const,
      { role: 'assistant', content: '', parts: [{ ...call, state }] } as const,
    ]
    const { chat, queue, clock, queued, shown } = start({ initialMessages: calling('approval') })
    const leave = chat.retain()
    void chat.sendMessage('Never mind')
    leave()
    await clock.advance(0)
    expect(chat.getSnapshot().error).toMatchObject({ code: 'aborted' })
    chat.setMessages(calling('approval'))
    void queue.sendMessage('Thanks')
    await clock.advance(0)
    expect(queued()).toEqual(['Thanks'])
    chat.setMessages(calling('done'))
    await clock.advance(0)
    expect(shown()[2]).toBe('Thanks')
  })

  test('keeps what waits for one also where the first message is edited', async () => {
    const call = { type: 'tool-call', id: '1', name: 'pay', args: {}, argsText: '{}' } as const
    const { chat, queue, queued, answer, shown } = start({
      initialMessages: [
        { id: 'order', role: 'user', content: 'Two, please' },
        { role: 'assistant', content: '', parts: [{ ...call, state: 'approval' }] },
      ],
    })
    void queue.sendMessage('And?')
    void branchesOf(chat).editMessage('order', 'None, thank you')
    expect(queued()).toEqual(['And?'])
    await answer('As you like')
    expect(shown()).toEqual(['None, thank you', 'As you like', 'And?', ''])
  })
})
