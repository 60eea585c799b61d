import { describe, expect, test, vi } from 'vitest'
import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { heldTool, startChatTools, type TestChatTools } from './chat-tools-support.js'

describe('stopping', () => {
  test('aborts what runs, heeded or not, and the model is not asked again', async () => {
    const held = heldTool()
    const { calls, tools, ask, calledNow } = startChatTools({ held: held.tool })
    await ask(['held'], ['held'])
    tools.stop()
    expect(tools.getSnapshot().isRunning).toBe(false)
    expect(held.calls.map(({ context }) => context.signal.aborted)).toEqual([true, true])
    expect(calledNow()).toMatchObject([
      { state: 'error', error: 'The user stopped the tool' },
      { state: 'error', error: 'The user stopped the tool' },
    ])
    held.calls[0]!.resolve('too late')
    await settle()
    expect(calledNow()[0]).not.toHaveProperty('result')
    expect([calls.length, tools.getSnapshot().isRunning]).toEqual([1, false])
  })

  test('leaves no call running in a branch that is shown no more', async () => {
    const held = heldTool()
    const { chat, ask, calledNow, reply, calls } = startChatTools({ held: held.tool })
    const branches = branchesOf(chat)
    await ask(['held'])
    void branches.regenerate()
    await reply()
    const { id } = chat.getSnapshot().messages.at(-1)!
    expect(held.calls[0]!.context.signal.aborted).toBe(true)
    branches.previous(id)
    expect(calledNow()).toMatchObject([{ state: 'error', error: expect.stringContaining('abort') }])
    await settle()
    expect(calls).toHaveLength(2)
  })

  test('leaves a call as it is that another tab has answered meanwhile', async () => {
    const held = heldTool()
    const { chat, ask, calledNow, reply } = startChatTools({ held: held.tool })
    await ask(['held'])
    const { messages } = chat.getSnapshot()
    void branchesOf(chat).regenerate()
    await reply()
    chat.setMessages(
      messages.map((message) => ({
        ...message,
        parts: message.parts.map((part) =>
          part.type === 'tool-call' ? { ...part, state: 'done' as const, result: 20 } : part,
        ),
      })),
    )
    expect(calledNow()).toMatchObject([{ state: 'done', result: 20 }])
    expect(calledNow()[0]).not.toHaveProperty('error')
  })

  test('in another tab, before the reply had called them: the model is not asked again', async () => {
    const held = heldTool()
    const { chat, ask, calls } = startChatTools({ held: held.tool })
    await ask(['held'], ['held'])
    chat.setMessages((messages) =>
      messages.map((each) =>
        each.role === 'user' ? each : { ...each, status: 'stopped', parts: each.parts.slice(0, 1) },
      ),
    )
    held.calls[0]!.resolve('done')
    await settle()
    expect(held.calls[1]!.context.signal.aborted).toBe(true)
    expect(calls).toHaveLength(1)
  })

  test('does not wait for a schema, nor for who decides on approval', async () => {
    const never = (): Promise<never> => new Promise(() => {})
    const checked = tool({
      input: { '~standard': { version: 1, vendor: 'test', validate: never } },
      execute: () => 'checked',
    })
    const asked = tool({ needsApproval: never, execute: () => 'allowed' })
    const { calls, tools, ask, calledNow } = startChatTools({ checked, asked })
    await ask(['checked'], ['asked'])
    tools.stop()
    await settle()
    expect(calledNow().map(({ state }) => state)).toEqual(['error', 'error'])
    expect([calls.length, tools.getSnapshot().isRunning]).toEqual([1, false])
  })

  test.each<[string, (page: TestChatTools) => boolean]>([
    ['they are about to run', ({ tools }) => tools.getSnapshot().isRunning],
    ['one of them runs', ({ calledNow }) => calledNow()[0]?.state === 'running'],
  ])('runs none, where a subscriber stops them when %s', async (_, isTime) => {
    const execute = vi.fn<() => void>()
    const page = startChatTools({ one: tool({ execute }) })
    const look = (): void => void (isTime(page) && page.tools.stop())
    page.tools.subscribe(look)
    page.chat.subscribe(look)
    await page.ask(['one'], ['one'])
    expect(execute).not.toHaveBeenCalled()
    expect(page.calledNow().map(({ state }) => state)).toEqual(['error', 'error'])
  })

  test('ends a reply that streams', async () => {
    const { chat, tools, say } = startChatTools({})
    await (await say('Hello')).open()
    tools.stop()
    expect(chat.getSnapshot().messages.at(-1)?.status).toBe('stopped')
  })

  test('the tools of a page that left are stopped, of one that came back are not', async () => {
    const held = heldTool()
    const { tools, clock, leave, ask, calls, calledNow } = startChatTools({ held: held.tool })
    await ask(['held'])
    leave()
    const leaveAgain = tools.retain()
    await clock.advance(0)
    await settle()
    expect(held.calls[0]!.context.signal.aborted).toBe(false)
    leaveAgain()
    await clock.advance(0)
    await settle()
    expect(held.calls[0]!.context.signal.aborted).toBe(true)
    expect(calledNow()).toMatchObject([
      { state: 'error', error: 'The page left while the tool ran' },
    ])
    expect(calls).toHaveLength(1)
  })

  test.each(['clear', 'removeMessage'] as const)(
    '%s() aborts the calls it takes away',
    async (how) => {
      const held = heldTool()
      const { chat, ask, calls } = startChatTools({ held: held.tool })
      await ask(['held'])
      if (how === 'clear') chat.clear()
      else chat.removeMessage(chat.getSnapshot().messages.at(-1)!.id)
      await settle()
      expect(held.calls[0]!.context.signal.aborted).toBe(true)
      expect([calls.length, JSON.stringify(chat.getSnapshot().messages)]).toEqual([
        1,
        expect.not.stringContaining('tool-call'),
      ])
    },
  )
})
