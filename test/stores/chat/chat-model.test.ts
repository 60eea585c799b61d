// Whatever a page does, in whatever order, and whatever its server answers: what holds for a chat holds.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import { settle } from '../../support/clock.js'
import { delta, startChat, type Call } from './chat-support.js'

/** As often as each is to happen. */
const byPage = weighted({
  send: 6,
  'send a list': 1,
  stop: 1,
  regenerate: 1,
  resume: 1,
  'request a reply': 1,
  remove: 1,
  clear: 1,
  'drop the last': 1,
  'add one': 1,
  come: 1,
  leave: 1,
})
const byServer = weighted({
  open: 1,
  'open with ids': 2,
  'open without ids': 1,
  refuse: 1,
  'be busy': 1,
  word: 6,
  finish: 2,
  end: 1,
  cut: 2,
  fail: 1,
  break: 1,
  forget: 1,
  'know of no more': 1,
})
const byTime = weighted({ frame: 3, second: 2, minute: 1 })
/** What a handler does once, when it is called next. */
const byHandler = ['onFinish', 'onError', 'onEvent', 'listener'] as const
const inHandler = ['send', 'stop', 'clear'] as const

function weighted<Name extends string>(weights: Record<Name, number>): fc.Arbitrary<Name> {
  const names = Object.keys(weights) as Name[]
  return fc.oneof(...names.map((name) => ({ weight: weights[name], arbitrary: fc.constant(name) })))
}

type Named<From> = From extends fc.Arbitrary<infer Name> ? Name : never

type Action =
  | { by: 'page'; what: Named<typeof byPage>; at: number }
  | { by: 'server'; what: Named<typeof byServer> }
  | { by: 'time'; what: Named<typeof byTime> }
  | { by: 'handler'; what: (typeof inHandler)[number]; when: (typeof byHandler)[number] }

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ by: fc.constant('page'), what: byPage, at: fc.nat(9) }) },
  { weight: 6, arbitrary: fc.record({ by: fc.constant('server'), what: byServer }) },
  { weight: 2, arbitrary: fc.record({ by: fc.constant('time'), what: byTime }) },
  {
    weight: 1,
    arbitrary: fc.record({
      by: fc.constant('handler'),
      what: fc.constantFrom(...inHandler),
      when: fc.constantFrom(...byHandler),
    }),
  },
)

/** A reply as the server has it: its words say which reply they are of, and the how manieth. */
interface Reply {
  number: number
  words: string[]
  isOver: boolean
  hasIds: boolean
  canResume: boolean
}

/** A server that keeps each reply, so that it can be fetched again. */
function createReplies(calls: readonly Call[]) {
  const replies: Reply[] = []
  const received = new Map<Call, Reply>()
  const ended = new Set<Call>()

  async function write(call: Call, { number, words, hasIds }: Reply, from: number): Promise<void> {
    for (let at = from; at < words.length && !call.signal.aborted; at += 1) {
      const id = hasIds ? `id: ${number}-${at}\n` : ''
      await call.write(`${id}data: ${JSON.stringify(delta(words[at]!))}\n\n`)
    }
  }

  async function end(call: Call, last = ''): Promise<void> {
    ended.add(call)
    if (last && !call.signal.aborted) await call.write(last)
    await call.end()
  }

  async function open(call: Call, what: string): Promise<void> {
    const [, asked] = /\/replies\/(\d+)/.exec(call.url) ?? []
    const number = replies.length
    const canResume = what !== 'open'
    const fresh = { number, words: [], isOver: false, hasIds: what === 'open with ids', canResume }
    const reply = asked ? replies[Number(asked)]! : fresh
    if (!asked) replies.push(reply)
    received.set(call, reply)
    await call.open({ headers: canResume ? { 'content-location': `/replies/${number}` } : {} })
    const lastId = call.headers.get('last-event-id')
    await write(call, reply, lastId ? Number(lastId.split('-')[1]) + 1 : 0)
    if (reply.isOver) await end(call, 'data: [DONE]\n\n')
  }

  function isOpen(call: Call): boolean {
    return !ended.has(call) && !call.signal.aborted
  }

  async function act(what: Named<typeof byServer>): Promise<void> {
    const call = calls.find(isOpen)
    if (!call) return
    const reply = received.get(call)
    if (!reply) {
      if (what.startsWith('open')) return open(call, what)
      const status = { refuse: 400, 'be busy': 503 }[what as string]
      const isAskedAnew = call.method === 'GET' && !call.headers.has('last-event-id')
      const isNone = what === 'know of no more' && isAskedAnew
      if (status || isNone || what === 'cut') ended.add(call)
      if (status) await call.answer(status, '{"error":"no"}')
      else if (isNone) await call.answer(204, null)
      else if (what === 'cut') await call.cut()
      return
    }
    if (what === 'word') {
      reply.words.push(`${reply.number}.${reply.words.length} `)
      await write(call, reply, reply.words.length - 1)
    } else if (what === 'finish') {
      reply.isOver = true
      await end(call, 'data: [DONE]\n\n')
    } else if (what === 'end') await end(call)
    else if (what === 'fail') await end(call, 'event: error\ndata: {"message":"failed"}\n\n')
    else if (what === 'break') await call.write('data: {"content":\n\n')
    else if (what === 'cut') {
      // What was on its way is lost, and comes when it is asked for again.
      reply.words.push(`${reply.number}.${reply.words.length} `)
      ended.add(call)
      await call.cut()
    } else if (what === 'forget' && reply.hasIds) {
      await call.write('event: gap\ndata: {"type":"gap","reason":"unknown-id"}\n\n')
      await write(call, reply, 0)
    }
  }

  return { replies, act, isOpen }
}

