/** Any schedule of components that come, go, hide, suspend and change what they ask for. */
import * as fc from 'fast-check'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import type { StreamEvent } from '../../src/formats/types.js'
import { useEventSource, type UseEventSourceResult } from '../../src/hooks/use-event-source.js'
import { createLogs, nextUrl } from './schedules-events.js'
import { createPage, End, isPending, type Place } from './schedules-page.js'
import { createGround, how, testSchedules, which, type Site } from './schedules.js'

type Action = 'open' | 'close'

/** What a component is given. */
interface Slot extends Place {
  url: string | null
  streamKey: string
  enabled: boolean
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

function createSite(isStrict: boolean): Site<Slot, Step> {
  const { logs, serve, emit } = createLogs()
  const ground = createGround(serve)
  const { server, fault, live } = ground
  const lives = new Map<number, Life>()
  const nextAction = new Map<number, Action>()
  const actions = new Map<number, Pick<Shown, Action>>()

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
        known.mayBeOpen = known.mustBeOpen = false
        // A hidden component has no effects, which would see that it was disabled for a while.
        if (known.isMounted) known.mayBeOver = false
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

  function checkConnections(): void {
    const streams = live().map(({ request }) => request.headers.get('stream'))
    if (new Set(streams).size < streams.length) fault('two connections', streams)
  }

  function checkAtRest(slots: readonly Slot[]): void {
    const open = live().map(({ request }) => request.headers.get('stream')!)
    for (const slot of slots) {
      const life = lives.get(slot.who)
      if (slot.isBroken || isPending(slot, slots)) continue
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
    if (isPending(undefined, slots)) return
    for (const stream of open) if (!known.has(stream)) fault('open after it left', stream)
  }

  return {
    ground,
    page: createPage(View, isStrict),
    newcomer: () => ({ url: '/a', streamKey: 'x', enabled: true }),
    take(step, slot) {
      if (step.do === 'give') {
        if (!slot) return
        if (step.what === 'url') return { url: nextUrl(slot.url) }
        if (step.what === 'streamKey') {
          return { streamKey: slot.streamKey === 'x' ? 'y' : 'x' }
        }
        if (step.what === 'enabled') return { enabled: !slot.enabled }
        return { action: { name: step.what } }
      }
      if (step.do === 'emit') emit(step.which === 0 ? '/b' : '/a', live())
      else if (step.do === 'open' || step.do === 'close') {
        const all = [...actions.keys()]
        call(all[all.length - 1 - (step.which % all.length)] ?? 0, step.do)
      } else if (slot) {
        nextAction.set(slot.who, step.do.startsWith('open') ? 'open' : 'close')
      }
    },
    check(passed) {
      if (typeof passed === 'number') checkConnections()
    },
    checkAtRest,
    async leave() {},
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('give' as const),
      which,
      how,
      what: fc.constantFrom('url', 'streamKey', 'enabled', 'open', 'close' as const),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'emit',
        'emit',
        'open',
        'close',
        'open in a handler',
        'close in a handler' as const,
      ),
      which,
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

/** The tests of a file. */
export function testEventSourceSchedules(numRuns: number): void {
  testSchedules('no event is lost, and no connection left open', step, createSite, numRuns)
}
