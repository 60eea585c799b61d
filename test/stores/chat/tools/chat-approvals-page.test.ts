/** What the page asks before it runs its own tools. */
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { heldTool, startChatTools } from './chat-tools-support.js'

const city = z.object({ city: z.string() })

describe('approval', () => {
  function withApproval() {
    const execute = vi.fn<() => string>(() => 'removed')
    const remove = tool({ needsApproval: true, execute })
    return { execute, ...startChatTools({ remove }) }
  }

  test('a call waits for it, and runs once it is given', async () => {
    const { execute, calls, tools, ask, calledNow, toldNow } = withApproval()
    await ask(['remove'])
    expect(calledNow()).toMatchObject([{ state: 'approval' }])
    expect([execute.mock.calls.length, calls.length, tools.getSnapshot().isRunning]).toEqual([
      0,
      1,
      false,
    ])
    tools.approve('remove-0')
    tools.approve('remove-0')
    expect(tools.getSnapshot().isRunning).toBe(true)
    await settle()
    expect(execute).toHaveBeenCalledOnce()
    expect(await toldNow()).toEqual([['remove-0', 'removed']])
    tools.approve('remove-0')
    tools.deny('remove-0')
    await settle()
    expect([execute.mock.calls.length, calls.length]).toEqual([1, 2])
  })

  test('a denial goes to the model, in its own words', async () => {
    const { execute, tools, ask, calledNow, toldNow } = withApproval()
    await ask(['remove'], ['remove'], ['remove'])
    tools.deny('remove-0', 'Not that one')
    tools.deny('remove-1')
    tools.deny('remove-2', '')
    expect(calledNow()).toMatchObject([
      { state: 'error', error: 'Not that one' },
      { state: 'error', error: 'The user declined this call' },
      { state: 'error', error: 'The user declined this call' },
    ])
    expect(await toldNow()).toEqual([
      ['remove-0', 'Not that one'],
      ['remove-1', 'The user declined this call'],
      ['remove-2', 'The user declined this call'],
    ])
    expect(execute).not.toHaveBeenCalled()
  })

  test('is asked for each of two parallel calls, and the turn waits for both', async () => {
    const { calls, tools, ask, calledNow } = withApproval()
    await ask(['remove'], ['remove'])
    expect(calledNow()).toMatchObject([{ state: 'approval' }, { state: 'approval' }])
    tools.approve('remove-1')
    await settle()
    expect(calledNow()).toMatchObject([{ state: 'approval' }, { state: 'done' }])
    expect(calls).toHaveLength(1)
    tools.deny('remove-0')
    await settle()
    expect(calls).toHaveLength(2)
  })

  test('may depend on the input, and is needed where nobody can say', async () => {
    const needsApproval = async ({ city: name }: { city: string }) => {
      if (name === '?') throw new Error('who knows')
      return name !== 'Paris'
    }
    const weather = tool({ input: city, needsApproval, execute: () => 'rain' })
    const { ask, calledNow } = startChatTools({ weather })
    await ask(
      ['weather', { city: 'Paris' }],
      ['weather', { city: 'Oslo' }],
      ['weather', { city: '?' }],
    )
    expect(calledNow().map(({ state }) => state)).toEqual(['done', 'approval', 'approval'])
  })

  test('is not asked for arguments that do not validate', async () => {
    const weather = tool({ input: city, needsApproval: true, execute: () => 'rain' })
    const { ask, calledNow } = startChatTools({ weather })
    await ask(['weather', {}])
    expect(calledNow()).toMatchObject([{ state: 'error' }])
  })

  test('given after the user went on, runs the call and asks for nothing', async () => {
    const { chat, calls, tools, ask, calledNow, execute } = withApproval()
    await ask(['remove'])
    void chat.sendMessage('Never mind')
    await settle()
    tools.approve('remove-0')
    await settle()
    expect([execute.mock.calls.length, calls.length]).toEqual([1, 2])
    await calls[1]!.send({ choices: [{ delta: { content: 'Fine.' } }] }, '[DONE]')
    expect(calledNow()).toMatchObject([{ state: 'done' }])
    expect([calls.length, chat.getSnapshot().messages.at(-1)?.content]).toEqual([2, 'Fine.'])
  })

  test.each(['approve', 'deny'] as const)(
    '%s, after the user went on, does not hold back the tools of a newer reply',
    async (answer) => {
      const held = heldTool()
      const remove = tool({ needsApproval: true, execute: () => 'removed' })
      const { calls, tools, ask } = startChatTools({ remove, held: held.tool })
      await ask(['remove'])
      await ask(['held'])
      tools[answer]('remove-0')
      await settle()
      held.calls[0]!.resolve('done')
      await settle()
      expect(calls).toHaveLength(3)
    },
  )
})
