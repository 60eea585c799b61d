/** Any schedule of components that come, go, hide, suspend and change what they ask for. */
import * as fc from 'fast-check'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import type { StreamEvent } from '../../src/formats/types.js'
import { useEventSource, type UseEventSourceResult } from '../../src/hooks/use-event-source.js'
import { installTestClock } from '../../src/testing/clock.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { createStreamServer } from '../../src/testing/stream-server.js'
import {
  testSchedules,
  createPage,
  End,
  how,
  visible,
  type How,
  type Place,
  type Time,
  wait,
} from './schedules-page.js'

type Action = 'open' | 'close'

/** What a component is given. */
interface Slot extends Place {
  version: number
  url: string | null
  streamKey: string
  enabled: boolean
  /** Called in a layout effect, once. */
  action?: { name: Action } | undefined
}

/** A component as it was last committed, and what its stream has done since it began. */
interface Life {
  slot: Slot
  instance: object
  /** Its effects are there: it is neither hidden nor gone. */
  isMounted: boolean
  heard: number[]
  /** Somebody has closed it, or its server. */
  mayBeOver: boolean
  /** It was opened by hand. */
  mayBeOpen: boolean
  /** It was, and nothing has happened since by which it would close. */
  mustBeOpen?: boolean
  shown?: Shown
}
type Shown = UseEventSourceResult<readonly number[]>

function streamOf({ who, url, streamKey }: Slot): string {
  return `${who}${url}?${streamKey}`
}

