import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { StreamError } from '../../../../src/errors.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { aiSdk } from '../../../../src/protocols/ai-sdk.js'
import type { ChatProtocol } from '../../../../src/protocols/types.js'
import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import { tool, type ToolContext } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { startChatTools, type TestChatTools } from './chat-tools-support.js'

const city = z.object({ city: z.string() })

/** A tool whose every call the test settles. */
function heldTool() {
  const calls: {
    input: unknown
    context: ToolContext
    resolve(value: unknown): void
    reject(error: unknown): void
  }[] = []
  const execute = (input: unknown, context: ToolContext): Promise<unknown> =>
    new Promise((resolve, reject) => void calls.push({ input, context, resolve, reject }))
  return { calls, tool: tool({ execute }) }
}

describe('a tool that a reply asks for', () => {
  test('runs, its result is in the call, and goes back to the model', async () => {
    const weather = tool({ input: city, execute: ({ city: name }) => ({ celsius: name.length }) })
    const { chat, calls, ask, calledNow, toldNow } = startChatTools({ weather })
    await ask(['weather', { city: 'Paris' }])
    expect(calledNow()).toMatchObject([{ state: 'done', result: { celsius: 5 } }])
    expect(calls).toHaveLength(2)
    expect(await toldNow()).toEqual([['weather-0', '{"celsius":5}']])
    await calls[1]!.send({ choices: [{ delta: { content: 'Warm.' } }] }, '[DONE]')
    const { messages, status } = chat.getSnapshot()
    expect([messages.map(({ role, content }) => [role, content]), status]).toEqual([
      [
        ['user', 'Do it'],
        ['assistant', ''],
        ['assistant', 'Warm.'],
      ],
      'ready',
    ])
  })

  test('is running meanwhile', async () => {
    const held = heldTool()
    const { calls, tools, ask, calledNow } = startChatTools({ held: held.tool })
    await ask(['held', { a: 1 }])
    expect(calledNow()).toMatchObject([{ state: 'running', args: { a: 1 } }])
    expect(tools.getSnapshot().isRunning).toBe(true)
    expect(held.calls).toMatchObject([
      {
        input: { a: 1 },
        context: { call: { id: 'held-0' }, messages: [{ role: 'user' }, { role: 'assistant' }] },
      },
    ])
    expect(calls).toHaveLength(1)
    held.calls[0]!.resolve('text')
    await settle()
    expect(calledNow()).toMatchObject([{ state: 'done', result: 'text' }])
    expect(tools.getSnapshot().isRunning).toBe(false)
  })

  test('runs beside the others, and the turn goes on after the last', async () => {
    const held = heldTool()
    const { calls, ask, toldNow } = startChatTools({ held: held.tool })
    await ask(['held', {}], ['held', {}])
    expect(held.calls).toHaveLength(2)
    held.calls[1]!.resolve('second')
    await settle()
    expect(calls).toHaveLength(1)
    held.calls[0]!.resolve('first')
    await settle()
    expect(await toldNow()).toEqual([
      ['held-0', 'first'],
      ['held-1', 'second'],
    ])
    expect(calls).toHaveLength(2)
  })

  test('gets what the schema makes of its arguments, which stay as they came', async () => {
    const execute = vi.fn<(input: { at: Date }) => number>((input) => input.at.getFullYear())
    const input = z.object({ at: z.string().transform((text) => new Date(text)) })
    const { ask, calledNow } = startChatTools({ year: tool({ input, execute }) })
    await ask(['year', { at: '2026-01-02' }])
    expect(calledNow()).toMatchObject([{ args: { at: '2026-01-02' }, result: 2026 }])
  })

  test('gets what an asynchronous schema says', async () => {
    const input = z.object({ n: z.number().refine(async (n) => n > 0, 'must be positive') })
    const { ask, calledNow } = startChatTools({ f: tool({ input, execute: ({ n }) => n }) })
    await ask(['f', { n: 1 }], ['f', { n: -1 }])
    expect(calledNow()).toMatchObject([
      { state: 'done', result: 1 },
      { state: 'error', error: 'n: must be positive' },
    ])
  })

  test('runs once where the tools of its chat are made twice, until both have left', async () => {
    const held = heldTool()
    const { chat, clock, ask, leave, tools, calledNow } = startChatTools({ held: held.tool })
    const leaveToo = createChatTools(chat, { held: held.tool }, {}, clock).retain()
    await ask(['held', {}])
    expect(held.calls).toHaveLength(1)
    leaveToo()
    await clock.advance(0)
    expect(tools.getSnapshot().isRunning).toBe(true)
    leave()
    await clock.advance(0)
    expect(calledNow()).toMatchObject([{ state: 'error' }])
  })

  test('is not run where another tab has gone on with the reply', async () => {
    const execute = vi.fn<() => number>(() => 7)
    const { chat, calls } = startChatTools({ now: tool({ execute }) })
    void chat.sendMessage('Do it')
    await settle()
    await calls[0]!.send({ choices: [{ delta: { content: 'Well,' } }] }, '[DONE]')
    const called = { type: 'tool-call', id: 'c', name: 'now', args: {}, argsText: '{}' } as const
    chat.setMessages(([question, reply]) => [
      question!,
      { ...reply!, continuedAt: 1, parts: [...reply!.parts, { ...called, state: 'ready' }] },
    ])
    await settle()
    expect(execute).not.toHaveBeenCalled()
  })

  test('has its own result where another has the same id', async () => {
    const echo = tool({ execute: (input) => input })
    const { ask, calledNow } = startChatTools({ echo })
    await ask(['echo', { n: 1 }, 'same'], ['echo', { n: 2 }, 'same'])
    expect(calledNow()).toMatchObject([
      { id: 'same', result: { n: 1 } },
      { id: 'same', result: { n: 2 } },
    ])
  })
})

