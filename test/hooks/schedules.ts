/** How any schedule is made and played: what the schedules of all hooks share. */
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { installTestClock, type TestClock } from '../../src/testing/clock.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { settle } from '../../src/testing/settle.js'
import { createStreamServer, type StreamServer } from '../../src/testing/stream-server.js'
import { flags, hasActivity, visible, type How, type Page, type Place } from './schedules-page.js'

/** What the sites of all hooks have: a server under a clock, and what went wrong. */
export interface Ground {
  clock: TestClock
  server: StreamServer
  faults: string[]
  fault(...words: unknown[]): void
  /** The exchanges that go on. */
  live(): Exchange[]
  /**
   * One of those in this state, for something to be sent. Until that is heard it is the same one: nobody
   * can tell which of two is heard first.
   */
  liveOne(state: Exchange['state'], which: number): Exchange | undefined
  /** What was sent has been heard. */
  onHeard(): void
  serve(exchange: Exchange): void
  /** All that can happen by itself happens, and the server answers. */
  rest(): Promise<void>
  /** The page has gone, and nothing of it is left. */
  leave(): Promise<void>
}

export function createGround(serve: Ground['serve']): Ground {
  const clock = installTestClock()
  const faults: string[] = []
  let isHealthy = false
  let unheard: Exchange | undefined
  const server = createStreamServer({ handler: (exchange) => void (isHealthy && serve(exchange)) })
  const live = (): Exchange[] =>
    server.exchanges.filter(({ state }) => state === 'waiting' || state === 'open')

  function fault(...words: unknown[]): void {
    faults.push(
      words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '),
    )
  }

  return {
    clock,
    server,
    faults,
    fault,
    live,
    liveOne(state, which) {
      const isSaid = (each: Exchange): boolean => !unheard || each === unheard
      const all = live().filter((each) => each.state === state && isSaid(each))
      unheard = all[which % all.length] ?? unheard
      return all[which % all.length]
    },
    onHeard: () => void (unheard = undefined),
    serve,
    async rest() {
      isHealthy = true
      for (const exchange of live()) if (exchange.state === 'waiting') serve(exchange)
      await clock.advance(70_000)
      isHealthy = false
    },
    async leave() {
      await clock.advance(70_000)
      if (live().length > 0)
        fault(
          'open at the end',
          live().map(({ request }) => request.url),
        )
      if (clock.waiting > 0) fault('timers at the end', clock.waiting)
      clock.restore()
    },
  }
}

/** One hook's page and its server, for one schedule. */
export interface Site<Slot extends Place, Own> {
  ground: Ground
  page: Page<Slot>
  /** What a component is given as it comes. */
  newcomer(which: number): Omit<Slot, keyof Place>
  /** Does what only this hook's schedules have, and may give the component something else. */
  take(step: Own, slot: Slot | undefined): Partial<Slot> | void
  /** After each step, and after what has passed then. */
  check(passed: 'a turn' | number | undefined): void
  checkAtRest(slots: readonly Slot[]): void
  /** The page has been unmounted. */
  leave(): Promise<void>
}

/** Mostly the same one: only what happens to one thing in a row leads far. */
export const which = fc.constantFrom(0, 0, 0, 0, 1, 2)
export const how = fc.constantFrom<How[]>('now', 'now', 'later', 'in a transition', 'abandoned')
/** What passes after a step: time, or only a turn in which React and what has been sent are heard. */
const pause = fc.constantFrom<('nothing' | 'a turn' | number)[]>('nothing', 'a turn', 0, 16, 600)
type Pause = typeof pause extends fc.Arbitrary<infer Each> ? Each : never
/** The steps that every hook's schedules have; those that are there twice are twice as likely. */
const deeds = {
  life: ['come', 'come', 'go'],
  change: ['change'],
  server: ['serve', 'serve', 'cut', 'end', 'refuse', 'fail'],
  absence: ['hide for a while', 'lose for good'],
  rest: ['rest'],
} as const
const common = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom(...deeds.life), which, how }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(...deeds.change),
      which,
      how,
      what: fc.constantFrom<('version' | (typeof flags)[number] | 'isHidden')[]>(
        'version',
        ...(hasActivity ? (['isHidden', 'isHidden'] as const) : []),
        ...flags,
      ),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom(...deeds.server), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom(...deeds.absence), which, pause }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom(...deeds.rest) }) },
)
type Common = typeof common extends fc.Arbitrary<infer Each> ? Each : never
const names: string[] = Object.values(deeds).flat()
const isCommon = (step: { do: string }): step is Common => names.includes(step.do)

/** A step that only one hook's schedules have; `how` where it gives a component something else. */
export interface OwnStep {
  do: string
  which: number
  how?: How
}

