import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { StreamError } from '../../../../src/errors.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { heldTool, startChatTools } from './chat-tools-support.js'

const city = z.object({ city: z.string() })

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
    await ask(['held', {}])
    expect(held.calls).toHaveLength(1)
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
      'Expected an answer after 2 rounds of tools (maxRounds), the model asks for more',
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

  test('are eight by default, and forgotten where the conversation is cleared', async () => {
    const { chat, tools, calls, ask, reply } = startChatTools({ loop: tool({ execute: () => 1 }) })
    await ask(['loop'])
    for (let round = 1; round < 9; round += 1) await reply(['loop'])
    expect([calls.length, tools.getSnapshot().error?.code]).toEqual([9, 'protocol'])
    chat.clear()
    expect(tools.getSnapshot().error).toBeUndefined()
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