async function live(actions: Action[]): Promise<void> {
  const armed = new Map<string, Action['what']>()
  const handle = (when: string) => () => {
    const what = armed.get(when)
    armed.delete(when)
    if (what) actOnPage(what as (typeof inHandler)[number], 0)
  }
  const { chat, clock, calls } = startChat({
    onFinish: handle('onFinish'),
    onError: handle('onError'),
    onEvent: handle('onEvent'),
  })
  const { replies, act, isOpen } = createReplies(calls)
  const promises: { isSettled: boolean }[] = []
  const leaving: (() => void)[] = []
  const settled = new Map<string, ChatMessage>()
  const resumed = new Set<string | undefined>()
  /** The replies to lists, which are none of the conversation. */
  const apart = new Set<string | undefined>()
  let sent: object[] | undefined
  let count = 0

  function expectWords({ content, status }: ChatMessage): void {
    const words = content.split(' ').slice(0, -1)
    const number = Number.parseInt(words[0] ?? '', 10)
    expect(words).toEqual(words.map((_, at) => `${number}.${at}`))
    const reply = replies[number]
    if (status !== 'complete' || !reply?.canResume) return
    expect([words.length, reply.isOver]).toEqual([reply.words.length, true])
  }

  function look(): void {
    const { messages, reply, status, isLoading, streamingContent } = chat.getSnapshot()
    expect(isLoading).toBe(status === 'submitted' || status === 'streaming')
    expect(streamingContent).toBe(reply?.content ?? '')
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length)
    for (const message of new Set([...messages, reply ?? []].flat())) {
      const isReceived = isLoading && message === reply
      expect(['pending', 'streaming'].includes(message.status)).toBe(isReceived)
      if (message.role === 'assistant') expectWords(message)
      if (isReceived) continue
      const before = settled.get(message.id) ?? message
      if (!resumed.has(message.id)) expect(message).toBe(before)
      expect(message.content.length).toBeGreaterThanOrEqual(before.content.length)
      settled.set(message.id, message)
    }
    if (!isLoading) expect(calls.filter(isOpen)).toEqual([])
    expect(messages.filter(({ id }) => apart.has(id))).toEqual([])
  }

  function track(promise: Promise<unknown>): void {
    const tracked = { isSettled: false }
    promises.push(tracked)
    void promise.catch(() => {}).then(() => (tracked.isSettled = true))
  }

  function actOnPage(what: Named<typeof byPage>, at: number): void {
    const { messages, reply, isLoading } = chat.getSnapshot()
    const history = messages.filter(
      ({ role, content, status }) => role !== 'assistant' || (content && status !== 'error'),
    )
    const text = `Question ${(count += 1)}`
    // Handlers may act in between.
    const isPlain = armed.size === 0
    function expectMessages(expected: readonly ChatMessage[]): void {
      if (isPlain) expect(chat.getSnapshot().messages).toEqual(expected)
    }
    if (what === 'send') {
      if (!isLoading) sent = [...history, { role: 'user', content: text }]
      track(chat.sendMessage(text))
      if (isLoading) expectMessages(messages)
    } else if (what === 'send a list') {
      if (!isLoading) sent = [{ role: 'user', content: text }]
      track(chat.sendMessage([{ role: 'user', content: text }]))
      if (!isLoading && isPlain) apart.add(chat.getSnapshot().reply?.id)
      expectMessages(messages)
    } else if (what === 'request a reply') {
      if (!isLoading) sent = history
      track(chat.requestReply())
    } else if (what === 'resume') {
      resumed.add(messages.at(-1)?.id).add(reply?.id)
      track(chat.resume())
    } else if (what === 'regenerate') track(chat.regenerate())
    else if (what === 'stop') chat.stop()
    else if (what === 'clear') chat.clear()
    else if (what === 'remove') chat.removeMessage(messages[at % messages.length]?.id ?? '')
    else if (what === 'drop the last') {
      chat.setMessages((all) => all.slice(0, -1))
      expectMessages(messages.slice(0, -1))
    } else if (what === 'add one') chat.setMessages([...messages, { role: 'user', content: text }])
    else if (what === 'come') leaving.push(chat.retain(at % 2 === 0))
    else leaving.pop()?.()
  }

  chat.subscribe(look)
  chat.subscribe(handle('listener'))
  for (const each of actions) {
    const { length } = calls
    sent = undefined
    if (each.by === 'page') actOnPage(each.what, each.at)
    else if (each.by === 'server') await act(each.what)
    else if (each.by === 'handler') armed.set(each.when, each.what)
    else if (each.what === 'frame') clock.nextFrame()
    else await clock.advance(each.what === 'second' ? 1_000 : 60_000)
    await settle()
    if (sent && calls.length > length) {
      const fields = (sent as ChatMessage[]).map(({ role, content }) => ({ role, content }))
      expect(calls[length]!.body).toEqual({ messages: fields })
    }
    look()
    if (!chat.getSnapshot().isLoading) expect(promises.filter((p) => !p.isSettled)).toEqual([])
  }
  armed.clear()
  chat.stop()
  for (const leave of leaving) leave()
  await clock.advance(0)
  look()
  expect(promises.filter(({ isSettled }) => !isSettled)).toEqual([])
  expect(clock.waiting).toBe(0)
}

test('whatever happens, in any order', async () => {
  const actions = fc.array(action, { maxLength: 60, size: 'max' })
  await fc.assert(fc.asyncProperty(actions, live), { numRuns: 150 })
})