function createSite(isStrict: boolean) {
  const clock = installTestClock()
  const faults: string[] = []
  const lives = new Map<number, Life>()
  const logs: Record<string, number> = { '/a': 0, '/b': 0 }
  const nextAction = new Map<number, Action>()
  const actions = new Map<number, Pick<Shown, Action>>()
  let isHealthy = false
  const server = createStreamServer({ handler: (exchange) => void (isHealthy && serve(exchange)) })

  function fault(...words: unknown[]): void {
    faults.push(
      words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '),
    )
  }

  const path = ({ request }: Exchange): string => new URL(request.url, 'http://x').pathname
  const live = (): Exchange[] =>
    server.exchanges.filter(({ state }) => state === 'waiting' || state === 'open')

  function serve(exchange: Exchange): void {
    const url = path(exchange)
    exchange.open()
    for (let id = Number(exchange.request.lastEventId) + 1; id <= logs[url]!; id += 1) {
      exchange.send(`${id}`, { id: `${id}` })
    }
  }

  function emit(url: string): void {
    const id = `${(logs[url]! += 1)}`
    for (const exchange of live()) {
      if (exchange.state === 'open' && path(exchange) === url) exchange.send(id, { id })
    }
  }

  function call(who: number, action: Action): void {
    const life = lives.get(who)
    const actor = actions.get(who)
    if (!actor) return
    if (life) {
      life.mayBeOver = action === 'close'
      life.mayBeOpen = action === 'open' && life.slot.url !== null
      life.mustBeOpen = action === 'open' && life.isMounted && life.slot.url !== null
    }
    actor[action]()
  }

  function hear(slot: Slot, { data }: StreamEvent): void {
    const life = lives.get(slot.who)
    if (!life || !(life.isMounted || life.mayBeOpen))
      return fault('heard after it left', slot, data)
    if (streamOf(life.slot) !== streamOf(slot)) return // of the stream before, which is about to close
    if (life.slot.version !== slot.version) fault('heard by an old handler', slot, life.slot, data)
    life.heard.push(Number(data))
    if (life.heard.length !== Number(data)) fault('lost or doubled', slot, life.heard)
    const action = nextAction.get(slot.who)
    nextAction.delete(slot.who)
    if (action) call(slot.who, action)
  }

  function View({ slot }: { slot: Slot }): ReactNode {
    const [instance] = useState({})
    const { who, url, streamKey, enabled } = slot
    const stream = streamOf(slot)
    // Before the effect of the hook, which may tell what the component has missed.
    useEffect(() => {
      const life = lives.get(who)
      if (life) life.isMounted = true
      return () => {
        const life = lives.get(who)
        if (life?.instance === instance) life.isMounted = life.mustBeOpen = false
      }
    }, [who, instance])
    const shown = useEventSource(url, {
      key: streamKey,
      enabled,
      fetch: server.fetch,
      headers: { stream },
      initial: [] as readonly number[],
      reduce: (ids, { data }) => [...ids, Number(data)],
      onEvent: (event) => hear(slot, event),
      onClose() {
        const life = lives.get(who)
        if (life?.slot.version !== slot.version && life && streamOf(life.slot) === streamOf(slot))
          fault('closed by an old handler', slot, life?.slot)
      },
      onError(error) {
        const life = lives.get(who)
        if (life && !error.retryable) {
          life.mayBeOver = true
          life.mustBeOpen = false
        }
      },
    })
    useInsertionEffect(() => {
      const known = lives.get(who)
      if (known?.instance !== instance || streamOf(known.slot) !== streamOf(slot)) {
        const isMounted = known?.instance === instance && known.isMounted
        lives.set(who, { slot, instance, isMounted, heard: [], mayBeOver: false, mayBeOpen: false })
        return
      }
      if (known.slot.enabled !== enabled) {
        known.mayBeOver = known.mayBeOpen = known.mustBeOpen = false
      }
      known.slot = slot
    })
    useInsertionEffect(() => {
      return () => void (lives.get(who)?.instance === instance && lives.delete(who))
    }, [who, instance])
    // What is opened in a layout effect, before the effect that closes it, is closed.
    useEffect(() => {
      const life = lives.get(who)
      if (life && !enabled && streamOf(life.slot) === stream) life.mustBeOpen = false
    }, [who, enabled, stream])
    useLayoutEffect(() => {
      const { open, close } = shown
      const known = actions.get(who)
      const life = lives.get(who)!
      if (life.shown && (known?.open !== open || known.close !== close))
        fault('other actions', slot)
      actions.set(who, { open, close })
      life.shown = shown
    })
    const { action } = slot
    useLayoutEffect(() => {
      if (action) call(who, action.name)
    }, [who, action])
    if (slot.isBroken) throw new Error('broken')
    return <End place={slot} />
  }

  const page = createPage(View, isStrict)

  /** All that can happen by itself has happened, and the server has answered. */
  async function rest(): Promise<void> {
    isHealthy = true
    for (const exchange of live()) if (exchange.state === 'waiting') serve(exchange)
    await clock.advance(70_000)
    isHealthy = false
  }

  function checkConnections(): void {
    const streams = live().map(({ request }) => request.headers.get('stream'))
    if (new Set(streams).size < streams.length) fault('two connections', streams)
  }

  function checkAtRest(slots: readonly Slot[]): void {
    const open = live().map(({ request }) => request.headers.get('stream')!)
    for (const slot of slots) {
      const life = lives.get(slot.who)
      if (slot.isBroken || slot.isSuspended || slot.isSiblingSuspended) continue
      if (!life?.shown) {
        if (!slot.isHidden) fault('not shown', slot)
        continue
      }
      const { status, data } = life.shown
      const isOpen = open.includes(streamOf(slot))
      const isWanted = slot.enabled && slot.url !== null && !slot.isHidden
      const told = { slot, status, isOpen, isWanted, heard: life.heard, data }
      if ((life.mustBeOpen || (isWanted && !life.mayBeOver)) && status !== 'open')
        fault('not open', told)
      if (!isWanted && !life.mayBeOpen && isOpen) fault('open, not wanted', told)
      if (slot.isHidden) continue
      if (!isWanted && !life.mayBeOpen && status !== 'idle' && !life.mayBeOver)
        fault('not idle', told)
      if (isOpen !== (status === 'open')) fault('shows what is not so', told)
      if (String(data) !== String(life.heard)) fault('shows old data', told)
      if (isOpen && data.length !== logs[slot.url!]) fault('behind', told)
    }
    // What is suspended has not been committed: the stream before goes on.
    const known = new Set(slots.map((slot) => streamOf(lives.get(slot.who)?.slot ?? slot)))
    for (const stream of open) if (!known.has(stream)) fault('open after it left', stream)
  }

  return {
    clock,
    faults,
    logs,
    emit,
    live,
    serve,
    call,
    nextAction,
    draw: page.draw,
    rest,
    checkConnections,
    checkAtRest,
    async leave() {
      page.unmount()
      await clock.advance(70_000)
      if (live().length > 0) fault('open at the end', live().length)
      if (clock.waiting > 0) fault('timers at the end', clock.waiting)
      clock.restore()
    },
  }
}