describe('the model is told', () => {
  async function toldOf(call: [string, unknown?]): Promise<unknown> {
    const execute = vi.fn<() => never>(() => {
      throw new RangeError('No such city')
    })
    const weather = tool({ input: city, execute })
    const cyclic = tool({
      execute() {
        const value: Record<string, unknown> = {}
        value['self'] = value
        return value
      },
    })
    const { ask, calledNow, toldNow, calls } = startChatTools({ weather, cyclic })
    await ask(call)
    expect(calls).toHaveLength(2)
    const [part] = calledNow()
    expect(part).toMatchObject({ state: 'error' })
    const told = (await toldNow()) as string[][]
    expect(told[0]?.[1]).toBe(part?.error)
    return [part?.error, execute.mock.calls.length]
  }

  test.each<[string, [string, unknown?], RegExp, number]>([
    ['what a tool throws', ['weather', { city: 'X' }], /^No such city$/, 1],
    ['of arguments that do not validate', ['weather', { city: 1 }], /^city: .*expected string/, 0],
    ['of arguments that are no JSON', ['weather', '{"city":'], /^Expected arguments in JSON/, 0],
    ['of a tool that is none', ['wether'], /^There is no tool wether, only: weather, cyclic$/, 0],
    ['of a name that every object has', ['constructor'], /^There is no tool constructor/, 0],
    ['of a result that is no JSON', ['cyclic'], /circular/i, 0],
  ])('%s', async (_what, call, words, runs) => {
    expect(await toldOf(call)).toEqual([expect.stringMatching(words), runs])
  })
})

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

test('a tool that the page runs itself is answered by the page', async () => {
  const finished: ChatMessage[] = []
  const { chat, calls, tools, ask, calledNow, toldNow } = startChatTools(
    { pick: tool({ input: city }) },
    {},
    { onFinish: (reply) => finished.push(reply) },
  )
  await ask(['pick', { city: 'Paris' }])
  expect([calledNow()[0]?.state, calls.length]).toEqual(['ready', 1])
  expect(finished[0]).toBe(chat.getSnapshot().messages[1])
  tools.answer('pick-0', { picked: 3 })
  expect(calledNow()).toMatchObject([{ state: 'done', result: { picked: 3 } }])
  expect(await toldNow()).toEqual([['pick-0', '{"picked":3}']])
})

test('what the page answers has to be JSON, else the call waits on', async () => {
  const { tools, ask, calledNow } = startChatTools({ pick: tool({}) })
  await ask(['pick'])
  expect(() => tools.answer('pick-0', 1n)).toThrow(TypeError)
  expect(calledNow()).toMatchObject([{ state: 'ready' }])
})

describe('rounds', () => {
  test('are capped, which is an error that says so; the user goes on', async () => {
    const onError = vi.fn<(error: StreamError) => void>()
    const execute = vi.fn<() => string>(() => 'again')
    const loop = tool({ execute })
    const { chat, calls, tools, ask, reply, calledNow } = startChatTools(
      { loop },
      { maxRounds: 2, onError },
    )
    await ask(['loop'])
    await reply(['loop'])
    expect(tools.getSnapshot().error).toBeUndefined()
    await reply(['loop'])
    const { error } = tools.getSnapshot()
    expect(error).toBeInstanceOf(StreamError)
    expect([error?.code, error?.message]).toEqual([
      'protocol',
      'Expected an answer after 2 rounds of tools, the model asks for more',
    ])
    expect(onError.mock.calls).toEqual([[error]])
    expect([execute.mock.calls.length, calls.length, calledNow()[0]?.state]).toEqual([
      2,
      3,
      'ready',
    ])
    void chat.sendMessage('Once more')
    expect(tools.getSnapshot().error).toBeUndefined()
    await reply(['loop'])
    expect([execute.mock.calls.length, calls.length]).toEqual([3, 5])
  })

  test('are eight by default', async () => {
    const { tools, calls, ask, reply } = startChatTools({ loop: tool({ execute: () => 1 }) })
    await ask(['loop'])
    for (let round = 1; round < 9; round += 1) await reply(['loop'])
    expect([calls.length, tools.getSnapshot().error?.code]).toEqual([9, 'protocol'])
  })
})

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

