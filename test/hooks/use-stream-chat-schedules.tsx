/** Any schedule of components that come, go, hide and suspend, over conversations of three kinds. */
import * as fc from 'fast-check'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import { useStreamChat, type UseStreamChatResult } from '../../src/hooks/use-stream-chat.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Chat, ChatOptions, ChatSnapshot } from '../../src/stores/chat/chat-types.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { createPage, End, isPending, type Place } from './schedules-page.js'
import { createGround, how, testSchedules, which, type Site } from './schedules.js'
import { listeningFetch } from './schedules-wire.js'
import { createChatServer } from './use-stream-chat-schedules-server.js'
import { actions, methods, perform, type Action } from './use-stream-chat-schedules-actions.js'
import { createChatModel, type ChatModel } from './use-stream-chat-schedules-model.js'
import { seen } from './use-stream-chat-schedules-seen.js'
import type { Outcome } from './use-stream-chat-schedules-turn.js'

interface Slot extends Place {
  /** The component makes its chat itself, is given one, or names one of the page's by an id. */
  kind: 'own' | 'given' | 'p' | 'q'
  action?: { name: Action; number: number } | undefined
}

/** A component as it was last committed. */
interface Life {
  slot: Slot
  shown?: UseStreamChatResult
  status?: string
  isMounted: boolean
  /** The chat that it gave handlers last, and their version. */
  given?: { model: ChatModel; version: number } | undefined
}

/** A chat beside its model. */
interface Pair {
  chat: Chat
  model: ChatModel
  /** What its handlers have heard. */
  log: string[]
  sendsAgain: string[]
  calls: { name: string; expected: Outcome; came: Outcome }[]
}

let runs = 0