const which = fc.nat(2)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('come', 'go' as const), which, how }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      which,
      how,
      what: fc.constantFrom(
        'url',
        'streamKey',
        'enabled',
        'version',
        'isHidden',
        'isSuspended',
        'isSiblingSuspended',
        'isBroken',
        'open',
        'close',
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('open', 'close', 'open in a handler', 'close in a handler' as const),
      which,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'emit',
        'emit',
        'serve',
        'serve',
        'cut',
        'end',
        'refuse',
        'fail' as const,
      ),
      which,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      time: fc.constantFrom<Time[]>('a turn', 0, 16, 1_100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rest' as const) }) },
)

const nextUrl = (url: string | null): string | null =>
  url === '/a' ? '/b' : url === '/b' ? null : '/a'

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

async function play(steps: readonly Step[], isStrict: boolean): Promise<string[]> {
  const site = createSite(isStrict)
  let slots: readonly Slot[] = []
  let made = 0
  let version = 0

  function render(next: readonly Slot[], how: How): void {
    if (how !== 'abandoned') slots = next
    site.draw(next, how)
  }

  for (const step of steps) {
    const number = 'which' in step ? step.which : 0
    const slot = slots[number % (slots.length || 1)]
    const exchanges = site.live()
    const exchange = exchanges[number % (exchanges.length || 1)]
    switch (step.do) {
      case 'come':
        if (slots.length > 2) break
        render(
          [
            ...slots,
            {
              ...visible,
              who: (made += 1),
              version: (version += 1),
              url: '/a',
              streamKey: 'x',
              enabled: true,
            },
          ],
          step.how,
        )
        break
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
        const changed: Slot = { ...slot, version: (version += 1), action: undefined }
        if (what === 'url') changed.url = nextUrl(slot.url)
        else if (what === 'streamKey') changed.streamKey = slot.streamKey === 'x' ? 'y' : 'x'
        else if (what === 'open' || what === 'close') changed.action = { name: what }
        else if (what !== 'version') changed[what] = !slot[what]
        render(
          slots.map((each) => (each === slot ? changed : each)),
          step.how,
        )
        break
      }
      case 'open':
      case 'close':
        site.call(number + Math.max(0, made - 3), step.do)
        break
      case 'open in a handler':
      case 'close in a handler':
        if (slot) site.nextAction.set(slot.who, step.do.startsWith('open') ? 'open' : 'close')
        break
      case 'emit':
        site.emit(number === 0 ? '/b' : '/a')
        break
      case 'serve':
        if (exchange?.state === 'waiting') site.serve(exchange)
        break
      case 'cut':
        exchange?.cut()
        break
      case 'end':
        exchange?.end()
        break
      case 'refuse':
      case 'fail':
        if (exchange?.state === 'waiting') exchange.respond(step.do === 'refuse' ? 503 : 404)
        break
      case 'wait':
        await wait(site.clock, step.time)
        if (step.time !== 'a turn') site.checkConnections()
        break
      case 'rest':
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
export function testEventSourceSchedules(numRuns: number): void {
  testSchedules('no event is lost, and no connection left open', step, play, numRuns)
}
