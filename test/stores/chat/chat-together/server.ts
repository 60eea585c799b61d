/** A server whose replies a test writes: it knows what it has sent, so that nothing is lost or doubled unseen. */
import { aiSdk } from '../../../../src/protocols/ai-sdk.js'
import { openaiChat } from '../../../../src/protocols/openai-chat.js'
import type { ChatProtocol } from '../../../../src/protocols/types.js'
import type { Call } from '../chat-support.js'

/** What a reply says: a word, or the name of a tool that it calls. */
type Said = { word: string } | { tool: string; id: string }

/** How a backend writes replies. */
interface Wire {
  protocol: ChatProtocol
  said(said: Said, at: number): object
  finish(hasCalls: boolean): object
  fail: object
}

export const wires = {
  /** After its tools comes the next message. */
  openaiChat: {
    protocol: openaiChat(),
    said: (said, index) => ({
      choices: [
        {
          delta:
            'word' in said
              ? { content: said.word }
              : {
                  tool_calls: [
                    { index, id: said.id, function: { name: said.tool, arguments: '{}' } },
                  ],
                },
        },
      ],
    }),
    finish: (hasCalls) => ({ choices: [{ finish_reason: hasCalls ? 'tool_calls' : 'stop' }] }),
    fail: { error: { message: 'overloaded' } },
  },
  /** After its tools the same message goes on. */
  aiSdk: {
    protocol: aiSdk(),
    said: (said) =>
      'word' in said
        ? { type: 'text-delta', id: '0', delta: said.word }
        : { type: 'tool-input-available', toolCallId: said.id, toolName: said.tool, input: {} },
    finish: (hasCalls) => ({ type: 'finish', finishReason: hasCalls ? 'tool-calls' : 'stop' }),
    fail: { type: 'error', errorText: 'overloaded' },
  },
} satisfies Record<string, Wire>

/** A reply as the server has it. Its words say which reply they are of, and the how manieth. */
export interface Reply {
  number: number
  said: Said[]
  isOver: boolean
  hasIds: boolean
  canResume: boolean
}

export type ServerAct =
  | 'answer'
  | 'answer with a call'
  | 'open'
  | 'open with ids'
  | 'open without ids'
  | 'refuse'
  | 'word'
  | 'call'
  | 'finish'
  | 'end'
  | 'cut'
  | 'fail'
  | 'know of no more'

export interface ReplyServer {
  replies: Reply[]
  /** `at` chooses a tool, a status, and where a cut is. */
  act(call: Call, what: ServerAct, at: number): Promise<void>
  isOpen(call: Call): boolean
}

const refusals = [400, 401, 429, 503]

export function createReplyServer(wire: Wire, tools: readonly string[]): ReplyServer {
  const replies: Reply[] = []
  const received = new Map<Call, Reply>()
  const ended = new Set<Call>()

  function isOpen(call: Call): boolean {
    return !ended.has(call) && !call.signal.aborted
  }

  function eventOf({ number, said, hasIds }: Reply, at: number): string {
    const id = hasIds ? `id: ${number}-${at}\n` : ''
    return `${id}data: ${JSON.stringify(wire.said(said[at]!, at))}\n\n`
  }

  async function write(call: Call, reply: Reply, from: number): Promise<void> {
    for (let at = from; at < reply.said.length && isOpen(call); at += 1) {
      await call.write(eventOf(reply, at))
    }
  }

  async function end(call: Call, last = ''): Promise<void> {
    if (last && isOpen(call)) await call.write(last)
    ended.add(call)
    await call.end()
  }

  function lastOf({ said }: Reply): string {
    const hasCalls = said.some((each) => 'tool' in each)
    return `data: ${JSON.stringify(wire.finish(hasCalls))}\n\ndata: [DONE]\n\n`
  }

  async function open(call: Call, what: ServerAct): Promise<void> {
    const [, asked] = /\/replies\/(\d+)/.exec(call.url) ?? []
    const fresh: Reply = {
      number: replies.length,
      said: [],
      isOver: false,
      hasIds: what === 'open with ids',
      canResume: what !== 'open',
    }
    const reply = asked ? replies[Number(asked)]! : fresh
    if (!asked) replies.push(reply)
    received.set(call, reply)
    const location = { 'content-location': `https://a.test/replies/${reply.number}` }
    await call.open({ headers: reply.canResume ? location : {} })
    const lastId = call.headers.get('last-event-id')
    await write(call, reply, lastId ? Number(lastId.split('-')[1]) + 1 : 0)
    if (reply.isOver) await end(call, lastOf(reply))
  }

  function say(reply: Reply, tool?: string): void {
    const at = `${reply.number}.${reply.said.length}`
    reply.said.push(tool ? { tool, id: `call-${at}-` } : { word: `${at} ` })
  }

  /** What answers a request for a reply that has none yet. */
  async function begin(call: Call, what: ServerAct, at: number): Promise<void> {
    if (what.startsWith('open')) return open(call, what)
    const isNone = what === 'know of no more' && call.method === 'GET'
    if (what === 'refuse' || what === 'cut' || isNone) ended.add(call)
    if (what === 'refuse') await call.answer(refusals[at % refusals.length]!, '{"error":"no"}')
    else if (what === 'cut') await call.cut()
    else if (isNone) await call.answer(204, null)
  }

  async function goOn(call: Call, reply: Reply, what: ServerAct, at: number): Promise<void> {
    const { length } = reply.said
    if (what === 'word' || what === 'call') {
      say(reply, what === 'call' ? tools[at % tools.length] : undefined)
      await write(call, reply, length)
    } else if (what === 'finish') {
      reply.isOver = true
      await end(call, lastOf(reply))
    } else if (what === 'end') await end(call)
    else if (what === 'fail') await end(call, `data: ${JSON.stringify(wire.fail)}\n\n`)
    else if (what === 'cut') {
      // Somewhere in what was on its way.
      say(reply)
      const event = eventOf(reply, length)
      await call.write(event.slice(0, (at * 13) % event.length))
      ended.add(call)
      await call.cut()
    }
  }

  async function act(call: Call, what: ServerAct, at: number): Promise<void> {
    if (!isOpen(call)) return
    const reply = received.get(call)
    if (what.startsWith('answer')) {
      if (!reply) await open(call, 'open with ids')
      await act(call, 'word', at)
      if (what === 'answer with a call') await act(call, 'call', at)
      await act(call, 'finish', at)
    } else if (reply) await goOn(call, reply, what, at)
    else await begin(call, what, at)
  }

  return { replies, act, isOpen }
}