export async function play<Slot extends Place, Own extends OwnStep>(
  steps: readonly (readonly [Common | Own, Pause])[],
  { ground, page, ...site }: Site<Slot, Own>,
): Promise<string[]> {
  const { clock, liveOne } = ground
  let slots: readonly Slot[] = []
  let made = 0
  let version = 0

  function draw(next: readonly Slot[], how: How): void {
    if (how !== 'abandoned') slots = next
    page.draw(next, how)
  }
  function give(slot: Slot, changed: Partial<Slot>, how: How): void {
    const next = { ...slot, action: undefined, version: (version += 1), ...changed }
    draw(
      slots.map((each) => (each === slot ? next : each)),
      how,
    )
  }
  async function pass(pause: 'a turn' | number): Promise<void> {
    if (pause === 'a turn') await settle()
    else await clock.advance(pause)
    ground.onHeard()
    site.check(pause)
  }
  async function rest(): Promise<void> {
    draw(slots, 'later')
    await settle()
    await ground.rest()
    ground.onHeard()
    site.check(70_000)
    site.checkAtRest(slots)
  }

  for (const [step, pause] of steps) {
    const number = 'which' in step ? step.which : 0
    const slot = slots[number % (slots.length || 1)]
    if (!isCommon(step)) {
      const changed = site.take(step, slot)
      if (changed && slot) give(slot, changed, step.how ?? 'now')
    } else if (step.do === 'come') {
      const place = { ...visible, who: (made += 1), version: (version += 1) }
      const all = [...slots, { ...place, ...site.newcomer(number) } as Slot]
      draw(all.slice(0, 3), step.how)
    } else if (step.do === 'go') {
      const left = slots.filter((each) => each !== slot)
      if (slot) draw(left, step.how)
    } else if (step.do === 'change') {
      const { what } = step
      if (slot)
        give(slot, (what === 'version' ? {} : { [what]: !slot[what] }) as Partial<Slot>, step.how)
    } else if (step.do === 'hide for a while') {
      if (!slot || !hasActivity) continue
      give(slot, { isHidden: true } as Partial<Slot>, 'now')
      site.check(undefined)
      if (step.pause !== 'nothing') await pass(step.pause)
      give(
        slots.find(({ who }) => who === slot.who)!,
        { isHidden: false } as Partial<Slot>,
        'now',
      )
    } else if (step.do === 'lose for good') {
      liveOne('open', number)?.cut()
      await pass(1_100)
      liveOne('waiting', number)?.respond(404)
    } else if (step.do === 'rest') await rest()
    else if (step.do === 'cut' || step.do === 'end') {
      const exchange = liveOne('open', number) ?? liveOne('waiting', number)
      exchange?.[step.do]()
    } else {
      const exchange = liveOne('waiting', number)
      if (exchange && step.do === 'serve') ground.serve(exchange)
      else exchange?.respond(step.do === 'refuse' ? 503 : 404)
    }
    site.check(undefined)
    if (pause !== 'nothing') await pass(pause)
  }
  await rest()
  page.unmount()
  await clock.advance(70_000)
  site.check(70_000)
  await site.leave()
  await ground.leave()
  return ground.faults
}

/** The property over so many schedules: nothing goes wrong in any of them. */
export function testSchedules<Slot extends Place, Own extends OwnStep>(
  title: string,
  own: fc.Arbitrary<Own>,
  createSite: (isStrict: boolean) => Site<Slot, Own>,
  numRuns: number,
): void {
  const step = fc.tuple(
    fc.oneof({ weight: 2, arbitrary: common }, { weight: 3, arbitrary: own }),
    pause,
  )
  describe(`a property: whatever happens in a page, ${title}`, () => {
    test.each([
      ['without StrictMode', false],
      ['in StrictMode', true],
    ])('%s', async (_, isStrict) => {
      const result = await isFaultless(step, (steps) => play(steps, createSite(isStrict)), numRuns)
      expect(result).toBe(true)
    })
  })
}

/** A schedule that is not is printed whole, with its seed. */
async function isFaultless<Step>(
  step: fc.Arbitrary<Step>,
  play: (steps: readonly Step[]) => Promise<string[]>,
  numRuns: number,
): Promise<boolean> {
  const scope = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean | undefined }
  const { IS_REACT_ACT_ENVIRONMENT: before } = scope
  scope.IS_REACT_ACT_ENVIRONMENT = false
  const errors: string[] = []
  const onError = vi.spyOn(console, 'error').mockImplementation((...words) => {
    const message = words.map(String).join(' ')
    // React 18 prints what a component has thrown, and a boundary has caught.
    if (!/broken|The above error occurred/.test(message)) errors.push(message)
  })
  const property = fc.asyncProperty(
    fc.array(step, { maxLength: 40, size: 'max' }),
    async (steps) => {
      errors.length = 0
      expect([...(await play(steps)), ...errors]).toEqual([])
    },
  )
  const result = await fc.check(property, { numRuns })
  onError.mockRestore()
  scope.IS_REACT_ACT_ENVIRONMENT = before
  const { actual = result.errorInstance } = (result.errorInstance ?? {}) as { actual?: unknown }
  if (result.failed) console.error(fc.defaultReportMessage(result), actual)
  return !result.failed
}
