/** Any schedule of components that come, go, hide and suspend, over conversations of three kinds. */
import * as fc from 'fast-check'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import { useStreamChat, type UseStreamChatResult } from '../../src/hooks/use-stream-chat.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Chat, ChatSnapshot } from '../../src/stores/chat/chat-types.js'
import { installTestClock } from '../../src/testing/clock.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { createStreamServer } from '../../src/testing/stream-server.js'
import {
  createPage,
  End,
  how,
  testSchedules,
  visible,
  type How,
  type Place,
  type Time,
  wait,
} from './schedules-page.js'

type Action = 'sendMessage' | 'stop' | 'regenerate' | 'resume' | 'clear'

interface Slot extends Place {
  version: number
  /** The component makes its chat itself, is given one, or names one of the page's by an id. */
  kind: 'own' | 'given' | 'p' | 'q'
  action?: { name: Action } | undefined
}

interface Life {
  slot: Slot
  isMounted: boolean
  shown?: UseStreamChatResult
  status?: string
}

interface Reply {
  count: number
  isDone: boolean
}

let runs = 0

function createSite(isStrict: boolean) {
  const clock = installTestClock()
  const run = (runs += 1)
  const faults: string[] = []
  const lives = new Map<object, Life>()
  const chats = new Map<number, Chat>()
  const known = new Map<Chat, string>()
  /** Those in which something was begun while no component used them. */
  const pinned = new Set<Chat>()
  const replies: Reply[] = []
  const unsettled = new Set<Chat[]>()
  let isHealthy = false
  const server = createStreamServer({ handler: (exchange) => void (isHealthy && serve(exchange)) })
  const given = createChat({ fetch: server.fetch, headers: { chat: `given ${run}` } })
  watch(given, `given ${run}`)

  function fault(...words: unknown[]): void {
    faults.push(
      words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '),
    )
  }

  const live = (): Exchange[] =>
    server.exchanges.filter(({ state }) => state === 'waiting' || state === 'open')
  const nameOf = ({ request }: Exchange): string => request.headers.get('chat')!
  const replyOf = new Map<Exchange, number>()

  /** A reply that can be resumed says where. */
  function serve(exchange: Exchange, isResumable = true): void {
    const path = new URL(exchange.request.url, 'http://x').pathname
    let number = Number(path.slice('/reply/'.length))
    if (exchange.request.method === 'POST') number = replies.push({ count: 0, isDone: false }) - 1
    replyOf.set(exchange, number)
    exchange.open(isResumable ? { headers: { 'content-location': `/reply/${number}` } } : {})
    const { count, isDone } = replies[number]!
    for (let id = Number(exchange.request.lastEventId) + 1; id <= count; id += 1) say(exchange, id)
    if (isDone) finish(exchange)
  }

  function say(exchange: Exchange, id: number): void {
    exchange.send({ content: `${id} ` }, { id: `${id}` })
  }

  function finish(exchange: Exchange): void {
    exchange.send('[DONE]')
    exchange.end()
  }

  function answer(exchange: Exchange, isLast: boolean): void {
    if (exchange.state !== 'open') return
    const reply = replies[replyOf.get(exchange)!]!
    if (reply.isDone) return
    if (isLast) {
      reply.isDone = true
      finish(exchange)
    } else say(exchange, (reply.count += 1))
  }

  /** A message that has settled stays the same object, and its text is what was sent, in order. */
  function watch(chat: Chat, name: string): void {
    known.set(chat, name)
    const settled = new Map<string, object>()
    const look = (): void => {
      const { messages, reply } = chat.getSnapshot()
      if (reply?.status === 'streaming' && !chat.getSnapshot().isLoading)
        fault('streams, not loading')
      // One with an id goes on, whoever shows it.
      if (/^[pq]/.test(name) && reply?.error?.code === 'aborted') fault('cut by a component', name)
      for (const message of messages) {
        const before = settled.get(message.id)
        if (before && before !== message) fault('another object', message)
        if (message.status === 'complete' || message.status === 'stopped')
          settled.set(message.id, message)
        if (message.role !== 'assistant') continue
        const words = message.content.split(' ').slice(0, -1)
        if (words.some((word, index) => Number(word) !== index + 1))
          fault('lost or doubled', message)
      }
    }
    chat.subscribe(look)
  }

  function call(chat: Chat, name: Action): void {
    const isUsed = [...lives.values()].some(
      ({ isMounted, shown }) => isMounted && shown?.chat === chat,
    )
    if (name === 'stop' || name === 'clear') return chat[name]()
    if (!isUsed) pinned.add(chat)
    const entry = [chat]
    unsettled.add(entry)
    const done = (): void => void unsettled.delete(entry)
    void (name === 'sendMessage' ? chat.sendMessage('Hello') : chat[name]()).then(done, done)
  }

  function View({ slot }: { slot: Slot }): ReactNode {
    const [instance] = useState({})
    const { kind, who } = slot
    const name = kind === 'own' ? `own ${who}` : `${kind} ${run}`
    const options = {
      url: '/chat',
      fetch: server.fetch,
      headers: { chat: name },
      onFinish: () => hear(slot),
      onError: () => hear(slot),
      ...(kind !== 'own' && { id: name }),
    }
    const source = kind === 'given' ? given : options
    const shown = useStreamChat(source)
    const status = useStreamChat(shown.chat, (snapshot: ChatSnapshot) => snapshot.status)

    function hear({ version }: Slot): void {
      if (kind !== 'own') return
      const life = lives.get(instance)
      if (life && life.slot.kind === 'own' && life.slot.version !== version)
        fault('old handler', slot)
    }

    useInsertionEffect(() => {
      const life = lives.get(instance)
      lives.set(instance, { isMounted: false, ...life, slot })
    })
    useInsertionEffect(() => () => void lives.delete(instance), [instance])
    useEffect(() => {
      const life = lives.get(instance)
      if (life) life.isMounted = true
      return () => {
        const left = lives.get(instance)
        if (left) left.isMounted = false
      }
    }, [instance])
    useLayoutEffect(() => {
      const life = lives.get(instance)!
      const { chat } = shown
      if (!known.has(chat)) watch(chat, name)
      if (known.get(chat) !== name) fault('another chat', name)
      for (const action of ['sendMessage', 'stop', 'regenerate', 'resume', 'clear'] as const) {
        if (shown[action] !== chat[action]) fault('other actions', slot)
      }
      Object.assign(life, { shown, status })
      chats.set(who, chat)
    })
    const { action } = slot
    const { chat } = shown
    useLayoutEffect(() => {
      if (action) call(chat, action.name)
    }, [chat, action])
    if (slot.isBroken) throw new Error('broken')
    return <End place={slot} />
  }

  const page = createPage(View, isStrict)

  async function rest(): Promise<void> {
    isHealthy = true
    for (const exchange of live()) if (exchange.state === 'waiting') serve(exchange)
    await clock.advance(70_000)
    isHealthy = false
  }

  function checkConnections(): void {
    const names = live().map(nameOf)
    if (new Set(names).size < names.length) fault('two connections', names)
  }

  function checkAtRest(slots: readonly Slot[]): void {
    checkConnections()
    const open = new Set(live().map(nameOf))
    const used = new Set<Chat>()
    for (const { slot, isMounted, shown, status } of lives.values()) {
      if (!isMounted || !shown) continue
      used.add(shown.chat)
      // What is suspended may not have been committed yet.
      const { isSuspended, isSiblingSuspended } = slots.find(({ who }) => who === slot.who)!
      if (isSuspended || isSiblingSuspended) continue
      const now = shown.chat.getSnapshot()
      for (const [field, value] of Object.entries(now)) {
        if (shown[field as keyof ChatSnapshot] !== value) fault('shows old', field, slot)
      }
      if (status !== now.status) fault('selected old', slot)
    }
    for (const [chat, name] of known) {
      const { isLoading } = chat.getSnapshot()
      const isOpen = open.has(name)
      const isKept = name.startsWith('own') ? used.has(chat) || pinned.has(chat) : true
      const told = { name, isOpen, isLoading, isUsed: used.has(chat) }
      const others = [...known].filter((each) => each[1] === name).length > 1
      if (others) continue
      if (isOpen && !isLoading) fault('open for nothing', told)
      if (isOpen && !isKept) fault('open after it left', told)
      if (isLoading && !isOpen && used.has(chat)) fault('loading for nothing', told)
    }
    for (const [chat] of unsettled) {
      if (!chat!.getSnapshot().isLoading) fault('never settles')
    }
  }

  return {
    clock,
    faults,
    chats,
    given,
    page,
    live,
    serve,
    answer,
    call,
    rest,
    checkConnections,
    checkAtRest,
    async leave() {
      page.unmount()
      await clock.advance(70_000)
      lives.clear()
      checkAtRest([])
      for (const chat of known.keys()) chat.stop()
      await clock.advance(70_000)
      if (live().length > 0) fault('open at the end', live().map(nameOf))
      if (clock.waiting > 0) fault('timers at the end', clock.waiting)
      clock.restore()
    },
  }
}