describe('is left alone:', () => {
  test('a call that the provider runs', async () => {
    const execute = vi.fn<() => void>()
    const protocol: ChatProtocol = {
      reader: () => ({
        read(event, draft) {
          const call = draft.openToolCall({ name: 'search', providerExecuted: true })
          call.update({ args: {}, state: 'ready' })
          return 'complete'
        },
        end: () => 'cut',
      }),
    }
    const search = tool({ execute })
    const { calls, calledNow, say } = startChatTools({ search }, {}, { protocol })
    await (await say('Do it')).send('{}')
    await settle()
    expect(calledNow()).toMatchObject([{ state: 'ready', providerExecuted: true }])
    expect([calls.length, execute.mock.calls.length]).toEqual([1, 0])
  })

  test('a reply that was stopped or cut', async () => {
    const execute = vi.fn<() => void>()
    const { chat, calledNow, calls, say } = startChatTools({ f: tool({ execute }) })
    const call = await say('Do it')
    await call.open()
    const fragment = { id: 'a', function: { name: 'f', arguments: '{}' } }
    await call.send({ choices: [{ delta: { tool_calls: [fragment] } }] })
    chat.stop()
    await settle()
    expect(calledNow()).toMatchObject([{ state: 'ready' }])
    expect([execute.mock.calls.length, calls.length]).toEqual([0, 1])
  })

  test('what was saved, until the user says so', async () => {
    const execute = vi.fn<() => string>(() => 'done now')
    const part = { type: 'tool-call', id: 'a', name: 'f', args: {}, argsText: '{}' } as const
    const { calls, tools, calledNow, toldNow } = startChatTools(
      { f: tool({ needsApproval: true, execute }) },
      {},
      {
        initialMessages: [
          { role: 'user', content: 'Do it' },
          {
            role: 'assistant',
            content: '',
            parts: [
              { ...part, state: 'approval' },
              { ...part, id: 'b', state: 'running' },
            ],
          },
        ],
      },
    )
    await settle()
    expect([execute.mock.calls.length, calls.length]).toEqual([0, 0])
    tools.approve('a')
    tools.deny('b')
    await settle()
    expect(calledNow().map(({ state }) => state)).toEqual(['done', 'error'])
    expect(await toldNow()).toEqual([
      ['a', 'done now'],
      ['b', 'The user declined this call'],
    ])
  })

  test('what the user has allowed already, when the rest of its reply comes', async () => {
    const held = heldTool()
    const part = {
      type: 'tool-call',
      id: 'held-0',
      name: 'held',
      args: {},
      argsText: '{}',
    } as const
    const { chat, tools, nextCall } = startChatTools(
      { held: held.tool },
      {},
      {
        protocol: aiSdk(),
        initialMessages: [
          { role: 'user', content: 'Do it' },
          {
            id: 'reply',
            role: 'assistant',
            status: 'interrupted',
            resumeUrl: 'https://a.test/replies/1',
            content: '',
            parts: [{ ...part, state: 'ready' }],
          },
        ],
      },
    )
    tools.approve('held-0')
    await settle()
    void chat.resume()
    const call = await nextCall()
    await call.open()
    const input = { toolCallId: 'held-0', toolName: 'held', input: {} }
    await call.send({ type: 'tool-input-available', ...input }, { type: 'finish' }, '[DONE]')
    await settle()
    expect([chat.getSnapshot().status, held.calls.length]).toEqual(['ready', 1])
  })
})

test('ten thousand deltas of arguments are one publication a frame, and partial in it', async () => {
  const { chat, clock, calledNow, say } = startChatTools({
    f: tool({ execute: () => 'done' }),
  })
  const call = await say('Do it')
  await call.send({
    choices: [{ delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f' } }] } }],
  })
  clock.nextFrame()
  let publications = 0
  chat.subscribe(() => (publications += 1))
  const fragment = (text: string) => ({
    choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }],
  })
  const hundred = Array.from({ length: 100 }, () => fragment('ab'))
  await call.send(fragment('{"text":"'))
  for (let each = 0; each < 100; each += 1) await call.send(...hundred)
  clock.nextFrame()
  expect(publications).toBe(1)
  const [part] = calledNow()
  expect([part?.state, part?.args]).toEqual(['streaming', { text: 'ab'.repeat(10_000) }])
})