function createSite(isStrict: boolean): Site<Slot, Step> {
  const { serve, answer } = createChatServer()
  const ground = createGround(serve)
  const { server, fault, live } = ground
  const run = (runs += 1)
  const lives = new Map<object, Life>()
  const pairs = new Map<Chat, Pair>()
  const byName = new Map<string, Pair>()
  /** By component, the chat it had last, also when it has left. */
  const chats = new Map<number, Chat>()
  let said = 0
  let instances = 0
  const given = createChat(optionsOf('given', 0))
  pairOf(given, 'given').model.configure(0, true)

  function optionsOf(name: string, version: number, isTerse = false): ChatOptions {
    const hear = (line: string): void => {
      const { model, log } = byName.get(name)!
      if (model.handlers === undefined) return
      log.push(line)
      if (model.handlers !== version) fault('heard by old handlers', name, version, model.handlers)
    }
    const tell = (word: string, messages: ChatSnapshot['messages']): void =>
      hear(`${word} ${seen({ messages } as ChatSnapshot).messages[0]}`)
    const fetch = listeningFetch(server, (exchange) =>
      byName.get(name)!.model.ask(exchange, version),
    )
    const handlers: ChatOptions = {
      onEvent: ({ data }) => hear(`event ${data}`),
      onError: ({ code }) => hear(`error ${code}`),
      cancelRequest: (reply) => tell('cancel', [reply]),
      onFinish(reply) {
        tell('finish', [reply])
        const { chat, model, sendsAgain } = byName.get(name)!
        const again = typeof model.handlers === 'number' && sendsAgain.pop()
        if (again) void chat.sendMessage(again).catch(() => {})
      },
    }
    return { url: '/chat', fetch, ...(!isTerse && handlers) }
  }

  function pairOf(chat: Chat, name: string): Pair {
    let pair = pairs.get(chat)
    if (!pair) {
      const model = createChatModel(/^[pq]/.test(name), fault)
      pair = { chat, model, log: [], sendsAgain: [], calls: [] }
      pairs.set(chat, pair)
      keepSettled(chat)
    }
    const { chat: named = chat } = (/^[pq]/.test(name) && byName.get(name)) || {}
    if (named !== chat) fault('another chat', name)
    byName.set(name, pair)
    return pair
  }

  /** A message that has settled stays the same object. */
  function keepSettled(chat: Chat): void {
    const settled = new Map<string, object>()
    chat.subscribe(() => {
      for (const message of chat.getSnapshot().messages) {
        const before = settled.get(message.id)
        if (before && before !== message) fault('another object', message)
        if (message.status === 'complete' || message.status === 'stopped') {
          settled.set(message.id, message)
        }
      }
    })
  }

  function call({ chat, model, calls }: Pair, name: Action, number: number): void {
    const text = `Hello ${(said += 1)}`
    const expected = model.act(name, number, text)
    const promise = perform(chat, name, number, text)
    if (!expected || !promise) return
    const came: Outcome = {}
    calls.push({ name, expected, came })
    promise.then(
      (value) => (came.value = value),
      ({ code }: { code: string }) => (came.value = `!${code}`),
    )
  }

  function View({ slot }: { slot: Slot }): ReactNode {
    const [instance] = useState(() => ({ number: (instances += 1) }))
    const { kind, who, version } = slot
    const isOwn = kind === 'own'
    const isGiven = kind === 'given'
    const name = isOwn ? `own ${instance.number}.${version}` : isGiven ? kind : `${kind} ${run}`
    const isTerse = version % 3 === 0
    const options = { ...optionsOf(name, version, isTerse), ...(!isOwn && { id: name }) }
    const shown = useStreamChat(isGiven ? given : options)
    const { chat } = shown
    const status = useStreamChat(chat, (snapshot: ChatSnapshot) => snapshot.status)
    useInsertionEffect(() => {
      const life = lives.get(instance)
      const { model } = pairOf(chat, name)
      const before = life?.given?.model === model ? life.given.version : undefined
      if (!isGiven) model.configure(version, !isTerse, before)
      const handlers = isGiven || isTerse ? undefined : { model, version }
      lives.set(instance, { isMounted: false, ...life, slot, given: handlers })
    })
    useInsertionEffect(() => () => void lives.delete(instance), [instance])
    useEffect(() => {
      const life = lives.get(instance)
      const { model } = pairs.get(chat)!
      if (life) life.isMounted = true
      model.retain(!isGiven)
      return () => {
        model.leave()
        const left = lives.get(instance)
        if (left) left.isMounted = false
      }
    }, [instance, chat, isGiven])
    useLayoutEffect(() => {
      for (const name of methods) if (shown[name] !== chat[name]) fault('other actions', slot)
      Object.assign(lives.get(instance)!, { shown, status })
      chats.set(who, chat)
    })
    const { action } = slot
    useLayoutEffect(() => {
      if (action) call(pairs.get(chat)!, action.name, action.number)
    }, [chat, action])
    if (slot.isBroken) throw new Error('broken')
    return <End place={slot} />
  }

  function check(passed: 'a turn' | number | undefined): void {
    const current = new Set<Exchange | undefined>()
    for (const { chat, model, log, calls } of pairs.values()) {
      const { turn, published } = model
      current.add(turn?.exchange)
      const told = JSON.stringify([seen(chat.getSnapshot()), log])
      const expected = JSON.stringify([published.seen, model.log])
      if (told !== expected) fault('expected', expected, 'and not', told)
      if (turn?.exchange?.state === 'left') fault('it left', turn.exchange.request.url)
      log.length = model.log.length = 0
      if (passed === undefined) continue
      if (turn && turn.dueAt! <= ground.clock.now()) fault('not asked')
      for (const { name, expected, came } of calls) {
        if (expected.value !== came.value) fault(name, expected, 'and not', came)
      }
    }
    for (const exchange of live()) {
      if (!current.has(exchange)) fault('open for nothing', exchange.request.url)
    }
  }

  return {
    ground,
    page: createPage(View, isStrict),
    newcomer: (number) => ({ kind: (['own', 'given', 'p'] as const)[number]! }),
    take(step, slot) {
      if (step.do === 'kind') return slot && { kind: nextKind[slot.kind] }
      if (step.do === 'act') return { action: { name: step.action, number: step.which } }
      const all = [given, ...chats.values()]
      const pair = pairs.get(all[all.length - 1 - (step.which % all.length)]!)!
      if (step.do === 'call') call(pair, step.action, step.number)
      else if (step.do === 'send again') {
        const text = `Hello again ${(said += 1)}`
        pair.model.sendsAgain.push(text)
        pair.sendsAgain.push(text)
      } else if (step.do === 'say' || step.do === 'finish') {
        answer(ground.liveOne('open', step.which), step.do === 'finish')
      } else {
        const exchange = ground.liveOne('waiting', step.which)
        if (exchange) serve(exchange, step.do !== 'serve once', false)
      }
      return undefined
    },
    check,
    checkAtRest(slots) {
      for (const { slot, isMounted, shown, status } of lives.values()) {
        if (!isMounted || !shown) continue
        const drawn = slots.find(({ who }) => who === slot.who)!
        if (isPending(drawn, slots)) continue
        const now = shown.chat.getSnapshot()
        for (const [field, value] of Object.entries(now)) {
          if (shown[field as keyof ChatSnapshot] !== value) fault('shows old', field, slot)
        }
        if (status !== now.status) fault('selected old', slot)
      }
    },
    async leave() {
      for (const pair of pairs.values()) {
        pair.sendsAgain.length = pair.model.sendsAgain.length = 0
        call(pair, 'stop', 0)
      }
      await ground.clock.advance(0)
      check(0)
    },
  }
}

const nextKind = { own: 'given', given: 'p', p: 'q', q: 'own' } as const
const action = fc.constantFrom<Action[]>(
  'sendMessage',
  'sendMessage',
  'sendMessage',
  'regenerate',
  'resume',
  'resume',
  'sendList',
  ...actions,
)
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kind' as const), which, how }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('act' as const), which, how, action }) },
  {
    weight: 7,
    arbitrary: fc.record({ do: fc.constant('call' as const), which, action, number: fc.nat(3) }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'say',
        'say',
        'say',
        'finish',
        'serve once',
        'serve without ids',
        'send again' as const,
      ),
      which,
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

/** The tests of a file. */
export function testStreamChatSchedules(numRuns: number): void {
  testSchedules('chats do what their model says', step, createSite, numRuns)
}
