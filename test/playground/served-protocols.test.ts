/** Each protocol of the game master, read by the protocol of brooklet that has its name. */
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { tellReply } from '../../playground/server/adventure/tell.js'
import { createApp } from '../../playground/server/app.js'
import type { Json } from '../../playground/server/chat/json.js'
import { protocols as served } from '../../playground/server/chat/protocols.js'
import type { ProtocolName } from '../../playground/server/chat/protocols.js'
import type { ServedProtocol } from '../../playground/server/chat/served-protocol.js'
import { protocolNames, protocols } from '../../playground/src/pages/adventure/protocols.js'
import type { Carried, SpokenProtocol } from '../../playground/src/pages/adventure/protocols.js'
import { withTools } from '../../src/protocols/index.js'
import type { ChatMessage } from '../../src/protocols/index.js'
import { createChat, createChatTools, tool } from '../../src/stores/index.js'
import type { Chat } from '../../src/stores/index.js'
import { hurried } from './support.js'

const names = Object.keys(served) as ProtocolName[]

/** What these have no place for, or do not say. */
const silent: Record<'usage' | 'reason', readonly string[]> = {
  usage: ['tutorial', 'text', 'aiSdk'],
  reason: ['tutorial', 'text', 'workersAi', 'dify'],
}

/** What the page says that a protocol carries. */
function has(what: Carried | keyof typeof silent, name: ProtocolName): boolean {
  if (what === 'usage' || what === 'reason') return !silent[what].includes(name)
  const { carries }: SpokenProtocol = protocols[name]
  return carries.includes(what)
}

const app = createApp(hurried())
const inMemory: typeof fetch = async (input, init) => app.request(input, init)

const tools = {
  local_time: tool({ execute: () => ({ hour: 23, minute: 5 }) }),
  roll_die: tool({
    input: z.object({ sides: z.number() }),
    execute: ({ sides }) => ({ rolled: sides - 2 }),
  }),
  restart_story: tool({ needsApproval: true, execute: () => ({ restarted: true }) }),
}

function chatIn(name: ProtocolName, fetch = inMemory, retry?: { minDelay: number }): Chat {
  const protocol = withTools(protocols[name].create(), tools)
  return createChat({ url: `http://localhost/api/chat/${name}?lang=en`, protocol, fetch, retry })
}

type Part = ChatMessage['parts'][number]

function ofType<Type extends Part['type']>(
  { parts }: ChatMessage,
  type: Type,
): Extract<Part, { type: Type }>[] {
  return parts.filter((part): part is Extract<Part, { type: Type }> => part.type === type)
}

test('the page offers each of them, and to find out', () => {
  expect(protocolNames.filter((name) => name !== 'auto')).toEqual(names)
})

describe.each(names)('%s', (name) => {
  test('brings the whole reply: text, reasoning, sources, usage, reason', async () => {
    const chat = chatIn(name)
    await chat.sendMessage('start')
    const reply = chat.getSnapshot().reply!
    expect(reply).toMatchObject({ status: 'complete', content: tellReply(['start'], 'en') })
    const thoughts = ofType(reply, 'reasoning').map(({ text }) => text)
    const thought = 'The player wants: start. Turn 0, 0 points so far.'
    expect(thoughts).toEqual(has('reasoning', name) ? [thought] : [])
    const [source] = ofType(reply, 'source')
    expect(source).toEqual(
      has('sources', name) ? expect.objectContaining({ title: 'Water wheel' }) : undefined,
    )
    expect(reply.usage?.outputTokens).toEqual(has('usage', name) ? expect.any(Number) : undefined)
    expect(reply.finishReason).toBe(has('reason', name) ? 'stop' : undefined)
  })

  test('a cut anywhere leaves what had come, and is called one', async () => {
    const whole = tellReply(['start'], 'en')
    const bytes = await bytesOf(name)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (at) => {
        const chat = chatIn(name, cutAt(bytes, at, name))
        await chat.sendMessage('start').catch(() => {})
        const { status, content } = chat.getSnapshot().reply!
        expect(whole.startsWith(content)).toBe(true)
        // Behind its marker a protocol may send what nobody needs.
        if (status === 'complete') expect(content).toBe(whole)
        else expect(status).toBe('interrupted')
      }),
      { numRuns: 8 },
    )
  })
})

const value = fc.constantFrom<unknown>('hi', '{', '[null]', 'User: hi', 7, null, {}, undefined)
const blocks = fc.oneof(value, fc.array(fc.oneof(value, fc.record({ text: value, type: value }))))
const messages = fc.array(
  fc.oneof(
    value,
    fc.record({
      role: fc.constantFrom<unknown>('user', 'tool', 'assistant', 7),
      type: fc.constantFrom<unknown>('human', 'user_input', 'function_result', undefined),
      content_type: fc.constantFrom<unknown>('object_string', undefined),
      content: blocks,
      parts: blocks,
      toolInvocations: blocks,
    }),
  ),
)
/** What each looks for, and other things in its place. */
const odd = fc.record({
  messages,
  input: fc.oneof(messages, fc.record({ messages })),
  contents: messages,
  additional_messages: messages,
  tools: blocks,
  query: value,
  prompt: value,
  inputs: value,
  conversation_id: value,
})

test('no request breaks the server', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), odd, (name, body) => {
      const { turns } = served[name].read(body as unknown as Json)
      for (const { said } of turns) expect(said).toBeTypeOf('string')
    }),
    { numRuns: 1000 },
  )
})

