/** Any schedule of components that share a connection, and come, go, hide, suspend and change meanwhile. */
import * as fc from 'fast-check'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import { afterAll, beforeAll, describe } from 'vitest'
import '../../src/connection/share.js'
import type { StreamEvent } from '../../src/formats/types.js'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { installOneTab, removeOneTab } from './one-tab.js'
import { createLogs, nextUrl } from './schedules-events.js'
import { createPage, End } from './schedules-page.js'
import { listeningFetch, partsOf } from './schedules-wire.js'
import { createGround, how, testSchedules, which, type Site } from './schedules.js'
import {
  createModel,
  streamOf,
  type Action,
  type Shown,
  type Slot,
} from './use-event-source-share-schedules-model.js'

function createSite(isStrict: boolean, share: true | 'browser'): Site<Slot, Step> {
  const { logs, serve, emit } = createLogs()
  const ground = createGround(serve)
  const { server, fault, live } = ground
  const model = createModel(ground, logs)
  const { lives } = model
  const nextAction = new Map<number, Action>()
  const actions = new Map<number, Pick<Shown, Action>>()
  let isShowing = false

  const fetch = listeningFetch(server, (exchange) => {
    const onId = model.asked(exchange)
    return {
      onAnswer() {},
      onRead: (text) => onId(Number(partsOf(text).id)),
      onEnd() {},
      onLost() {},
    }
  })

  function call(who: number, action: Action): void {
    const life = lives.get(who)
    const actor = actions.get(who)
    if (!actor) return
    if (life) model.called(life, action)
    actor[action]()
  }

  /** What it does in a handler, unless that only tells what came before: it is too late then. */
  function answer(who: number): void {
    if (isShowing) return
    const action = nextAction.get(who)
    nextAction.delete(who)
    if (action) call(who, action)
  }

  function hear(slot: Slot, { data }: StreamEvent): void {
    const life = lives.get(slot.who)
    if (!life || !(life.isMounted || life.mayBeOpen))
      return fault('heard after it left', slot, data)
    if (streamOf(life.slot) !== streamOf(slot)) return // of the stream before, which is about to close
    model.heard(life, slot, Number(data))
    answer(slot.who)
    if (isLast(slot, data)) model.end(life)
  }

  const isLast = ({ mayEnd }: Slot, data: string): boolean => mayEnd && Number(data) % 4 === 0

  function View({ slot }: { slot: Slot }): ReactNode {
    const [instance] = useState({})
    const { who, url, streamKey, enabled } = slot
    const stream = streamOf(slot)
    // Before the effect of the hook, which may tell what the component has missed.
    useEffect(() => {
      const life = lives.get(who)
      if (life) {
        life.isMounted = true
        model.meet(life)
      }
      isShowing = true
      return () => {
        const life = lives.get(who)
        if (life?.instance !== instance) return
        life.isMounted = life.mustBeOpen = false
        model.leave(life)
      }
    }, [who, instance])
    const shown = useEventSource(url, {
      share,
      key: streamKey,
      enabled,
      fetch,
      lastEventId: String((url && slot.from[url]) || ''),
      headers: { who: `${who}`, version: `${slot.version}`, stream },
      initial: [] as readonly number[],
      reduce: (ids, { data }) => [...ids, Number(data)],
      closeOn: ({ data }) => isLast(slot, data),
      onOpen: () => answer(who),
      onEvent: (event) => hear(slot, event),
      onClose() {
        const life = lives.get(who)
        if (life && life.slot.version !== slot.version && streamOf(life.slot) === stream)
          fault('closed by an old handler', slot, life.slot)
      },
      onError(error) {
        const life = lives.get(who)
        if (!life || error.retryable) return
        model.leave(life)
        life.mayBeOver = true
        life.mustBeOpen = false
        answer(who)
      },
    })
    useEffect(() => void (isShowing = false), [])
    useInsertionEffect(() => {
      const life = lives.get(who)
      if (life?.instance !== instance || streamOf(life.slot) !== stream) {
        return model.begin(slot, instance)
      }
      // Nobody hears of it while it is hidden.
      if (life.slot.enabled !== enabled && life.isMounted) {
        model.leave(life)
        life.isClosed = life.mayBeOver = life.mayBeOpen = life.mustBeOpen = false
      }
      life.slot = slot
    })
    useInsertionEffect(() => {
      return () => {
        const life = lives.get(who)
        if (life?.instance !== instance) return
        model.leave(life)
        lives.delete(who)
      }
    }, [who, instance])
    // What a layout effect opens or closes is changed by the effect that comes after it.
    useEffect(() => {
      if (enabled) return undefined
      const life = lives.get(who)
      if (life && streamOf(life.slot) === stream) life.mustBeOpen = false
      return () => {
        const life = lives.get(who)
        if (life?.instance === instance) life.isClosed = false
      }
    }, [who, instance, enabled, stream])
    useLayoutEffect(() => {
      const { open, close } = shown
      actions.set(who, { open, close })
      lives.get(who)!.shown = shown
    })
    const { action } = slot
    useLayoutEffect(() => {
      if (action) call(who, action.name)
    }, [who, action])
    if (slot.isBroken) throw new Error('broken')
    return <End place={slot} />
  }

  return {
    ground,
    page: createPage(View, isStrict),
    newcomer: (number) => ({
      url: '/a',
      streamKey: 'x',
      enabled: true,
      mayEnd: false,
      from: number === 0 ? { '/a': 0, '/b': 0 } : { ...logs },
    }),
    take(step, slot) {
      if (step.do === 'give') {
        if (!slot) return
        if (step.what === 'url') return { url: nextUrl(slot.url) }
        if (step.what === 'streamKey') return { streamKey: slot.streamKey === 'x' ? 'y' : 'x' }
        if (step.what === 'open' || step.what === 'close') return { action: { name: step.what } }
        return { [step.what]: !slot[step.what] }
      }
      if (step.do === 'emit') emit(step.which === 0 ? '/b' : '/a', live())
      else if (!step.do.endsWith('handler')) {
        const all = [...actions.keys()]
        const who = all[all.length - 1 - (step.which % all.length)] ?? 0
        if (step.do.startsWith('open')) call(who, 'open')
        if (step.do.endsWith('close')) call(who, 'close')
      } else if (slot) {
        nextAction.set(slot.who, step.do.startsWith('open') ? 'open' : 'close')
      }
    },
    check: model.passed,
    checkAtRest: model.checkAtRest,
    async leave() {},
  }
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('give' as const),
      which,
      how,
      what: fc.constantFrom('url', 'streamKey', 'enabled', 'mayEnd', 'open', 'close' as const),
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
        'open and close',
        'open in a handler',
        'close in a handler' as const,
      ),
      which,
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

/** The tests of a file. */
export function testSharedEventSourceSchedules(numRuns: number): void {
  describe('components that share a connection', () => {
    beforeAll(installOneTab)
    afterAll(removeOneTab)
    for (const share of [true, 'browser'] as const) {
      const title = `with share: ${share} nobody loses an event that it waits for, and there is one connection`
      testSchedules(title, step, (isStrict) => createSite(isStrict, share), numRuns)
    }
  })
}