const which = fc.nat(2)
const action = fc.constantFrom<Action[]>(
  'sendMessage',
  'sendMessage',
  'stop',
  'regenerate',
  'resume',
  'clear',
)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('come', 'go' as const), which, how }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      which,
      how,
      what: fc.constantFrom(
        'kind',
        'version',
        'isHidden',
        'isSuspended',
        'isSiblingSuspended',
        'isBroken',
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('act' as const), which, how, action }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), which, action }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'serve',
        'serve once',
        'say',
        'say',
        'finish',
        'cut',
        'end',
        'refuse',
        'fail' as const,
      ),
      which,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      time: fc.constantFrom<Time[]>('a turn', 0, 16, 600),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rest' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

const nextKind = { own: 'given', given: 'p', p: 'q', q: 'own' } as const

async function play(steps: readonly Step[], isStrict: boolean): Promise<string[]> {
  const site = createSite(isStrict)
  let slots: readonly Slot[] = []
  let made = 0
  let version = 0

  function render(next: readonly Slot[], how: How): void {
    if (how !== 'abandoned') slots = next
    site.page.draw(next, how)
  }
  const replaced = (slot: Slot, changed: Partial<Slot>): Slot[] =>
    slots.map((each) =>
      each === slot ? { ...slot, action: undefined, version: (version += 1), ...changed } : each,
    )

  for (const step of steps) {
    const number = 'which' in step ? step.which : 0
    const slot = slots[number % (slots.length || 1)]
    const exchanges = site.live()
    const exchange = exchanges[number % (exchanges.length || 1)]
    switch (step.do) {
      case 'come': {
        if (slots.length > 2) break
        const kind = (['own', 'given', 'p'] as const)[number]!
        render(
          [...slots, { ...visible, who: (made += 1), version: (version += 1), kind }],
          step.how,
        )
        break
      }
      case 'go':
        if (slot)
          render(
            slots.filter((each) => each !== slot),
            step.how,
          )
        break
      case 'change': {
        if (!slot) break
        const { what } = step
        if (what === 'kind') render(replaced(slot, { kind: nextKind[slot.kind] }), step.how)
        else if (what === 'version') render(replaced(slot, {}), step.how)
        else render(replaced(slot, { [what]: !slot[what] }), step.how)
        break
      }
      case 'act':
        if (slot) render(replaced(slot, { action: { name: step.action } }), step.how)
        break
      case 'call': {
        const chat = site.chats.get(number + Math.max(1, made - 2)) ?? site.given
        site.call(chat, step.action)
        break
      }
      case 'serve':
      case 'serve once':
        if (exchange?.state === 'waiting') site.serve(exchange, step.do === 'serve')
        break
      case 'say':
      case 'finish':
        if (exchange) site.answer(exchange, step.do === 'finish')
        break
      case 'cut':
      case 'end':
        exchange?.[step.do]()
        break
      case 'refuse':
      case 'fail':
        if (exchange?.state === 'waiting') exchange.respond(step.do === 'refuse' ? 503 : 404)
        break
      case 'wait':
        await wait(site.clock, step.time)
        if (step.time !== 'a turn') site.checkConnections()
        break
      default:
        render(slots, 'later')
        await site.rest()
        site.checkAtRest(slots)
    }
  }
  render(slots, 'later')
  await site.rest()
  site.checkAtRest(slots)
  await site.leave()
  return site.faults
}

/** The tests of a file. */
export function testStreamChatSchedules(numRuns: number): void {
  testSchedules('no word is lost, and no reply left open', step, play, numRuns)
}