// Of plain text nobody can tell an end from a cut; a run of LangGraph can be joined in a thread only.
test.each(names.filter((name) => name !== 'text' && name !== 'langGraph'))(
  '%s goes on where it was cut, and doubles nothing',
  async (name) => {
    const asked: string[] = []
    const chat = chatIn(name, cutting(700, asked), { minDelay: 0 })
    await chat.sendMessage('start')
    const { status, content, parts } = chat.getSnapshot().reply!
    expect({ status, content }).toEqual({
      status: 'complete',
      content: tellReply(['start'], 'en'),
    })
    expect(parts.filter(({ type }) => type === 'source')).toHaveLength(has('sources', name) ? 1 : 0)
    expect(asked).toEqual(['POST', 'GET'])
  },
)

describe.each(names.filter((name) => has('tools', name)))('%s', (name) => {
  test('calls tools, side by side, and goes on with what they gave', async () => {
    const { chat, settled } = played(name)
    await chat.sendMessage('listen, then skip a stone')
    await settled()
    const [asking, answer = asking!] = chat.getSnapshot().messages.slice(1)
    expect(answer === asking).toBe(protocols[name].create().goesOn === true)
    if (answer !== asking) {
      expect(asking!.finishReason).toBe(has('reason', name) ? 'tool-calls' : undefined)
    }
    expect(ofType(asking!, 'tool-call')).toMatchObject([
      { name: 'local_time', args: {}, state: 'done', result: { hour: 23 } },
      { name: 'roll_die', args: { sides: 6 }, state: 'done', result: { rolled: 4 } },
    ])
    expect(asking!.content).toContain('You hold your breath')
    expect(answer.content).toContain('it strikes 11.')
    expect(answer.content).toContain('Leaps: 4.')
  })

  test('asks before it begins anew, and heeds a refusal', async () => {
    const { chat, tools, settled } = played(name)
    await chat.sendMessage('go east')
    await chat.sendMessage('restart')
    const pending = () => ofType(chat.getSnapshot().messages.at(-1)!, 'tool-call')[0]!
    await expect.poll(() => pending().state).toBe('approval')
    expect(pending().args).toEqual({ turnsLost: 1, pointsLost: 0 })
    tools.deny(pending().id, 'I like it here')
    await settled()
    expect(chat.getSnapshot().reply!.content).toContain('“I like it here”')
    expect(chat.getSnapshot().reply!.content).toContain('(turn 1 ·')

    await chat.sendMessage('restart')
    await expect.poll(() => pending().state).toBe('approval')
    tools.approve(pending().id)
    await settled()
    expect(chat.getSnapshot().reply!.content).toContain('The morning begins again.')
  })
})

test.each(names.filter((name) => has('files', name)))('%s brings a file', async (name) => {
  const chat = chatIn(name)
  await chat.sendMessage('start')
  const png = { type: 'file', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const
  await chat.sendMessage({ content: 'look', parts: [png] })
  expect(chat.getSnapshot().reply!.content).toContain('what you have brought (1)')
})

test.each(names.filter((name) => !has('tools', name)))(
  '%s, without tools, begins anew unasked',
  async (name) => {
    const chat = chatIn(name)
    for (const said of ['go east', 'restart']) await chat.sendMessage(said)
    expect(chat.getSnapshot().reply!.content).toContain('The morning begins again.')
  },
)

/** A chat whose tools run until the test is over. */
function played(name: ProtocolName) {
  const chat = chatIn(name)
  const running = createChatTools(chat, tools)
  onTestFinished(running.retain())
  async function settled(): Promise<void> {
    const isOver = (): boolean => {
      const { messages, isLoading } = chat.getSnapshot()
      const { status, parts } = messages.at(-1)!
      return !isLoading && status === 'complete' && parts.at(-1)!.type !== 'tool-call'
    }
    await expect.poll(isOver, { interval: 5 }).toBe(true)
  }
  return { chat, tools: running, settled }
}

async function bytesOf(name: ProtocolName): Promise<Uint8Array> {
  let bytes = new Uint8Array()
  const chat = chatIn(name, async (input, init) => {
    const response = await inMemory(input, init)
    bytes = new Uint8Array(await response.clone().arrayBuffer())
    return response
  })
  await chat.sendMessage('start')
  return bytes
}

/** The first answer breaks after so many bytes; the others are whole. */
function cutting(size: number, asked: string[]): typeof fetch {
  return async (input, init) => {
    asked.push(init?.method ?? 'GET')
    const response = await inMemory(input, init)
    if (asked.length > 1) return response
    let left = size
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.slice(0, left))
        left -= chunk.length
        if (left <= 0) controller.error(new TypeError('network error'))
      },
    })
    return new Response(response.body!.pipeThrough(cut), { headers: response.headers })
  }
}

const contentTypes = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  text: 'text/plain',
}

/** The reply up to there, then a network error; no place to fetch the rest from. */
function cutAt(bytes: Uint8Array, at: number, name: ProtocolName): typeof fetch {
  const { format }: ServedProtocol = served[name]
  return async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at > 0) controller.enqueue(bytes.slice(0, at))
        else controller.error(new TypeError('network error'))
        at = 0
      },
    })
    return new Response(body, { headers: { 'Content-Type': contentTypes[format ?? 'sse'] } })
  }
}
