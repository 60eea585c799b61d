// Whatever happens to a connection in whatever order: nothing is lost, doubled or left behind. Where
// that fails, fast-check prints the seed and the shortest schedule that it has found.
import { getEventListeners } from 'node:events'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { connect } from '../../src/connection/connect.js'
import type { Environment } from '../../src/connection/environment.js'
import type { StatusDetail, StreamStatus } from '../../src/connection/types.js'
import { createTestClock, type TestClock } from '../support/clock.js'
import * as chaos from './chaos.js'
import { mayGoOn } from './harness.js'

/** Longer than any delay that is allowed: an hour, as `Retry-After` says. */
const longest = 3_600_000

/** `waiting`: reconnecting, but only later. */
type Phase = StreamStatus | 'waiting'

const legal: Record<Phase, Phase[]> = {
  idle: ['connecting'],
  // `connecting` once more: a page came back, or `open()` was called before the next try.
  connecting: ['open', 'connecting', 'waiting', 'closed', 'failed'],
  open: ['reconnecting', 'waiting', 'connecting', 'closed', 'failed'],
  waiting: ['reconnecting', 'connecting', 'closed'],
  reconnecting: ['open', 'reconnecting', 'waiting', 'connecting', 'closed', 'failed'],
  closed: ['connecting'],
  failed: [],
}

async function run(schedule: chaos.Schedule): Promise<void> {
  const { data, retry, disturbances } = schedule
  const clock = createTestClock((input, init) => request(input, init))
  const server = chaos.createChaosServer(schedule, clock)
  const random = [...schedule.random]
  clock.random = () => random[0]!
  const { environment, held } = countHeld(clock)
  const { signal } = new AbortController()
  const violations: unknown[] = []
  const received: { id: string; type: string; data: string }[] = []
  let status = 'idle' as Phase
  let notBefore = 0
  let lastFailures = 0
  /** What the server's last `retry:` can be: one that came without an event may have been lost. */
  let said = [0]

  const connection = connect(
    {
      url: () => 'https://example.test/events',
      options: () => ({ retry, signal, idleTimeout: chaos.idleTimeout }),
      defaults: { attempts: Infinity, minDelay: 1_000, maxDelay: 30_000, connectTimeout: 30_000 },
      leavesWithPage: true,
    },
    {
      onStatus(next, detail) {
        const wait = detail.retryAt === undefined ? undefined : detail.retryAt - clock.now()
        enter(wait === undefined ? next : 'waiting')
        if (wait !== undefined) startWait(detail, wait)
        if (next === 'failed') check(() => checkFailure(detail))
      },
      onOpen: () => enter('open'),
      onEvent({ lastEventId: id, type, data: text }) {
        received.push({ id, type, data: text })
        lastFailures = 0
        if (server.act.how === 'stream' && server.act.retry !== undefined) said = [server.act.retry]
        if (type === chaos.lastType) close()
        else if (received.length === schedule.reopenAt) reopen()
      },
      onEnd: mayGoOn,
    },
    environment,
  )

  function request(...call: Parameters<typeof fetch>): Promise<Response> {
    check(() => expect(server.live).toBe(0))
    check(() => expect(clock.now()).toBeGreaterThanOrEqual(notBefore))
    const response = server.fetch(...call)
    if (server.act.how === 'stream' && server.act.retry !== undefined) said.push(server.act.retry)
    return response
  }

  /** The connection would take what is thrown in its calls for an error of the network. */
  function check(invariant: () => void): void {
    try {
      invariant()
    } catch (violation) {
      violations.push(violation)
    }
  }

  function enter(next: Phase): void {
    check(() => expect(legal[status]).toContain(next))
    status = next
  }

  function checkWait({ attempt, error }: StatusDetail, wait: number): void {
    const floor = Math.min(retry.maxDelay, Math.max(retry.minDelay, Math.min(...said)))
    const asked = Math.min(error?.retryAfter ?? 0, longest)
    expect(wait).toBeGreaterThanOrEqual(Math.max(floor, asked))
    expect(wait).toBeLessThanOrEqual(Math.max(retry.maxDelay, asked))
    expect(attempt).toBeGreaterThan(0)
    expect(attempt).toBeLessThanOrEqual(Math.min(retry.attempts, lastFailures + 1))
  }

  function startWait(detail: StatusDetail, wait: number): void {
    check(() => checkWait(detail, wait))
    lastFailures = detail.attempt
    notBefore = clock.now() + wait
    random.push(random.shift()!)
  }

  function checkFailure({ attempt, error }: StatusDetail): void {
    const isTooLate = retry.attempts < Infinity && (error?.retryAfter ?? 0) > 60_000
    expect(held.size).toBe(0)
    expect(isTooLate || attempt === retry.attempts + 1).toBe(true)
  }

  function close(): void {
    enter('closed')
    connection.close()
    check(() => expect(held.size).toBe(0))
  }

  function reopen(): void {
    close()
    connection.open()
  }

  function disturb({ what, length }: chaos.Disturbance): void {
    if (status === 'closed' || status === 'failed') return
    notBefore = 0
    if (what === 'open') connection.open()
    if (what === 'reopen') reopen()
    if (what === 'sleep') sleep(length)
    if (what === 'show') clock.page('visibilitychange')
    if (what === 'leave') clock.page('pagehide')
    clock.offline = what === 'offline'
    clock.delay(() => {
      notBefore = 0
      if (what === 'leave') clock.page('pageshow')
      clock.offline = false
      if (what === 'offline') clock.page('online')
    }, length)
  }

  function sleep(length: number): void {
    clock.skip(length)
    clock.page('sleep')
  }

  connection.open()
  for (const each of disturbances) {
    await clock.advance(each.after)
    disturb(each)
  }
  // A delay for each act that may fail, and some more for reading.
  for (let turn = 0; turn < 50 && !isOver(); turn += 1) await clock.advance(longest)
  await clock.advance(longest)

  function isOver(): boolean {
    return status === 'closed' || status === 'failed'
  }

  const sent = data.map((text, index) => ({
    id: chaos.idOf(index + 1),
    type: chaos.typeOf(index + 1, data),
    data: text,
  }))
  for (const violation of violations) throw violation
  expect(isOver()).toBe(true)
  expect(received).toEqual(status === 'closed' ? sent : sent.slice(0, received.length))
  expect(server.live).toBe(0)
  expect(clock.waiting).toBe(0)
  expect(getEventListeners(signal, 'abort')).toEqual([])
}

/** `held`: the connection's timers, and its listeners to the page. */
function countHeld(clock: TestClock): { environment: Environment; held: Set<object> } {
  const held = new Set<object>()
  const environment: Environment = {
    ...clock,
    delay(callback, milliseconds) {
      const timer = {}
      held.add(timer)
      const release = (): void => void held.delete(timer)
      const cancel = clock.delay(() => {
        release()
        callback()
      }, milliseconds)
      return () => {
        release()
        cancel()
      }
    },
    watchPage(listener) {
      const watcher = {}
      held.add(watcher)
      const stop = clock.watchPage(listener)
      return () => {
        held.delete(watcher)
        stop()
      }
    },
  }
  return { environment, held }
}

export function testChaos(schedules: number): void {
  test(`nothing is lost, doubled or left behind in ${schedules} schedules`, async () => {
    await fc.assert(fc.asyncProperty(chaos.schedule, run), { numRuns: schedules })
  })
}
